"""Replies that say everything twice, and sign it: whether the two agree, and whether the signature is right."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from catalens.errors import InvalidPayload, MissingExtra, UsageError
from catalens.mapping.endpoints import Sealed
from catalens.migrate.expressions import ask
from catalens.payloads import identical, loads


class Seal:
    """Checks sealed replies; signatures too, where there is a key (PEM). Raises UsageError for what is no key."""

    def __init__(self, sealed: Sealed, key: str | None) -> None:
        self._sealed = sealed
        self._key: Any = None if key is None or sealed.signature is None else _public_key(key)

    def fault(self, reply: dict[str, Any]) -> str | None:
        """Say what is wrong with a reply (``{status, body}``); None where nothing is."""
        text = ask(self._sealed.base64, reply)
        if not isinstance(text, str):
            return "the reply is not sealed"
        try:
            told = base64.b64decode(text, validate=True)
            value = loads(told)
        except (binascii.Error, ValueError, InvalidPayload):
            return "what is sealed is no JSON"
        if not identical(value, ask(self._sealed.value, reply)):
            return "the reply says something else than what is sealed"
        if self._key is not None and not self._is_signed(reply, text.encode(), told):
            return "the signature is not right"
        return None

    def _is_signed(self, reply: dict[str, Any], *signed: bytes) -> bool:
        """Tell whether the signature is of the sealed text, or of what it encodes: vendors sign either."""
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15

        signature = ask(self._sealed.signature or "", reply)
        digest = hashes.SHA512() if self._sealed.algorithm == "rsa-sha512" else hashes.SHA256()
        if not isinstance(signature, str):
            return False
        for one in signed:
            try:
                self._key.verify(base64.b64decode(signature), one, PKCS1v15(), digest)
            except (InvalidSignature, binascii.Error):
                continue
            return True
        return False


def _public_key(text: str) -> Any:
    try:
        from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
        from cryptography.hazmat.primitives.serialization import load_pem_public_key
    except ImportError:
        raise MissingExtra("signatures", "signatures") from None
    try:
        # a variable may have been set with \\n where lines end
        key = load_pem_public_key(text.replace("\\n", "\n").encode())
    except ValueError:
        key = None
    if not isinstance(key, RSAPublicKey):
        raise UsageError("the public key for the seal of replies is no RSA key in PEM")
    return key
