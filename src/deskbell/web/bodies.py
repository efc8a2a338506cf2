"""What bodies may hold: the types request models are made of."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, TypeVar

from fastapi import Path
from msgspec import Struct
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from deskbell.kit import json
from deskbell.kit.clock import parse_iso, unix

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
        return json.loads_foreign(value)
    except ValueError:
        return value


def _number_as_text(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _flag_is_no_number(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError("should be a number")
    return value


def _seconds(value: Any) -> Any:
    try:
        return unix(parse_iso(value)) if isinstance(value, str) and "-" in value[1:] else value
    except (ValueError, OverflowError):
        return value


NotFlag = BeforeValidator(_flag_is_no_number)
Id = Annotated[int, NotFlag, Field(ge=1, le=LARGEST)]
PathId = Annotated[int, Path(ge=1, le=LARGEST)]
_Integer = Annotated[int, Field(le=LARGEST, ge=-LARGEST)]
OptionalId = Annotated[_Integer | None, NotFlag, BeforeValidator(_blank_is_null)]
OptionalTime = Annotated[_Integer | None, NotFlag, BeforeValidator(_blank_is_null), BeforeValidator(_seconds)]
"""Unix time in seconds; an ISO 8601 text says it too."""
NumberAsText = BeforeValidator(_number_as_text)
OptionalText = Annotated[str | None, NumberAsText]
Blankable = BeforeValidator(_blank_is_null)
ObjectOrText = BeforeValidator(_object_from_text)
Attributes = Annotated[dict[str, Any] | None, ObjectOrText]
Password = Annotated[Annotated[str, Field(min_length=8, max_length=128)] | None, Blankable]
"""A password to be; a blank one asks for none."""
Flag = Annotated[bool | None, BeforeValidator(_blank_is_null)]


class Body(BaseModel):
    """A request body. `wrapper` is the key some clients put everything under, as the reference lets them.

    `shown` are fields only answers have: clients that send back what they were shown mean nothing by them.
    """

    model_config = ConfigDict(extra="ignore")
    wrapper: ClassVar[str] = ""
    shown: ClassVar[frozenset[str]] = frozenset()

    @model_validator(mode="before")
    @classmethod
    def _unwrap(cls, value: Any) -> Any:
        if cls.wrapper and isinstance(value, Mapping) and isinstance(value.get(cls.wrapper), Mapping):
            outside = {name: field for name, field in value.items() if name != cls.wrapper}
            value = {**outside, **value[cls.wrapper]}
        if cls.shown and isinstance(value, Mapping):
            return {name: field for name, field in value.items() if name not in cls.shown}
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
