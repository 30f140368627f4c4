"""A sixth platform is called as its one file says: no Python of its own, and none of its words in ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import unquote

import pytest
import stamina

from catalens.errors import CatalensError
from catalens.formats import Registry
from catalens.lint.check import lint_file
from catalens.mapping.endpoints import Endpoints
from catalens.migrate.calls import Http
from catalens.migrate.outcomes import Outcome, Unreachable
from tests.migrate.fakes import Call, CommerceEngine, Fake, Platform, Thing, WebCommander, resource, running
from tests.migrate.test_pairs import PRODUCTS, ended, migrated, seeded

FORGE = """\
format: forge
title: Forge
fields:
  name: {type: string, hub: title}
  code: {type: string, hub: sku}
  groups[]: {type: string, hub: "categories[].id", refers: category}
  pictures[]:
    hub: "media[?kind=='image']"
    key: link
    fields:
      link: {type: string, hub: url}
      action: {type: string, dropped: command, because: says what to do with it}
profiles:
  write: {}
  read:
    envelope: item
    list: items
    around: [ok, more, count]
    identity: [no]
    fields:
      no: {type: string, hub: id, refers: product, readonly: true}
identity: [code]

endpoints:
  auth: {query: {key: "{FORGE_KEY}"}, header: {X-Shop: "{FORGE_SHOP}/main"}}
  success: "status == `200` && body.ok == `true`"
  error: body.why
  errors: body.fields
  exists: "body.why == 'taken'"
  absent: "body.why == 'gone'"
  busy: "body.why == 'locked'"
  denied: "body.why == 'who are you'"
  idempotency: {header: X-Once}
  things:
    category:
      id: no
      name: label
      parent: above.no
      list: {url: /groups, items: body.items}
      create: {method: POST, url: /groups, body: json, id: body.item.no, set: {source: import}}
    product:
      id: no
      list: {url: "/{FORGE_SHOP}/wares", query: {sort: no}, page: PAGE, items: body.items}
      one: {url: "/{FORGE_SHOP}/wares/{id}", query: {full: true}, item: body.item}
      find: {url: "/{FORGE_SHOP}/wares", query: {code: sku}, items: body.items}
      create: {method: POST, url: "/{FORGE_SHOP}/wares", query: {notify: false}, body: json, id: body.item.no}
      update: {method: PUT, url: "/{FORGE_SHOP}/wares/{id}", body: json, without: ["pictures[]"]}
      delete: {method: DELETE, url: "/{FORGE_SHOP}/wares/{id}"}
      set: {"pictures[].action": add}
"""

PAGES = {
    "none": "{by: none}",
    "offset": "{by: offset, at: from, size: most, limit: 2}",
    "offset, with a total": "{by: offset, at: from, size: most, limit: 2, total: body.count}",
    "number": "{by: number, at: page, size: most, limit: 2}",
    "number, from zero": "{by: number, at: page, first: 0, size: most, limit: 2, total: body.count}",
    "number that is said": "{by: number, at: page, size: most, limit: 2, next: body.more}",
    "cursor": "{by: cursor, at: after, size: most, limit: 2, next: body.more}",
    "link": "{by: link, next: body.more}",
    "link in a header": "{by: link}",
}
#: calls that it takes to read five things, two on a page
CALLS = {"none": 1, "offset": 4, "number": 4}


class Forge(Platform):
    """A platform that nobody has thought of."""

    format = "forge"
    kinds = ("category", "product")
    routes = (*resource("/my%20shop/wares"), *resource("/groups", "category"))
    environment: ClassVar[dict[str, str]] = {"FORGE_KEY": "canary-key=1", "FORGE_SHOP": "my shop"}

    def __init__(self, pages: str = "cursor") -> None:
        self.pages = pages

    def lets_in(self, call: Call) -> bool:
        return (call.query.get("key"), call.headers.get("x-shop")) == ("canary-key=1", "my shop/main")

    def unauthorised(self) -> tuple[int, Any]:
        return 403, {"ok": False, "why": "who are you"}

    def absent(self, kind: str) -> tuple[int, Any]:
        return 200, {"ok": False, "why": "gone"}

    def conflict(self, key: Any) -> tuple[int, Any]:
        return 200, {"ok": False, "why": "taken"}

    def new_id(self, number: int) -> str:
        return f"N {number}/%"

    def routed(self, call: Call) -> Call:
        found = super().routed(call)
        return replace(found, id=unquote(found.id)) if found.id else found

    def key(self, kind: str, body: dict[str, Any]) -> Any:
        return body.get("code")

    def shown(self, kind: str, thing: Thing, whole: bool = True) -> dict[str, Any]:
        return {"no": thing.id, **thing.written}

    def answer(self, verb: str, kind: str, thing: Thing) -> Any:
        return {"ok": True, "item": self.shown(kind, thing)}

    def listing(self, kind: str, items: list[dict[str, Any]], call: Call) -> Any:
        if "code" in call.query:
            # it looks for what begins like this
            return {"ok": True, "items": [one for one in items if one["code"].startswith(call.query["code"])]}
        if kind == "category" or self.pages == "none":
            return {"ok": True, "items": items}
        by, start = self.pages.partition(",")[0].split()[0], 0
        if by == "offset":
            start = int(call.query["from"])
        elif by == "number":
            start = (int(call.query["page"]) - (0 if "zero" in self.pages else 1)) * 2
        else:
            start = int(call.query.get("after", "0").removeprefix("c"))
        more: Any = None
        if start + 2 < len(items):
            number = start // 2 + 2
            link = f"/my%20shop/wares?after={start + 2}&key={call.query['key']}"
            more = {"cursor": f"c{start + 2}", "link": link}.get(by, number)
        return {"ok": True, "items": items[start : start + 2], "more": more, "count": len(items)}


@contextmanager
def forge(folder: Path, pages: str = "cursor", **options: Any) -> Iterator[tuple[Fake, Http]]:
    path = folder / "forge.yaml"
    path.write_text(FORGE.replace("PAGE", PAGES[pages]), encoding="utf-8")
    assert lint_file(path) == []
    endpoints = Registry([folder]).mapping("forge").endpoints
    assert endpoints is not None
    with running(Forge(pages)) as fake:
        http = Http(endpoints, fake.url, environment=fake.environment, timeout=5.0, **options)
        try:
            yield fake, http
        finally:
            http.close()


@pytest.fixture(autouse=True)
def retries_at_once() -> Iterator[None]:
    with stamina.set_testing(True, attempts=2, cap=True):
        yield


def anvils(**words: Any) -> Endpoints:
    """Return endpoints of one thing, made in one call."""
    create = {"method": "POST", "url": "/anvils", "body": "json", "id": "body.id", **words.pop("create", {})}
    return Endpoints.model_validate({"things": {"product": {"create": create}}, **words})


class Smithy(Platform):
    """Takes what comes."""

    environment: ClassVar[dict[str, str]] = {"SMITH": "canary smith", "HAMMER": "canary+hammer"}


#: what the login of a smithy sends
LOGIN = {"url": "/in", "token": "body.token", "seconds": "body.lives"}


@pytest.mark.parametrize(
    ("login", "content"),
    [
        ({"body": {"who": "{SMITH}", "more": 1}}, b'{"who":"canary smith","more":1}'),
        ({"form": {"who": "{SMITH}", "more": True}}, b"who=canary+smith&more=1"),
        ({}, b"{}"),
    ],
)
def test_a_login_sends_what_it_is_told_to(login: dict[str, Any], content: bytes) -> None:
    with running(Smithy()) as fake:
        fake.instead = lambda call: (200, {"token": "canary-t", "lives": "60", "id": 7}, {})
        http = Http(anvils(auth={"login": {**LOGIN, **login}}), fake.url, environment=fake.environment)
        answer = http.create("product", {}, "1")
        http.close()
        assert (answer.outcome, answer.id) == (Outcome.DONE, "7")
        assert [call.path for call in fake.calls] == ["/in", "/anvils"]
        assert fake.calls[0].content == content
        # a token that nothing else carries is a bearer's
        assert fake.calls[1].headers["authorization"] == "Bearer canary-t"


@pytest.mark.parametrize("said", ["soon", None, [1], {}])
def test_a_token_that_does_not_say_how_long_it_lives_lives(said: Any) -> None:
    with running(Smithy()) as fake:
        fake.instead = lambda call: (200, {"token": "canary-t", "lives": said, "id": 7}, {})
        http = Http(anvils(auth={"login": LOGIN}), fake.url, environment=fake.environment)
        for number in range(3):
            http.create("product", {}, str(number))
        http.close()
        assert [call.path for call in fake.calls] == ["/in", *["/anvils"] * 3]


def test_a_form_carries_credentials_among_its_fields() -> None:
    with running(Smithy()) as fake:
        fake.instead = lambda call: (201, {"id": 7}, {})
        told = anvils(auth={"form": {"key": "{HAMMER}"}}, create={"body": "form", "set": {"kind": "anvil"}})
        http = Http(told, fake.url, environment=fake.environment)
        assert http.create("product", {"name": "A & B"}, "1").id == "7"
        http.close()
        assert fake.calls[0].content == b"name=A+%26+B&kind=anvil&key=canary%2Bhammer"
        assert fake.calls[0].headers["content-type"] == "application/x-www-form-urlencoded"


@pytest.mark.parametrize("status", [422, 409, 401, 429])
def test_what_is_made_and_not_finished_is_looked_for(status: int) -> None:
    """It has its natural key already: whoever takes it for refused makes it twice."""
    steps = [
        {"method": "POST", "url": "/anvils", "body": "json", "id": "body.id"},
        {"method": "POST", "url": "/anvils/{id}/publish"},
    ]
    told = {"error": "body.why", "things": {"product": {"create": steps}}}
    with running(Smithy()) as fake:
        fake.instead = lambda call: (200, {"id": 7}, {}) if call.path == "/anvils" else (status, {"why": "no"}, {})
        http = Http(Endpoints.model_validate(told), fake.url, environment={})
        answer = http.create("product", {"name": "Anvil"}, "1")
        http.close()
        assert (answer.outcome, answer.id, answer.code) == (Outcome.UNKNOWN, "7", str(status))
        assert answer.detail == "made, but not all of it: no"


def test_each_step_is_known_again_by_itself() -> None:
    steps = [
        {"method": "POST", "url": "/drafts", "id": "body.id", "blank": True},
        {"method": "PUT", "url": "/drafts/{id}", "body": "json"},
    ]
    told = {"things": {"product": {"create": steps}}, "idempotency": {"header": "X-Once"}}
    with running(Smithy()) as fake:
        fake.instead = lambda call: (200, {"id": 7}, {})
        http = Http(Endpoints.model_validate(told), fake.url, environment={})
        http.create("product", {"name": "Anvil"}, "intent-3")
        http.close()
        assert [call.headers["x-once"] for call in fake.calls] == ["intent-3-1", "intent-3-2"]
        assert [call.path for call in fake.calls] == ["/drafts", "/drafts/7"]
        assert fake.calls[0].content == b""


def wares(count: int) -> list[dict[str, Any]]:
    return [{"name": f"Ware {number}", "code": f"W-{number}"} for number in range(1, count + 1)]


@pytest.mark.parametrize("pages", PAGES)
def test_every_way_of_paging_gives_every_thing_once(tmp_path: Path, pages: str) -> None:
    with forge(tmp_path, pages) as (fake, http):
        if pages == "link in a header":
            fake.instead = header_link
        ids = fake.put("product", *wares(5))
        read = list(http.pages("product"))
        assert [http.id_of("product", item) for page in read for item in page.items] == ids
        assert len(fake.calls) == CALLS.get(pages, 3)
        # from each cursor on, the rest is read; and no cursor holds what only we may know
        for index, page in enumerate(read[:-1]):
            assert page.cursor is not None
            assert not any(word in page.cursor for word in ("canary", "shop/", "my%20shop"))
            assert list(http.pages("product", page.cursor)) == read[index + 1 :]


def header_link(call: Call) -> tuple[int, Any, dict[str, str]] | None:
    start = int(call.query.get("after", 0))
    items = [{"no": f"N {2 * number - 1}/%", "name": f"Ware {number}"} for number in range(1, 6)][start : start + 2]
    link = f'</my%20shop/wares?after={start + 2}>; rel="next", </my%20shop/wares>; rel="first"'
    return 200, {"ok": True, "items": items}, {"Link": link} if start < 4 else {}


def test_a_link_to_another_host_is_not_followed(tmp_path: Path) -> None:
    with running(Forge()) as other, forge(tmp_path, "link") as (fake, http):
        fake.instead = lambda call: (200, {"ok": True, "items": wares(2), "more": f"{other.url}/wares"}, {})
        with pytest.raises(Unreachable, match="another host"):
            list(http.pages("product"))
        assert other.calls == []


def test_a_thing_goes_its_whole_way(tmp_path: Path) -> None:
    with forge(tmp_path) as (fake, http):
        payload = {"name": "Anvil", "code": "A-1", "pictures": [{"link": "https://cdn.example/a.png"}]}
        made = http.create("product", payload, "once-17")
        assert (made.outcome, made.id) == (Outcome.DONE, "N 1/%")
        call = fake.calls[-1]
        assert (call.path, call.headers["x-once"]) == ("/my%20shop/wares", "once-17")
        assert call.query == {"notify": "false", "key": "canary-key=1"}
        assert fake.written("product")[0]["pictures"] == [{"link": "https://cdn.example/a.png", "action": "add"}]
        assert http.one("product", "N 1/%").body == {"no": "N 1/%", **fake.written("product")[0]}
        assert fake.calls[-1].query["full"] == "true"
        assert http.update("product", "N 1/%", {**payload, "name": "Big anvil"}, "once-18").outcome is Outcome.DONE
        assert "pictures" not in fake.calls[-1].body
        assert fake.written("product")[0]["name"] == "Big anvil"
        assert http.delete("product", "N 1/%").outcome is Outcome.DONE
        assert http.delete("product", "N 1/%").outcome is Outcome.ABSENT


def test_its_own_words_say_what_came_of_a_call(tmp_path: Path) -> None:
    with forge(tmp_path) as (fake, http):
        fake.put("product", *wares(1))
        assert http.create("product", wares(1)[0], "1").outcome is Outcome.EXISTS
        fake.instead = lambda call: (200, {"ok": False, "why": "locked"}, {})
        assert http.update("product", "N 1/%", {}, "2").outcome is Outcome.BUSY
        fake.instead = lambda call: (200, {"ok": False, "why": "no", "fields": {"code": "too long"}}, {})
        answer = http.create("product", {}, "3")
        assert (answer.outcome, answer.detail, answer.errors) == (Outcome.REFUSED, "no", {"code": ("too long",)})
        fake.instead = lambda call: (403, {"ok": False, "why": "who are you"}, {})
        assert http.update("product", "N 1/%", {}, "4").outcome is Outcome.DENIED


def test_it_is_asked_for_a_key_where_it_can_be(tmp_path: Path) -> None:
    with forge(tmp_path) as (fake, http):
        fake.put("product", *wares(11))
        assert http.can("product", "find")
        assert not http.can("category", "find")
        found = http.find("product", {"sku": "W-1", "handle": "w"})
        # what it finds is looked at by whoever asks
        assert found is not None
        assert [one["code"] for one in found] == ["W-1", "W-10", "W-11"]
        assert http.find("product", {"sku": "none"}) == ()
        assert http.find("product", {"handle": "w"}) is None
        assert http.find("category", {"name": "Tools"}) is None


def test_its_categories_are_made_as_it_has_them(tmp_path: Path) -> None:
    with forge(tmp_path) as (fake, http):
        body = http.body_of("category", {"name": "Tools", "parent": "N 9/%"})
        assert body == {"label": "Tools", "above": {"no": "N 9/%"}}
        assert http.create("category", body, "1").outcome is Outcome.DONE
        (item,) = fake.items("category")
        assert item["source"] == "import"
        assert http.fields("category", item) == {"name": "Tools", "parent": "N 9/%"}
        assert http.fields("category", {"no": "N 1/%", "label": "Top"}) == {"name": "Top", "parent": None}


@pytest.mark.parametrize("other", [CommerceEngine, WebCommander])
@pytest.mark.parametrize("leaves", [True, False])
def test_a_store_moves_out_of_it_and_into_it(
    other: type[Platform], leaves: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Plan, run, read back, run again, take back: with nothing of it but its file."""
    (tmp_path / "forge.yaml").write_text(FORGE.replace("PAGE", PAGES["cursor"]), encoding="utf-8")
    formats = Registry([tmp_path])
    with running(Forge()) as smithy, running(other()) as fake:
        for name, value in {**smithy.environment, **fake.environment}.items():
            monkeypatch.setenv(name, value)
        old, new = (smithy, fake) if leaves else (fake, smithy)
        seeded(old)
        one = migrated(old, new, tmp_path, formats=formats)
        plan = one.plan()
        assert plan.held == {}
        assert plan.guarantee.startswith("exactly once")
        assert (ended(one).reason, len(new.items("product")), new.foreign) == (None, PRODUCTS, [])
        found = one.verify(deep=True)
        assert (found.exit_code, found.same) == (0, PRODUCTS + 2), found
        assert {each.get("name", each.get("label")) for each in new.items("category")} == {"Outer", "Inner"}
        writes = new.count("create") + new.count("update")
        assert ended(one).exit_code == 0
        assert new.count("create") + new.count("update") == writes
        one.undo()
        assert new.items("product") == []


def test_a_broken_file_is_refused_before_anything_is_called(tmp_path: Path) -> None:
    (tmp_path / "forge.yaml").write_text(FORGE.replace("PAGE", "{by: cursor, at: after}"), encoding="utf-8")
    with pytest.raises(CatalensError, match="paging by cursor needs 'next'"):
        Registry([tmp_path]).mapping("forge")
