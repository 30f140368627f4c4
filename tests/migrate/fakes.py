"""Stores on loopback that behave as their vendors' documents say, and fail as it is asked of them.

``Fake`` is the server: it keeps things, counts what is called, and has the faults. How a platform is called, and what
its answers look like, stands in the five small classes at the end; none of it is taken from the mapping files.

A fault is a word. Without ``+`` it happens in place of what was asked; with ``+``, after it was done::

    500 503 422 401 html-200 html-502 drop timeout 429 429-date          nothing is done
    +500 +drop +timeout +html-200 +html-502 +empty                       it is done, and the caller is not told
    late                                                                 it is done when the caller has given up
"""

from __future__ import annotations

import base64
import json
import random
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, parse_qsl, urlsplit

Body = dict[str, Any]
#: what faults of writes there are, half of them after the commit
WRITE_FAULTS = ("500", "drop", "timeout", "html-502", "+500", "+drop", "+timeout", "+html-200")
_HTML = b"<html><body>Bad gateway: please try again later</body></html>"
#: seconds for which a call that arrives after a 429 was under way when that was sent
_UNDER_WAY = 0.05


@dataclass(frozen=True)
class Call:
    """One request, as it arrived."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    content: bytes
    at: float
    verb: str | None = None
    kind: str | None = None
    id: str | None = None

    @property
    def body(self) -> Any:
        """The body as an object; a form's fields as texts."""
        if self.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            return dict(parse_qsl(self.content.decode(), keep_blank_values=True))
        return json.loads(self.content) if self.content else None


@dataclass
class Thing:
    """A thing of the store: what was written, and when it came."""

    id: Any
    written: Body
    blank: bool = False
    changed: int = 0


@dataclass
class Faults:
    """What goes wrong: in order, for each verb; else by chance, of writes."""

    queued: dict[str, list[str]] = field(default_factory=dict)
    rate: float = 0.0
    words: tuple[str, ...] = WRITE_FAULTS
    chance: random.Random = field(default_factory=lambda: random.Random(0))

    def next(self, verb: str) -> str | None:
        queue = self.queued.get(verb)
        if queue:
            return queue.pop(0)
        if self.rate and verb in ("create", "update", "delete") and self.chance.random() < self.rate:
            return self.chance.choice(self.words)
        return None


class Fake:
    """A store that runs on loopback until it is closed.

    ``unique``: whether it refuses a key twice. ``seconds``: how long its time-outs and late commits last. ``asks``:
    how long it wants to be left alone after a 429. ``limit``: the most items on a page.
    """

    def __init__(
        self, platform: Platform, *, unique: bool = True, seconds: float = 1.0, asks: float = 1.0, limit: int = 50
    ) -> None:
        self.platform, self.unique, self.seconds, self.asks, self.limit = platform, unique, seconds, asks, limit
        self.faults = Faults()
        self.calls: list[Call] = []
        self.inside_window = 0
        #: identifiers in what was written that nothing here has
        self.foreign: list[tuple[str, Any]] = []
        #: asked before each page of a list is made: (fake, kind, number of pages so far)
        self.before_page: Callable[[Fake, str, int], None] = lambda fake, kind, page: None
        #: field errors for a body, or nothing
        self.objects: Callable[[str, Body], dict[str, list[str]] | None] = lambda kind, body: None
        #: an answer of one's own to a call: (status, body, headers), or nothing
        self.instead: Callable[[Call], tuple[int, Any, dict[str, str]] | None] = lambda call: None
        self.things: dict[str, dict[str, Thing]] = {kind: {} for kind in platform.kinds}
        self.lock = threading.RLock()
        self._window = (0.0, 0.0)
        self._made = 0
        self._pages = 0
        platform.fake = self
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.fake = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def environment(self) -> dict[str, str]:
        """What the environment has to hold for whoever calls."""
        return self.platform.environment

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    # -- for tests ------------------------------------------------------------------------------------------------

    def fail(self, verb: str, *words: str) -> None:
        """Let the next calls of a verb fail, each with a word; '-' lets one pass."""
        self.faults.queued.setdefault(verb, []).extend(words)

    def put(self, kind: str, *bodies: Body) -> list[str]:
        """Add things, as if somebody had written them; return their identifiers."""
        with self.lock:
            return [str(self._make(kind, body).id) for body in bodies]

    def remove(self, kind: str, id: str) -> None:
        with self.lock:
            del self.things[kind][id]

    def items(self, kind: str) -> list[Body]:
        """Return all things of a kind as the platform shows them."""
        with self.lock:
            return [self.platform.shown(kind, one) for one in self.things[kind].values()]

    def written(self, kind: str) -> list[Body]:
        """Return what was written, drafts without content aside."""
        with self.lock:
            return [one.written for one in self.things[kind].values() if not one.blank]

    def blanks(self) -> list[str]:
        """Return the identifiers of what was made and never got its content."""
        with self.lock:
            return [id for kind in self.things for id, one in self.things[kind].items() if one.blank]

    def count(self, verb: str) -> int:
        return sum(call.verb == verb for call in self.calls)

    # -- what is kept ---------------------------------------------------------------------------------------------

    def _make(self, kind: str, body: Body, blank: bool = False) -> Thing:
        self._made += 1
        made = Thing(self.platform.new_id(self._made), {}, blank, self._made)
        self.things[kind][str(made.id)] = made
        self._write(made, kind, body)
        made.blank = blank
        return made

    def _write(self, thing: Thing, kind: str, body: Body) -> None:
        self._made += 1
        thing.written = self.platform.merged(kind, thing.written, body)
        thing.blank, thing.changed = False, self._made
        for other, id in self.platform.references(kind, body):
            if str(id) not in self.things.get(other, {}):
                self.foreign.append((other, id))

    def do(self, call: Call) -> tuple[int, Any]:
        """Do what is asked; return status and answer."""
        platform, kind = self.platform, call.kind or ""
        with self.lock:
            if call.verb == "list":
                self._pages += 1
                self.before_page(self, kind, self._pages)
                shown = [platform.shown(kind, one, whole=False) for one in self.things[kind].values()]
                return 200, platform.listing(kind, shown, call)
            if call.verb == "create":
                body = platform.body(call)
                return self._refusal(kind, body, None) or self._created(kind, body, call)
            thing = self.things[kind].get(str(call.id))
            if thing is None:
                return platform.absent(kind)
            if call.verb == "one":
                return 200, platform.answer("one", kind, thing)
            if call.verb == "delete":
                del self.things[kind][str(thing.id)]
            else:
                body = platform.body(call)
                refusal = self._refusal(kind, body, thing)
                if refusal is not None:
                    return refusal
                self._write(thing, kind, body)
            return 200, platform.answer(call.verb or "", kind, thing)

    def _created(self, kind: str, body: Body, call: Call) -> tuple[int, Any]:
        thing = self._make(kind, body, blank=self.platform.makes_blanks)
        return self.platform.created, self.platform.answer("create", kind, thing)

    def _refusal(self, kind: str, body: Body, thing: Thing | None) -> tuple[int, Any] | None:
        wrong = self.objects(kind, body)
        if wrong:
            return self.platform.refusal(wrong)
        key = self.platform.key(kind, body)
        others = [one for one in self.things[kind].values() if one is not thing]
        if self.unique and key is not None and any(self.platform.key(kind, one.written) == key for one in others):
            return self.platform.conflict(key)
        return None

    # -- faults ---------------------------------------------------------------------------------------------------

    def arrived(self, call: Call) -> None:
        with self.lock:
            self.calls.append(call)
            begins, ends = self._window
            if begins + _UNDER_WAY < call.at < ends:
                self.inside_window += 1

    def left_alone(self, dated: bool) -> str:
        """Open a window in which nobody should call; return the header that says so."""
        now = time.time()
        # a date has whole seconds
        until = float(int(now + self.asks) + 1) if dated else now + self.asks
        with self.lock:
            began = time.monotonic()
            self._window = (began, began + until - now)
        return formatdate(until, usegmt=True) if dated else f"{self.asks:g}"


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    #: threads that sleep in a time-out are not waited for
    block_on_close = False
    fake: Fake

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of callers who have gone away."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    #: an answer leaves as a whole, for its second part would wait until the first is confirmed
    wbufsize = -1
    server: _Server

    def log_message(self, format: str, *args: Any) -> None:
        """Be silent."""

    def _serve(self) -> None:
        fake = self.server.fake
        parts = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        content = self.rfile.read(length)
        if len(content) < length:
            # whoever calls has died before all of it was sent: nothing was asked
            self.close_connection = True
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        query = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
        call = Call(self.command, parts.path, query, headers, content, time.monotonic())
        call = fake.platform.routed(call)
        fake.arrived(call)
        instead = fake.instead(call)
        if instead is not None:
            self._answer(*instead)
            return
        if call.verb == "login":
            self._answer(*fake.platform.login(call))
            return
        if call.verb is None:
            self._answer(404, {"message": "no such route"})
            return
        fault = fake.faults.next(call.verb)
        if not fake.platform.lets_in(call) or fault == "401":
            self._answer(*fake.platform.unauthorised())
            return
        self._fail_or_do(fake, call, fault if fault != "-" else None)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = _serve

    def _fail_or_do(self, fake: Fake, call: Call, fault: str | None) -> None:
        if fault in ("429", "429-date"):
            self._answer(429, {"message": "too many requests"}, {"Retry-After": fake.left_alone(fault == "429-date")})
            return
        if fault == "422":
            self._answer(*fake.platform.refusal({"name": ["is not liked"]}))
            return
        if fault == "late":
            time.sleep(fake.seconds)
        done = fake.do(call) if fault is None or fault == "late" or fault.startswith("+") else (500, None)
        match (fault or "").lstrip("+"):
            case "drop":
                self._drop()
            case "timeout":
                time.sleep(fake.seconds)
                self._drop()
            case "500" | "503" as status:
                self._answer(int(status), {"message": "something went wrong"})
            case "html-200" | "html-502" as page:
                self._answer(int(page[-3:]), _HTML)
            case "empty":
                self._answer(200, b"")
            case _:
                self._answer(*done)

    def _drop(self) -> None:
        """End the connection without an answer."""
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def _answer(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        told = {
            "Content-Type": "text/html" if body is _HTML else "application/json",
            "Content-Length": str(len(content)),
        }
        self.send_response(status)
        for name, value in {**told, **(headers or {})}.items():
            if value:
                self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)


# -- the platforms --------------------------------------------------------------------------------------------------


class Platform:
    """What is true of one platform; here, what most of them have in common."""

    format = ""
    kinds: tuple[str, ...] = ("product",)
    #: (method, expression for the path with the group ``id``, verb, kind)
    routes: tuple[tuple[str, str, str, str], ...] = ()
    environment: ClassVar[dict[str, str]] = {}
    created = 200
    makes_blanks = False
    fake: Fake

    def routed(self, call: Call) -> Call:
        for method, path, verb, kind in self.routes:
            found = re.fullmatch(path, call.path)
            if method == call.method and found:
                id = found.groupdict().get("id")
                whole = (call.method, call.path, call.query, call.headers, call.content, call.at)
                return Call(*whole, verb, kind, id)
        return call

    def lets_in(self, call: Call) -> bool:
        raise NotImplementedError

    def login(self, call: Call) -> tuple[int, Any]:
        raise NotImplementedError

    def new_id(self, number: int) -> Any:
        return f"{number:024x}"

    def body(self, call: Call) -> Body:
        return call.body or {}

    def merged(self, kind: str, there: Body, body: Body) -> Body:
        """Return what is there after a write: what it does not mention stays."""
        return merged(there, body)

    def key(self, kind: str, body: Body) -> Any:
        """What no two things may have in common."""
        return body.get("sku") if kind == "product" else (body.get("name"), body.get("parent"), body.get("parent_id"))

    def references(self, kind: str, body: Body) -> Iterator[tuple[str, Any]]:
        """Yield the things of this store that a body refers to."""
        yield from ()

    def shown(self, kind: str, thing: Thing, whole: bool = True) -> Body:
        """Return a thing as answers have it."""
        return {"id": thing.id, **thing.written}

    def named(self, kind: str, id: Any) -> Any:
        known = self.fake.things[kind].get(str(id)) if kind in self.fake.things else None
        return None if known is None else known.written.get("name")

    def listing(self, kind: str, items: list[Body], call: Call) -> Any:
        raise NotImplementedError

    def answer(self, verb: str, kind: str, thing: Thing) -> Any:
        raise NotImplementedError

    def refusal(self, wrong: dict[str, list[str]]) -> tuple[int, Any]:
        return 422, {"success": False, "message": "invalid", "errors": wrong}

    def conflict(self, key: Any) -> tuple[int, Any]:
        return 409, {"success": False, "message": f"{key} is taken"}

    def absent(self, kind: str) -> tuple[int, Any]:
        return 404, {"success": False, "message": f"no such {kind}"}

    def unauthorised(self) -> tuple[int, Any]:
        return 401, {"success": False, "message": "unauthorised"}


def merged(there: Any, body: Any) -> Any:
    if not (isinstance(there, dict) and isinstance(body, dict)):
        return body
    return {**there, **{name: merged(there.get(name), value) for name, value in body.items()}}


def paged(items: list[Body], page: int, limit: int) -> list[Body]:
    return items[(page - 1) * limit : page * limit]


def resource(base: str, kind: str = "product") -> tuple[tuple[str, str, str, str], ...]:
    """The five calls of a resource, as most interfaces have them."""
    return (
        ("GET", base, "list", kind),
        ("POST", base, "create", kind),
        ("GET", f"{base}/(?P<id>[^/]+)", "one", kind),
        ("PUT", f"{base}/(?P<id>[^/]+)", "update", kind),
        ("DELETE", f"{base}/(?P<id>[^/]+)", "delete", kind),
    )


class CommerceEngine(Platform):
    """Bearer token; pages by number; ids in requests, objects in answers."""

    format = "commerce-engine"
    kinds = ("category", "product")
    routes = (*resource("/catalog/products"), *resource("/catalog/categories", "category"))
    environment: ClassVar[dict[str, str]] = {"COMMERCE_ENGINE_TOKEN": "canary-engine+token/7e1f"}

    def lets_in(self, call: Call) -> bool:
        return call.headers.get("authorization") == "Bearer " + self.environment["COMMERCE_ENGINE_TOKEN"]

    def new_id(self, number: int) -> str:
        return f"01KCE{number:021d}"

    def references(self, kind: str, body: Body) -> Iterator[tuple[str, Any]]:
        if kind == "category":
            yield from [("category", body["parent_id"])] if body.get("parent_id") else []
            return
        yield from (("category", one) for one in body.get("categories") or [])
        for ids in (body.get("related_products") or {}).values():
            yield from (("product", one) for one in ids)

    def shown(self, kind: str, thing: Thing, whole: bool = True) -> Body:
        item = {"id": thing.id, **thing.written}
        if kind == "category":
            return {"parent_id": None, **item}
        if "categories" in item:
            item["categories"] = [
                {"id": one, "name": self.named("category", one), "active": True} for one in item["categories"]
            ]
        if "related_products" in item:
            related = item["related_products"].items()
            item["related_products"] = {
                name: [{"id": one, "name": self.named("product", one)} for one in ids] for name, ids in related
            }
        if "metadata" in item:
            item["metadata"] = [{"name": one["key"], "value": one.get("value")} for one in item["metadata"]]
        for name in ("images", "pricing"):
            if name in item:
                item[name] = [{"id": index, **one} for index, one in enumerate(item[name], 1)]
        return {**item, "product_type": "physical", "created_at": "2026-11-07T05:31:56Z"}

    def listing(self, kind: str, items: list[Body], call: Call) -> Any:
        page, limit = int(call.query.get("page", 1)), min(int(call.query.get("limit", 10)), self.fake.limit)
        pages = -(-len(items) // limit)
        pagination = {
            "total_records": len(items),
            "total_pages": pages,
            "previous_page": page - 1 or None,
            "next_page": page + 1 if page < pages else None,
        }
        name = "products" if kind == "product" else "categories"
        return self._said({name: paged(items, page, limit), "pagination": pagination})

    def answer(self, verb: str, kind: str, thing: Thing) -> Any:
        return self._said({} if verb == "delete" else {kind: self.shown(kind, thing)})

    def _said(self, content: Any) -> Body:
        return {"message": "done", "success": True, "content": content}


class WebCommander(Platform):
    """A login with a token that ends; pages by offset; numbers as ids."""

    format = "webcommander"
    kinds = ("category", "product")
    routes = (
        ("POST", "/api/v4/oauth2/token", "login", ""),
        *resource("/api/v4/admin/products"),
        *resource("/api/v4/admin/categories", "category"),
    )
    environment: ClassVar[dict[str, str]] = {
        "WEBCOMMANDER_AUTH_STRING": "canary-auth string",
        "WEBCOMMANDER_REDIRECT_URI": "https://canary.example/back",
        "WEBCOMMANDER_CLIENT_ID": "canary-client",
        "WEBCOMMANDER_CLIENT_SECRET": "canary-client&secret=1",
    }

    def __init__(self, lives: float = 3600, says: float | None = None) -> None:
        #: how long a token lives, and how long it is said to
        self.lives, self.says = lives, lives if says is None else says
        self.refuses = False
        self.tokens: dict[str, float] = {}

    def login(self, call: Call) -> tuple[int, Any]:
        sent = call.body
        right = {name.removeprefix("WEBCOMMANDER_").lower(): value for name, value in self.environment.items()}
        if self.refuses or sent != {"grant_type": "client_credentials", **right}:
            return 400, {"error": "invalid_client", "sent": sent}
        with self.fake.lock:
            token = f"canary-access-{len(self.tokens)}"
            self.tokens[token] = time.monotonic() + self.lives
        return 200, {"access_token": token, "refresh_token": "canary-refresh", "expires_in": self.says}

    def lets_in(self, call: Call) -> bool:
        kind, _, token = call.headers.get("authorization", "").partition(" ")
        return kind == "Bearer" and self.tokens.get(token, 0.0) > time.monotonic()

    def new_id(self, number: int) -> int:
        return 1000 + number

    def references(self, kind: str, body: Body) -> Iterator[tuple[str, Any]]:
        if kind == "category":
            yield from [("category", body["parent"])] if body.get("parent") else []
            return
        yield from (("category", one.get("id")) for one in body.get("parents") or [])
        for name in ("related_products", "similar_products"):
            yield from (("product", one.get("id")) for one in body.get(name) or [])

    def shown(self, kind: str, thing: Thing, whole: bool = True) -> Body:
        item = {"id": thing.id, **thing.written}
        if kind == "category":
            return {"parent": None, **item}
        lifted = item.pop("product_properties", {})
        item |= {
            name: lifted[name]
            for name in ("sold_out", "sold_out_label", "length", "width", "height", "weight")
            if name in lifted
        }
        prices = dict(item.get("product_pricing_and_stock", {}))
        for name in ("on_sale_price", "available_stock", "low_level_stock", "minimum_order_quantity"):
            if name in prices:
                prices[name] = bare(prices[name])
        if "restrict_price_for_selected_customers" in prices:
            prices["restrict_price_for_except_customers"] = prices.pop("restrict_price_for_selected_customers")
        for name in ("variation_price", "enable_lite_variation"):
            prices.pop(name, None)
        if prices:
            item["product_pricing_and_stock"] = prices
            item["is_on_sale"] = bool(prices.get("on_sale"))
            item["sale_price"] = prices.get("on_sale_price") if prices.get("on_sale") else item.get("base_price")
        for name in ("base_price", "cost_price", "sale_price"):
            if name in item:
                item[name] = bare(item[name])
        if "administrative_status" in item:
            item["administrative_status"] = item["administrative_status"] in (True, "true")
        if "image_and_video" in item:
            base = f"{self.fake.url}/media/"
            images = item["image_and_video"].get("images", [])
            item["image_and_video"] = {
                "images": [
                    {
                        "id": index,
                        "filename": one.get("filename", "picture"),
                        "thumbnail": base + "t",
                        "link": base + one.get("filename", "picture"),
                    }
                    for index, one in enumerate(images, 1)
                ]
            }
        chosen = item.get("selected_customers")
        if chosen:
            item["selected_customers"] = {
                name: [{"id": one, "name": f"Customer {one}"} for one in ids] for name, ids in chosen.items()
            }
        item.pop("restrict_for_selected_customers", None)
        for name in ("parents", "related_products", "similar_products"):
            if name in item:
                other = "category" if name == "parents" else "product"
                item[name] = [{**one, "name": self.named(other, one.get("id"))} for one in item[name]]
        return {**item, "created_at": "2026-11-07 05:31:56"}

    def listing(self, kind: str, items: list[Body], call: Call) -> Any:
        offset, most = int(call.query.get("offset", 0)), min(int(call.query.get("max", 10)), self.fake.limit)
        return {"products" if kind == "product" else "categories": items[offset : offset + most]}

    def answer(self, verb: str, kind: str, thing: Thing) -> Any:
        return {} if verb == "delete" else {kind: self.shown(kind, thing)}


def bare(value: Any) -> Any:
    """Return a number without its quotes."""
    return json.loads(value) if isinstance(value, str) and re.fullmatch(r"-?\d+(\.\d+)?", value) else value


class Axim(Platform):
    """A header of its own; what is documented is the update, and the rest is guessed as the mapping guesses it."""

    format = "axim"
    routes = resource("/products")
    environment: ClassVar[dict[str, str]] = {"AXIM_ACCESS_TOKEN": "canary-axim:token"}

    def lets_in(self, call: Call) -> bool:
        return call.headers.get("accesstoken") == "Bearer " + self.environment["AXIM_ACCESS_TOKEN"]

    def routed(self, call: Call) -> Call:
        found = super().routed(call)
        return call if found.verb == "delete" else found

    def references(self, kind: str, body: Body) -> Iterator[tuple[str, Any]]:
        yield from (("category", one) for one in body.get("categories") or [])

    def shown(self, kind: str, thing: Thing, whole: bool = True) -> Body:
        return {"_id": thing.id, **thing.written}

    def listing(self, kind: str, items: list[Body], call: Call) -> Any:
        page, limit = int(call.query.get("page", 1)), min(int(call.query.get("limit", 10)), self.fake.limit)
        return {"success": True, "message": "products", "data": paged(items, page, limit)}

    def answer(self, verb: str, kind: str, thing: Thing) -> Any:
        return {"success": True, "message": "Product saved", "data": self.shown(kind, thing)}


class Keevault(Platform):
    """Forms; the status is always 200; every reply says everything twice, and may be signed."""

    format = "keevault"
    routes = (
        ("GET", "/api/v1/get-all-products", "list", "product"),
        ("POST", "/api/v1/create-product", "create", "product"),
        ("POST", "/api/v1/update-product", "update", "product"),
        ("POST", "/api/v1/delete-product", "delete", "product"),
    )
    environment: ClassVar[dict[str, str]] = {"KEEVAULT_API_KEY": "canary-2964c3c9-0b5d"}

    def __init__(self, sign: Callable[[bytes], bytes] | None = None) -> None:
        self.sign = sign
        #: changes replies after they were sealed
        self.forged: Callable[[Body], None] = lambda reply: None

    def routed(self, call: Call) -> Call:
        found = super().routed(call)
        id = call.body.get("product_id") if found.verb in ("update", "delete") else None
        whole = (call.method, call.path, call.query, call.headers, call.content, call.at)
        return Call(*whole, found.verb, found.kind, id)

    def lets_in(self, call: Call) -> bool:
        key = self.environment["KEEVAULT_API_KEY"]
        asked = call.body.get("api_key") if call.method == "POST" else None
        return asked == key or call.headers.get("authorization") == f"Bearer {key}"

    def new_id(self, number: int) -> int:
        return number

    def body(self, call: Call) -> Body:
        return {name: value for name, value in call.body.items() if name not in ("api_key", "product_id")}

    def key(self, kind: str, body: Body) -> Any:
        return body.get("external_reference") or None

    def shown(self, kind: str, thing: Thing, whole: bool = True) -> Body:
        written = thing.written
        return {
            "id": thing.id,
            "external_reference": written.get("external_reference") or None,
            "source": written.get("source"),
            "name": written.get("name"),
            "post_url": None,
            "description": written.get("description"),
            "status": written.get("status"),
            "require_non_expired": bare(written.get("require_non_expired")),
            "created_at": "2024-02-27T02:44:09.000000Z",
            "updated_at": "2024-02-27T02:44:09.000000Z",
            "meta_data": [],
        }

    def listing(self, kind: str, items: list[Body], call: Call) -> Any:
        return self._sealed(810, "All products", products=items)

    def answer(self, verb: str, kind: str, thing: Thing) -> Any:
        if verb == "create":
            return self._sealed(750, "Product created", product_id=thing.id)
        return self._sealed(650, "Product updated") if verb == "update" else self._sealed(850, "Product deleted")

    def refusal(self, wrong: dict[str, list[str]]) -> tuple[int, Any]:
        return 200, self._sealed(651, "Incorrect data found", errors=wrong)

    def conflict(self, key: Any) -> tuple[int, Any]:
        return self.refusal({"external_reference": ["The external reference has already been taken."]})

    def absent(self, kind: str) -> tuple[int, Any]:
        return self.refusal({"product_id": ["The selected product id is invalid."]})

    def unauthorised(self) -> tuple[int, Any]:
        return 401, {"message": "Unauthenticated."}

    def _sealed(self, code: int, message: str, **more: Any) -> Body:
        response = {"code": code, "message": message, **more, "timestamp": 1709003049}
        # as the vendor's server writes JSON: without blanks, slashes escaped
        told = base64.b64encode(json.dumps(response, separators=(",", ":")).replace("/", "\\/").encode())
        signature = "" if self.sign is None else base64.b64encode(self.sign(told)).decode()
        reply = {
            "response": response,
            "response_base64": told.decode(),
            "private_key_used": "global",
            "signature": signature,
        }
        self.forged(reply)
        return reply


class Prosperna(Platform):
    """The token in the address; a draft is made first, and gets its content afterwards; lists lack members."""

    format = "prosperna"
    routes = (
        ("POST", "/v1/products/pre-create", "create", "product"),
        ("GET", "/v1/products/merchant-listing", "list", "product"),
        *(one for one in resource("/v1/products") if one[2] not in ("list", "create")),
    )
    environment: ClassVar[dict[str, str]] = {"PROSPERNA_TOKEN": "canary/prosperna token=="}
    created = 201
    makes_blanks = True

    def lets_in(self, call: Call) -> bool:
        return call.query.get("token") == self.environment["PROSPERNA_TOKEN"]

    def key(self, kind: str, body: Body) -> Any:
        return body.get("product_specification", {}).get("slug")

    def references(self, kind: str, body: Body) -> Iterator[tuple[str, Any]]:
        yield from (("category", one) for one in body.get("product_categories") or [])

    def merged(self, kind: str, there: Body, body: Body) -> Body:
        """Images are told what to do: new ones are added to those that are there."""
        sent = body.get("product_specification", {}).get("images")
        done = merged(there, body)
        if sent is not None:
            images = list(there.get("product_specification", {}).get("images", []))
            for image in sent:
                assert image.get("image_action") in ("new", "delete", "ordering_update"), image
                if image["image_action"] == "new":
                    images.append(image)
            done["product_specification"]["images"] = images
        return done

    def shown(self, kind: str, thing: Thing, whole: bool = True) -> Body:
        item = json.loads(json.dumps(thing.written))
        texts = item.get("product_specification", {})
        if "images" in texts:
            base = f"{self.fake.url}/media/"
            texts["images"] = [
                {
                    "id": f"{index:024x}",
                    "image": base + one["file_name"],
                    "original_name": one["file_name"],
                    "type": "image/png",
                    "name_with_path": "media/" + one["file_name"],
                }
                for index, one in enumerate(texts["images"], 1)
            ]
        item.get("product_price", {}).pop("price", None)
        # what is written as an identifier is shown as the thing
        for name in ("product_categories", "product_variant_types", "product_variants_combinations"):
            if name in item:
                item[name] = [{"id": one, "name": f"Thing {one[-4:]}"} for one in item[name]]
        addons = item.get("product_addons", {})
        if "addOn_list" in addons:
            addons["addOn_list"] = [{"id": one, "name": f"Thing {one[-4:]}"} for one in addons["addOn_list"]]
        if not whole:
            item = {name: item[name] for name in ("product_specification", "product_price") if name in item}
        return {**item, "id": thing.id, "product_type": "PHYSICAL", "createdAt": "2026-02-09T13:28:26.326Z"}

    def listing(self, kind: str, items: list[Body], call: Call) -> Any:
        page, limit = int(call.query.get("page", 1)), min(int(call.query.get("limit", 10)), self.fake.limit)
        pages = -(-len(items) // limit)
        pagination = {
            "totalDocs": len(items),
            "limit": limit,
            "page": page,
            "totalPages": pages,
            "hasNextPage": page < pages,
            "nextPage": page + 1 if page < pages else None,
        }
        data = {"products": paged(items, page, limit), "pagination": pagination}
        return {"data": data, "message": "Products", "statusCode": 200}

    def answer(self, verb: str, kind: str, thing: Thing) -> Any:
        if verb == "create":
            data: Any = {"id": thing.id, "product_type": "physical"}
            return {"data": data, "message": "Product pre-created", "statusCode": 201}
        data = self.shown(kind, thing) if verb == "one" else None
        return {"data": data, "message": "done", "statusCode": 200}

    def refusal(self, wrong: dict[str, list[str]]) -> tuple[int, Any]:
        return 400, {"error": True, "message": "; ".join(f"{name} {said[0]}" for name, said in wrong.items())}

    def conflict(self, key: Any) -> tuple[int, Any]:
        return 409, {"error": True, "message": f"{key} is taken"}

    def absent(self, kind: str) -> tuple[int, Any]:
        return 404, {"error": True, "message": "not found"}

    def unauthorised(self) -> tuple[int, Any]:
        return 401, {"error": True, "message": "token?"}

    def body(self, call: Call) -> Body:
        return call.body or {}


PLATFORMS: tuple[type[Platform], ...] = (Axim, CommerceEngine, Keevault, Prosperna, WebCommander)


@contextmanager
def running(platform: Platform, **options: Any) -> Iterator[Fake]:
    """Run a fake as long as a block lasts."""
    fake = Fake(platform, **options)
    try:
        yield fake
    finally:
        fake.close()
