"""What a reply means: what is known about a call, now that its reply is there, or will never be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from catalens.mapping.endpoints import Endpoints, Scalar
from catalens.migrate.expressions import ask, holds, shown, text_of, texts_of
from catalens.migrate.outcomes import Answer, Outcome
from catalens.migrate.seals import Seal
from catalens.migrate.secrets import Secrets

#: characters of what a store says that are kept
_TOLD: Final = 400

Encoding = Literal["json", "form"]


@dataclass(frozen=True, slots=True)
class Request:
    """A call before it has credentials. ``encoding`` None: there is no body."""

    method: str
    url: str
    query: Mapping[str, Scalar] = field(default_factory=dict)
    body: Any = None
    encoding: Literal["json", "form"] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    #: whether it only reads: then it may be redirected
    reads: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back. Where nothing did, ``failure`` says what is known about the call."""

    status: int = 0
    body: Any = field(default=None, repr=False)
    #: whether there is something to be asked: JSON, or nothing at all
    is_json: bool = False
    is_empty: bool = False
    failure: Outcome | None = None
    code: str = ""
    detail: str = ""
    retry_after: float | None = None
    #: where the headers say that the next page, or the thing itself, is
    following: str | None = None
    location: str | None = None
    took: float = 0.0

    @property
    def told(self) -> dict[str, Any]:
        """Return what expressions are asked of."""
        return {"status": self.status, "body": self.body}

    @property
    def is_good(self) -> bool:
        return 200 <= self.status < 300


class Judge:
    """Says what is known about calls to one store, in words that hold no secret."""

    def __init__(self, endpoints: Endpoints, seal: Seal | None, secrets: Secrets) -> None:
        self._endpoints, self._seal, self._secrets = endpoints, seal, secrets

    def answer(self, reply: Reply, success: str | None, creating: bool = False, named: bool = False) -> Answer:
        """Say what is known about a call, now that its reply is there, or will never be."""
        outcome, code, detail = self._outcome(reply, success, creating, named)
        said = self._endpoints
        if not code:
            code = (said.code and text_of(ask(said.code, reply.told))) or str(reply.status)
            detail = (said.error and shown(ask(said.error, reply.told))) or f"the status is {reply.status}"
        errors = texts_of(ask(said.errors, reply.told)) if said.errors and reply.failure is None else {}
        is_done = outcome is Outcome.DONE
        return Answer(
            outcome,
            body=reply.body,
            status=reply.status or None,
            code=self.told(code),
            detail="" if is_done else self.told(detail),
            errors={} if is_done else {self.told(name): tuple(map(self.told, one)) for name, one in errors.items()},
            retry_after=reply.retry_after,
            took=reply.took,
        )

    def _outcome(self, reply: Reply, success: str | None, creating: bool, named: bool) -> tuple[Outcome, str, str]:
        """Return outcome, code and detail; the latter empty where the reply says them itself."""
        said, told = self._endpoints, reply.told
        if reply.failure is not None:
            return reply.failure, reply.code, reply.detail
        if reply.status == 429 or (said.busy and reply.is_json and holds(said.busy, told)):
            return Outcome.BUSY, "", ""
        if self.is_denied(reply):
            return Outcome.DENIED, "", ""
        if reply.is_good:
            if not reply.is_json:
                return Outcome.UNKNOWN, "no-json", "the reply is no JSON"
            fault = None if self._seal is None or reply.is_empty else self._seal.fault(told)
            if fault is not None:
                return Outcome.UNKNOWN, "sealed", fault
        if creating and (holds(said.exists, told) if said.exists else reply.status == 409):
            return Outcome.EXISTS, "", ""
        if named and (holds(said.absent, told) if said.absent else reply.status in (404, 410)):
            return Outcome.ABSENT, "", ""
        if reply.is_good:
            wanted = success or said.success
            if wanted is None or reply.status == 204 or holds(wanted, told):
                return Outcome.DONE, "", ""
            return (Outcome.UNKNOWN, "no-json", "the reply is empty") if reply.is_empty else (Outcome.REFUSED, "", "")
        return _by_status(reply)

    def is_denied(self, reply: Reply) -> bool:
        """Tell whether our credentials were refused: then the call was not done."""
        denied = self._endpoints.denied
        if reply.failure is not None:
            return reply.failure is Outcome.DENIED
        return holds(denied, reply.told) if denied else reply.status == 401

    def told(self, text: str) -> str:
        """Return what may be shown of what a store says: one line, without secrets."""
        shown = " ".join(self._secrets.hide(text).split())
        return shown if len(shown) <= _TOLD else shown[: _TOLD - 1] + "…"


def _by_status(reply: Reply) -> tuple[Outcome, str, str]:
    """Judge a reply that is neither good nor of a kind that the mapping names."""
    if reply.status in (301, 307, 308):
        return Outcome.REFUSED, str(reply.status), "redirected, and a write is not sent anywhere else"
    if reply.status < 400 or reply.status == 408 or reply.status >= 500:
        return Outcome.UNKNOWN, "", ""
    return Outcome.REFUSED, "", ""
