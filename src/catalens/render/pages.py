"""The templates, one environment for each form in which text has to be harmless."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Literal

from jinja2 import Environment, PackageLoader, StrictUndefined

from catalens.render.plain import clip, markdown, visible

Form = Literal["text", "html", "markdown"]

#: form -> what every value passes through, and how its templates end
_FORMS: dict[Form, tuple[Callable[[Any], Any], str]] = {
    "text": (visible, "txt"),
    "html": (visible, "html"),
    "markdown": (markdown, "md"),
}


def fill(name: str, form: Form, said: Mapping[str, Any]) -> str:
    """Fill the template of that name and form."""
    return _environment(form).get_template(f"{name}.{_FORMS[form][1]}").render(said)


@lru_cache(maxsize=3)
def _environment(form: Form) -> Environment:
    environment = Environment(
        loader=PackageLoader("catalens", "render/templates"),
        autoescape=form == "html",
        finalize=_FORMS[form][0],
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["clip"] = clip
    return environment
