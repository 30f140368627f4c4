"""Write codecs inline, from their own source, instead of calling them.

What a codec means is said once, in its methods. A call of one costs more than most of what they do, so a carrier is
written as one function in which their bodies stand one after the other. Only bodies of ``if``, ``return`` and plain
assignments are taken over; anything else, and a method whose source is not at hand, is called.
"""

from __future__ import annotations

import ast
import builtins
import inspect
import textwrap
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from catalens.codecs.base import SAME, Chain, Codec, EachOf, Single, one_way
from catalens.codecs.groups import Alias
from catalens.generated import make_function
from catalens.paths import MISSING


class Script:
    """A function under construction: its lines, and what its names stand for."""

    def __init__(self, prefix: str = "") -> None:
        self.prefix = prefix
        self.lines: list[str] = []
        self.names: dict[str, Any] = {"M": MISSING}
        self._bound: dict[int, str] = {}
        #: what a codec of one value has written -> the codec, and what it has written it from
        self._written: dict[str, tuple[Codec, str]] = {}
        self._count = 0

    def fresh(self, prefix: str) -> str:
        self._count += 1
        return f"{self.prefix}{prefix}{self._count}"

    def bind(self, value: Any) -> str:
        """Give a value a name; the same value has one name only."""
        if value is MISSING:
            return "M"
        name = self._bound.get(id(value))
        if name is None:
            name = self._bound[id(value)] = self.fresh("k")
            self.names[name] = value
        return name

    def first(self, one: str, other: str) -> str:
        """Write the choice of the first of two values that is present; return its variable."""
        if one == "M":
            return other
        made = self.fresh("h")
        self.lines.append(f"{made} = {other} if {one} is M else {one}")
        return made

    def function(self, parameters: Sequence[str], result: str, title: str = "carrier") -> Callable[..., Any]:
        """Make the function of all lines; ``title`` is what tracebacks call it."""
        lines = [*self.lines, f"return {result}"]
        text = f"def carry({', '.join(parameters)}):\n" + "".join(f"    {line}\n" for line in lines)
        return make_function("carry", text, self.names, title)

    def convert(self, codec: Codec, given: Sequence[str], writing: bool) -> list[str]:
        """Write the conversion of the given values by a codec, and return the names of what comes out."""
        # only here is it asked which codec it is: those made of others are taken apart, and an alias hands its values
        # on; one that computes needs no case of its own, since its body is written out or called
        given = list(given)
        if codec is SAME:
            return given
        if isinstance(codec, Chain):
            for part in reversed(codec.parts) if writing else codec.parts:
                given = self.convert(part, given, writing)
            return given
        if isinstance(codec, EachOf):
            return [self.convert(part, [one], writing)[0] for part, one in zip(codec.parts, given, strict=True)]
        if isinstance(codec, Alias):
            return given * 2 if writing else list(map(self.first, given, given[codec.hubs :]))
        made = [self.fresh("x") for _ in range(codec.wires if writing else codec.hubs)]
        if not isinstance(codec, Single):
            method = codec.encode if writing else codec.decode
            written = _inlined(self, method, given, made)
            self.lines += written or [f"{', '.join(made)}, = {self.bind(method)}({', '.join(given)})"]
            return made
        (one,) = given
        written = _inlined(self, codec.to_wire if writing else codec.to_hub, given, made)
        if written is None:
            self.lines.append(f"{made[0]} = {self.bind(one_way(codec, writing))}({one})")
            return made
        passes = f"{one} is M" if codec.takes_null else f"{one} is None or {one} is M"
        self.lines += [f"if {passes}:", f"    {made[0]} = {one}"]
        if writing:
            self._written[made[0]] = (codec, one)
        elif codec.returns and self._written.get(one, (None, ""))[0] is codec:
            hub = self._written[one][1]
            self.lines += [f"elif {hub}.__class__ in {self.bind(codec.returns)}:", f"    {made[0]} = {hub}"]
        self.lines += ["else:", *_deeper(written)]
        return made


def _deeper(lines: list[str]) -> list[str]:
    return [f"    {line}" for line in lines]


class _Unlike(Exception):
    """A method does something that cannot be written inline."""


@lru_cache(maxsize=256)
def _definition(function: Any) -> ast.FunctionDef | None:
    """Return the parsed source of a function; None where there is none, or where it has changed meanwhile."""
    try:
        (found,) = ast.parse(textwrap.dedent(inspect.getsource(function))).body
    except (OSError, TypeError, SyntaxError, ValueError):
        return None
    if not isinstance(found, ast.FunctionDef) or found.decorator_list:
        return None
    space: dict[str, Any] = {}
    alone = ast.Module([found], [])
    annotations = "from __future__ import annotations\n"
    exec(compile(annotations + ast.unparse(alone), "<definition>", "exec"), space)
    one, other = space[found.name].__code__, function.__code__
    same = all(getattr(one, name) == getattr(other, name) for name in ("co_code", "co_names", "co_varnames"))
    # the source file may have changed since it was loaded
    return found if same and repr(one.co_consts) == repr(other.co_consts) else None


def _inlined(script: Script, method: Callable[..., Any], given: list[str], made: list[str]) -> list[str] | None:
    """Return a method's body as lines that read the variables ``given`` and write the variables ``made``, or None."""
    try:
        scope = _Scope(script, method, [ast.Name(one) for one in given])
        return scope.write(scope.body, made)
    except _Unlike:
        return None


class _Scope(ast.NodeVisitor):
    """Renames the variables of one method body to those of the function that it is written into.

    What is parsed is kept for the next time, so that nothing is changed in place.
    """

    def __init__(self, script: Script, method: object, given: list[ast.expr]) -> None:
        function: Any = getattr(method, "__func__", method)
        found = _definition(function) if inspect.isfunction(function) else None
        if found is None or function.__closure__ or found.args.kwonlyargs or found.args.kwarg or found.args.defaults:
            raise _Unlike
        self.script, self.globals = script, function.__globals__
        self.owner = getattr(method, "__self__", None)
        parameters = [one.arg for one in found.args.args]
        self.self = parameters.pop(0) if self.owner is not None else None
        #: the parameter that takes all values, and the values
        self.all, self.given = None if found.args.vararg is None else found.args.vararg.arg, given
        if len(parameters) != (len(given) if self.all is None else 0):
            raise _Unlike
        self.local: dict[str, ast.expr] = dict(zip(parameters, given, strict=False))
        self.body = found.body[1:] if ast.get_docstring(found) is not None else found.body

    def write(self, body: list[ast.stmt], made: list[str]) -> list[str]:
        """Write statements that end by returning what is made."""
        match body:
            case [ast.Return(value=ast.expr() as value), *_]:
                values = [value]
                if self.all is not None:
                    if isinstance(value, ast.IfExp):
                        return self.write(
                            [ast.If(value.test, [ast.Return(value.body)], [ast.Return(value.orelse)])], made
                        )
                    if not isinstance(value, ast.Tuple) or len(value.elts) != len(made):
                        raise _Unlike
                    values = value.elts
                return [f"{name} = {self.text(one)}" for name, one in zip(made, values, strict=True)]
            case [ast.If(test, then, otherwise), *rest]:
                if not _returns(then):
                    raise _Unlike
                head = f"if {self.text(test)}:"
                outer = dict(self.local)
                first = self.write(then, made)
                self.local = outer
                return [head, *_deeper(first), "else:", *_deeper(self.write([*otherwise, *rest], made))]
            case [ast.Assign([ast.Name(name)], value), *rest]:
                text = self.text(value)
                new = self.script.fresh(name)
                self.local[name] = ast.Name(new)
                return [f"{new} = {text}", *self.write(rest, made)]
            case [ast.Assign([ast.Tuple(targets)], value), *rest]:
                names = [one.id for one in targets if isinstance(one, ast.Name)]
                whole = isinstance(value, ast.Name) and value.id == self.all
                text = "" if whole else self.text(value)
                given = self.given if whole else [ast.Name(self.script.fresh(name)) for name in names]
                if len(names) != len(targets) or len(names) != len(given):
                    raise _Unlike
                self.local.update(zip(names, given, strict=True))
                unpacked = [] if whole else [f"{', '.join(map(ast.unparse, given))} = {text}"]
                return [*unpacked, *self.write(rest, made)]
        raise _Unlike

    def text(self, value: ast.expr) -> str:
        return ast.unparse(self.put(value))

    def put(self, value: ast.expr) -> ast.expr:
        """Return an expression with its variables renamed."""
        # what has names of its own, or changes some, is not looked into
        if any(isinstance(one, _OWN_SCOPE) for one in ast.walk(value)):
            raise _Unlike
        result: ast.expr = self.visit(value)
        return result

    def generic_visit(self, node: ast.AST) -> ast.AST:
        """Return a node of the same kind, with the variables of its parts renamed."""
        return type(node)(**{name: self._part(part) for name, part in ast.iter_fields(node)})

    def _part(self, part: Any) -> Any:
        if isinstance(part, list):
            return [self._part(one) for one in part]
        return self.visit(part) if isinstance(part, ast.AST) else part

    def known(self, node: ast.expr) -> object:
        """Return what a global name, or an attribute of the codec, stands for; else the node itself."""
        match node:
            case ast.Name(name) if name not in self.local and name in self.globals:
                return self.globals[name]
            case ast.Attribute(ast.Name(name), attribute) if name == self.self:
                return getattr(self.owner, attribute)
        return node

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id in self.local:
            return self.local[node.id]
        if self.known(node) is not node:
            return ast.Name(self.script.bind(self.known(node)))
        if node.id == self.all or not hasattr(builtins, node.id):
            raise _Unlike
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        found = self.known(node)
        if found is node:
            return ast.Attribute(self.visit(node.value), node.attr)
        return ast.Constant(found) if isinstance(found, str | int) else ast.Name(self.script.bind(found))

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        match node:
            case ast.Subscript(ast.Name(name), ast.Constant(int(place))) if name == self.all:
                return self.given[place]
        return ast.Subscript(self.visit(node.value), self.visit(node.slice))

    def visit_Call(self, node: ast.Call) -> ast.expr:
        given = [self.visit(one) for one in node.args]
        if node.keywords or not all(isinstance(one, ast.Name | ast.Constant) for one in given):
            return ast.Call(self.visit(node.func), given, [self.visit(one) for one in node.keywords])
        try:
            # a function of one expression is that expression
            inner = _Scope(self.script, self.known(node.func), given)
            match inner.body:
                case [ast.Return(value=ast.expr() as value)]:
                    return inner.put(value)
        except _Unlike:
            pass
        return ast.Call(self.visit(node.func), given, [])


_OWN_SCOPE = (ast.Lambda, ast.NamedExpr, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Starred)


def _returns(body: list[ast.stmt]) -> bool:
    return isinstance(body[-1], ast.Return)
