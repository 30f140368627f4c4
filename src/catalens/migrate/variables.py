"""Environment variables that endpoints ask for: which there are, which are missing, and their values."""

from __future__ import annotations

from collections.abc import Mapping

from catalens.errors import UsageError
from catalens.mapping.endpoints import Endpoints, is_environment, variables


def environment_names(endpoints: Endpoints) -> list[str]:
    """Return the names of the environment variables that endpoints ask for."""
    found = (name for blanks in endpoints.templates() for name in variables(blanks.text) if is_environment(name))
    return list(dict.fromkeys(found))


def missing_variables(endpoints: Endpoints, environment: Mapping[str, str]) -> list[str]:
    """Return the names of the environment variables that have to be set, and are not."""
    needed = [name for one in endpoints.templates() if not one.optional for name in variables(one.text)]
    return [name for name in dict.fromkeys(needed) if is_environment(name) and not environment.get(name)]


def values(endpoints: Endpoints, environment: Mapping[str, str]) -> dict[str, str]:
    """Return the values of environment variables. Raises UsageError, which names those that are unset or unusable."""
    missing = missing_variables(endpoints, environment)
    if missing:
        raise UsageError(f"set {', '.join(missing)}: the environment has no such variable")
    optional = {name for one in endpoints.templates() if one.optional for name in variables(one.text)}
    found = {name: environment[name] for name in environment_names(endpoints) if environment.get(name)}
    for name, value in found.items():
        if name not in optional and not (value.isprintable() and value.isascii()):
            raise UsageError(f"{name} holds a character that no header can hold; a line break at its end?")
    return found
