"""What bodies may hold: the types request models are made of."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, TypeVar

from fastapi import Path
from msgspec import Struct
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from deskbell.kit import json

S = TypeVar("S", bound=Struct)
LARGEST = 2**63 - 1


def _blank_is_null(value: Any) -> Any:
    return None if isinstance(value, str) and not value.strip() else value


def _object_from_text(value: Any) -> Any:
    """Multipart clients send objects as JSON text."""
    if not isinstance(value, str):
        return value
    if not value.strip():
        return None
    try:
        return json.loads(value)
    except ValueError:
        return value


def _number_as_text(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Id = Annotated[int, Field(ge=1, le=LARGEST)]
PathId = Annotated[int, Path(ge=1, le=LARGEST)]
OptionalId = Annotated[int | None, BeforeValidator(_blank_is_null), Field(le=LARGEST, ge=-LARGEST)]
OptionalText = Annotated[str | None, BeforeValidator(_number_as_text)]
Blankable = BeforeValidator(_blank_is_null)
Attributes = Annotated[dict[str, Any] | None, BeforeValidator(_object_from_text)]
Flag = Annotated[bool | None, BeforeValidator(_blank_is_null)]


class Body(BaseModel):
    """A request body. `wrapper` is the key some clients put everything under, as the reference lets them."""

    model_config = ConfigDict(extra="ignore")
    wrapper: ClassVar[str] = ""

    @model_validator(mode="before")
    @classmethod
    def _unwrap(cls, value: Any) -> Any:
        if cls.wrapper and isinstance(value, Mapping) and isinstance(value.get(cls.wrapper), Mapping):
            outside = {name: field for name, field in value.items() if name != cls.wrapper}
            return {**outside, **value[cls.wrapper]}
        return value

    def said(self) -> dict[str, Any]:
        """Only the fields the request spoke of."""
        return {
            name: getattr(self, name) for name in self.model_fields_set if name in type(self).model_fields
        }

    def changes(self, struct: type[S], **more: Any) -> S:
        """The fields the request spoke of, as a struct of changes."""
        known = {name: value for name, value in self.said().items() if name in struct.__struct_fields__}
        return struct(**{**known, **more})
