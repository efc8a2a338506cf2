"""An attribute definition: what one custom attribute of conversations or contacts is called, and how it is shown."""

from typing import Any, Literal

from msgspec import Struct

AttributeModel = Literal["conversation", "contact"]
DisplayType = Literal["text", "number", "currency", "percent", "link", "date", "list", "checkbox"]


class AttributeDefinition(Struct, frozen=True, kw_only=True):
    """`allowed_values` are a list's choices. `pattern` and `cue` are for clients, who check texts as they are typed."""

    id: int
    account_id: int
    model: AttributeModel
    key: str
    name: str
    display_type: DisplayType
    description: str
    allowed_values: list[Any]
    default_value: str | None
    pattern: str | None
    cue: str | None
    created_at: int
    updated_at: int
