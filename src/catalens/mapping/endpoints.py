"""How a platform is called: what the ``endpoints`` of a mapping file may say. Data only; ``migrate`` makes the calls.

Expressions are JMESPath over ``{status, body}``, those of ``id`` over an item of a list. URLs are RFC 6570, level 1:
``{id}`` is the thing's identifier, ``{UPPER_CASE}`` an environment variable, and such a value is a secret.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal, Self

from pydantic import BaseModel, Field, model_validator
from pydantic_core import PydanticCustomError

from catalens.mapping.words import Words

Keys = tuple[str | int, ...]
Expression = str
Template = str
Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
Verb = Literal["list", "one", "find", "create", "update", "delete"]
Scalar = str | int | float | bool

VERBS: Final[tuple[Verb, ...]] = ("list", "one", "find", "create", "update", "delete")
#: the kind of thing that a mapping's fields describe
PRODUCT: Final = "product"
#: what stands in a template for the identifier of the thing that is called, and for what a login gave
ID, TOKEN = "id", "token"

_VARIABLE: Final = re.compile(r"\{([^{}]*)\}")
_ENVIRONMENT: Final = re.compile(r"[A-Z][A-Z0-9_]*")


def variables(template: str) -> list[str]:
    """Return the names that stand in braces."""
    return _VARIABLE.findall(template)


def is_environment(name: str) -> bool:
    """Tell whether a name in braces is that of an environment variable."""
    return _ENVIRONMENT.fullmatch(name) is not None


def _needs(what: str, *words: str) -> PydanticCustomError:
    return PydanticCustomError("needs", what + " needs " + " and ".join(f"'{word}'" for word in words))


class Login(Words):
    """A call that gives a token, which ends."""

    method: Method = "POST"
    url: Template
    body: dict[str, Scalar] | None = Field(None, description="what is sent, as JSON")
    form: dict[str, Scalar] | None = Field(None, description="what is sent, as a form")
    token: Expression = Field(description="where the token stands in the reply")
    seconds: Expression | None = Field(None, description="where the reply says how long the token lives")

    @model_validator(mode="after")
    def _has_one_body(self) -> Self:
        if self.body is not None and self.form is not None:
            raise PydanticCustomError("body", "a login sends either a 'body' or a 'form'")
        return self


class Auth(Words):
    """Who calls: members that every call carries."""

    header: dict[str, Template] = Field(default_factory=dict)
    query: dict[str, Template] = Field(default_factory=dict)
    form: dict[str, Template] = Field(default_factory=dict, description="fields of every body that is a form")
    login: Login | None = Field(None, description="gives {token}, which the others may hold")

    @model_validator(mode="after")
    def _carries_something(self) -> Self:
        if not (self.header or self.query or self.form or self.login):
            raise PydanticCustomError("needs", "auth needs 'header', 'query', 'form' or 'login'")
        return self

    @property
    def headers(self) -> dict[str, Template]:
        """Return the headers; a token that nothing else carries is a bearer's."""
        if self.login is not None and not (self.header or self.query or self.form):
            return {"Authorization": f"Bearer {{{TOKEN}}}"}
        return self.header


class Sealed(Words):
    """A reply that says the same twice: as values, and as the base64 of a JSON text, which may be signed."""

    value: Expression
    base64: Expression
    signature: Expression | None = None
    algorithm: Literal["rsa-sha256", "rsa-sha512"] = "rsa-sha256"
    key: Template | None = Field(None, description="the public key, PEM; signatures are checked where it is set")


class Paging(Words):
    """How a list is divided into pages."""

    by: Literal["none", "offset", "number", "cursor", "link"]
    at: str | None = Field(None, description="the query parameter that says which page")
    size: str | None = Field(None, description="the query parameter that says how many items")
    limit: int | None = Field(None, ge=1, description="how many items are asked for")
    first: int = Field(1, ge=0, description="the number of the first page")
    next: Expression | None = Field(None, description="where a page says what comes after it; null after the last")
    total: Expression | None = Field(None, description="where a page says how many items there are")

    @model_validator(mode="after")
    def _has_what_it_needs(self) -> Self:
        if self.by in ("offset", "number", "cursor") and self.at is None:
            raise _needs(f"paging by {self.by}", "at")
        if self.by == "cursor" and self.next is None:
            raise _needs("paging by cursor", "next")
        if (self.size is None) != (self.limit is None):
            raise PydanticCustomError("needs", "'size' and 'limit' go together: the parameter and its value")
        return self


class ListCall(Words):
    """All things of a kind, page by page."""

    url: Template
    query: dict[str, Scalar] = Field(default_factory=dict)
    page: Paging = Field(default_factory=lambda: Paging(by="none"))
    items: Expression = Field(description="where the items stand")
    brief: bool = Field(False, description="items lack members that 'one' gives: each is read once more")
    success: Expression | None = Field(None, description="when it was read, where this call says it differently")


class OneCall(Words):
    """One thing."""

    url: Template
    query: dict[str, Scalar] = Field(default_factory=dict)
    item: Expression = Field("body", description="where the thing stands")
    success: Expression | None = Field(None, description="when it was read, where this call says it differently")


class FindCall(Words):
    """Things by their natural key: asked for, or looked up in the list, which is read once."""

    by: Literal["index"] | None = None
    url: Template | None = None
    query: dict[str, str] = Field(default_factory=dict, description="parameter: the part of the key that it holds")
    items: Expression | None = None

    @model_validator(mode="after")
    def _is_one_of_both(self) -> Self:
        asked = (self.url, self.items)
        if self.by is None and (None in asked or not self.query):
            raise PydanticCustomError("needs", "find needs 'by: index', or 'url', 'query' and 'items'")
        if self.by is not None and (asked != (None, None) or self.query):
            raise PydanticCustomError("needs", "find has 'by: index', or 'url', 'query' and 'items', and not both")
        return self


class Call(Words):
    """A call that writes."""

    method: Method
    url: Template
    query: dict[str, Scalar] = Field(default_factory=dict)
    body: Literal["json", "form"] | None = None
    set: dict[str, Scalar] = Field(default_factory=dict, description="path: what this call says there")
    without: list[str] = Field(
        default_factory=list, description="paths that are not sent in this call, which would add them once more"
    )
    success: Expression | None = Field(None, description="when it was done, where this call says it differently")


class Step(Call):
    """One of the calls that make a thing."""

    id: Expression | None = Field(None, description="where the reply has the new thing's identifier")
    blank: bool = Field(False, description="after it the thing is there without its natural key, until the next step")


class Thing(Words):
    """The calls for things of one kind."""

    id: Expression = Field("id", description="in an item of a list: its identifier")
    name: str | None = Field(None, description="the path of the name, in items and in bodies; not of products")
    parent: str | None = Field(None, description="the path of the parent's identifier; not of products")
    # the type of the field below has the field's own name
    list_: ListCall | None = Field(None, alias="list")
    one: OneCall | None = None
    find: FindCall | None = None
    create: Step | list[Step] | None = None
    update: Call | None = None
    delete: Call | None = None
    set: dict[str, Scalar] = Field(
        default_factory=dict, description="path: what belongs to creating or updating, and not to the thing"
    )

    @property
    def steps(self) -> tuple[Step, ...]:
        """Return the steps that create a thing."""
        if self.create is None:
            return ()
        return (self.create,) if isinstance(self.create, Step) else tuple(self.create)

    def placed_steps(self) -> Iterator[tuple[Keys, Step]]:
        """Yield the steps that create a thing, with their places in it."""
        for index, step in enumerate(self.steps):
            yield ("create", index) if isinstance(self.create, list) else ("create",), step

    def calls(self, verb: Verb) -> tuple[ListCall | OneCall | FindCall | Call, ...]:
        """Return the calls that do something: several only where a thing is made in steps."""
        if verb == "create":
            return self.steps
        call = getattr(self, "list_" if verb == "list" else verb)
        return () if call is None else (call,)


class Idempotency(Words):
    """How a platform knows a call again that it had already."""

    header: str


class Endpoints(Words):
    """How things are read and written over HTTP."""

    auth: Auth | None = None
    success: Expression | None = Field(None, description="when a call was done; else where the status is 2xx")
    error: Expression | None = Field(None, description="where a reply says what is wrong")
    errors: Expression | None = Field(None, description="where a reply says it field by field")
    code: Expression | None = Field(None, description="where a reply has a code of the platform's own")
    exists: Expression | None = Field(None, description="when there is such a thing already; else with status 409")
    absent: Expression | None = Field(None, description="when there is no such thing; else with status 404 or 410")
    busy: Expression | None = Field(None, description="when a call was certainly not done, and may be tried again")
    denied: Expression | None = Field(None, description="when credentials are refused; else with status 401")
    sealed: Sealed | None = None
    things: dict[str, Thing] = Field(default_factory=dict)
    idempotency: Idempotency | None = None

    @property
    def kinds(self) -> tuple[str, ...]:
        """Return the kinds of things in the order in which they are made: products refer to all others."""
        return tuple(sorted(self.things, key=lambda kind: kind == PRODUCT))

    def templates(self) -> Iterator[Blanks]:
        """Yield every text that may hold names in braces."""
        auth, sealed = self.auth or Auth.model_construct(), self.sealed
        token = frozenset({TOKEN} if auth.login else ())
        for word, members in (("header", auth.header), ("query", auth.query), ("form", auth.form)):
            yield from _members(("auth", word), members, token)
        if auth.login is not None:
            yield Blanks(("auth", "login", "url"), auth.login.url)
            yield from _members(("auth", "login", "body"), auth.login.body)
            yield from _members(("auth", "login", "form"), auth.login.form)
        if sealed is not None and sealed.key is not None:
            yield Blanks(("sealed", "key"), sealed.key, optional=True)
        for kind, thing in self.things.items():
            yield from _of_thing(("things", kind), thing)

    def expressions(self) -> Iterator[tuple[Keys, Expression, bool]]:
        """Yield place and text of every expression, and whether it is over a reply (or an item of a list)."""
        yield from _expressions((), self, *_REPLIES)
        if self.auth is not None and self.auth.login is not None:
            yield from _expressions(("auth", "login"), self.auth.login, "token", "seconds")
        yield from _expressions(("sealed",), self.sealed, "value", "base64", "signature")
        for kind, thing in self.things.items():
            at: Keys = ("things", kind)
            yield (*at, "id"), thing.id, False
            yield from _expressions((*at, "list"), thing.list_, "items", "success")
            yield from _expressions((*at, "list", "page"), thing.list_ and thing.list_.page, "next", "total")
            yield from _expressions((*at, "one"), thing.one, "item", "success")
            yield from _expressions((*at, "find"), thing.find, "items")
            for keys, step in thing.placed_steps():
                yield from _expressions((*at, *keys), step, "id", "success")
            yield from _expressions((*at, "update"), thing.update, "success")
            yield from _expressions((*at, "delete"), thing.delete, "success")


_REPLIES: Final = ("success", "error", "errors", "code", "exists", "absent", "busy", "denied")


def _expressions(at: Keys, model: Words | None, *words: str) -> Iterator[tuple[Keys, Expression, bool]]:
    for word in words:
        text = getattr(model, word, None)
        if text is not None:
            yield (*at, word), text, True


#: the models of calls, and what people call the part of a mapping that each describes
CALLS: Final[Mapping[type[BaseModel], str]] = {
    Endpoints: "'endpoints'",
    Auth: "'auth'",
    Login: "'login'",
    Sealed: "'sealed'",
    Thing: "a thing",
    ListCall: "'list'",
    Paging: "'page'",
    OneCall: "'one'",
    FindCall: "'find'",
    Step: "a step",
    Idempotency: "'idempotency'",
}


@dataclass(frozen=True, slots=True)
class Blanks:
    """A text that may hold names in braces: its place in ``endpoints``, and the names that it may hold.

    Environment variables may stand in all of them; where ``optional``, they may be unset.
    """

    keys: Keys
    text: str
    names: frozenset[str] = frozenset()
    optional: bool = False


def _of_thing(at: Keys, thing: Thing) -> Iterator[Blanks]:
    known = frozenset({ID})
    yield from _members((*at, "set"), thing.set)
    if thing.list_ is not None:
        yield from _of_call((*at, "list"), thing.list_, frozenset())
    if thing.one is not None:
        yield from _of_call((*at, "one"), thing.one, known)
    if thing.find is not None and thing.find.url is not None:
        yield Blanks((*at, "find", "url"), thing.find.url)
    made: frozenset[str] = frozenset()
    for keys, step in thing.placed_steps():
        yield from _of_call((*at, *keys), step, made)
        made = known if step.id is not None else made
    for verb, call in (("update", thing.update), ("delete", thing.delete)):
        if call is not None:
            yield from _of_call((*at, verb), call, known)


def _of_call(at: Keys, call: ListCall | OneCall | Call, names: frozenset[str]) -> Iterator[Blanks]:
    yield Blanks((*at, "url"), call.url, names)
    yield from _members((*at, "query"), call.query, names)
    if isinstance(call, Call):
        yield from _members((*at, "set"), call.set, names)


def _members(at: Keys, members: Mapping[str, Scalar] | None, names: frozenset[str] = frozenset()) -> Iterator[Blanks]:
    for name, value in (members or {}).items():
        if isinstance(value, str):
            yield Blanks((*at, name), value, names)
