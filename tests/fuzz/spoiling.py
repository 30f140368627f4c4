"""Texts that were whole once: some pieces cut out, put in, doubled or repeated very often."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

#: how much a spoilt piece replaces, and how often it is repeated
_SIZES = (0, 0, 1, 1, 2, 3, 5, 20, 1000)
_TIMES = (1, 1, 1, 1, 2, 3, 50, 2000)

#: what JSON texts trip over
JSON = (
    *(
        b'"',
        b"\\",
        b"{",
        b"}",
        b"[",
        b"]",
        b":",
        b",",
        b"\n",
        b"\r",
        b"\t",
        b" ",
        b"\x00",
        b"\x7f",
        b"\xff",
        b"\xef\xbb\xbf",
    ),
    *(
        b"null",
        b"true",
        b"false",
        b'""',
        b"{}",
        b"[]",
        b'{"a":',
        b"[0,",
        b"0",
        b"-",
        b"-0",
        b"0.0",
        b"1.50",
        b"1e5",
        b"1E-999",
    ),
    *(
        b"1e999",
        b"9" * 25,
        b"0." + b"0" * 40 + b"1",
        b"NaN",
        b"-Infinity",
        b"01",
        b"1.",
        b".5",
        b"+1",
        b"'a'",
        b"/**/",
    ),
    *(
        rb"\ud83d",
        rb'"\ud83d"',
        rb'"\u0000"',
        rb'"\u202e"',
        rb"\x",
        rb"\u12",
        "é".encode(),
        "😀".encode(),
        b"\xed\xa0\x80",
        b"\xc0\x80",
    ),
    *(b'"2024-02-30"', b'"<b>&amp;"', b'"data:,a"', b'"1,800"', b'"yes"', b'"~2"', b'"__proto__":', b'"a":1,"a":1,'),
)

#: what YAML texts trip over
YAML = (
    *(
        b" ",
        b"  ",
        b"\n",
        b"\n  ",
        b"\t",
        b":",
        b": ",
        b"- ",
        b"? ",
        b"#",
        b"|\n",
        b">-\n",
        b"---\n",
        b"...\n",
        b"%YAML 1.3\n",
    ),
    *(
        b"&a ",
        b"*a",
        b"<<: *a",
        b"!!python/name:os.system ",
        b"!t ",
        b"{",
        b"}",
        b"[",
        b"]",
        b"'",
        b'"',
        b"\\",
        b"`",
        b"@",
    ),
    *(
        b"null",
        b"~",
        b"yes",
        b"1",
        b"0x1F",
        b"1e3",
        b".inf",
        b"2024-01-01",
        b"1_000",
        b"9" * 400,
        b"\xff",
        b"\x00",
        "\u2028".encode(),
    ),
    *(
        b"hub",
        b"type",
        b"string",
        b"number",
        b"title",
        b"sku",
        b"ext.x.y",
        b"only_here: true",
        b"codec: same",
        b"table: {a: b}",
    ),
    *(
        b"a[]",
        b"a.*",
        b"[?x=='y']",
        b"`null`",
        b"[0]",
        b"when: length(@) > `1`",
        b"pattern: '^(a+)+$'",
        b"maxLength: 3",
    ),
)

#: what tables trip over
CSV = (
    *(
        b",",
        b",,",
        b"\n",
        b"\r\n",
        b"\r",
        b'"',
        b'""',
        b";",
        b"\t",
        b" ",
        b"\x00",
        b"\xff",
        b"\xef\xbb\xbf",
        b"=1+1",
        b"'",
    ),
    *(b"kind", b"Kind", b"format", b"category", b"shop", b"bazaar", b"product", b"1", b"01", "é".encode()),
)


@st.composite
def spoilt(draw: st.DrawFn, whole: Sequence[bytes], words: Sequence[bytes]) -> bytes:
    """Draw one of some whole texts, with up to four pieces of it spoilt."""
    text = draw(st.sampled_from(whole))
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(text)))
        other = draw(st.integers(0, len(text)))
        piece = draw(
            st.sampled_from(words)
            | st.binary(max_size=3)
            | st.just(text[other : other + draw(st.sampled_from(_SIZES))])
        )
        # a text of some hundred kilobytes says nothing that a smaller one does not
        times = draw(st.sampled_from(_TIMES)) if len(piece) < 20 else 1
        text = text[:at] + piece * times + text[at + draw(st.sampled_from(_SIZES)) :]
    return text
