"""What all models of the mapping language have in common."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Words(BaseModel):
    """Refuse words that the language does not have."""

    # strict: a text is neither a number nor a truth value, whatever it says
    model_config = ConfigDict(extra="forbid", populate_by_name=True, strict=True)
