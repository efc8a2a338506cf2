"""Filters: the conditions a request gives, and the terms they mean once they are known to make sense."""

from typing import Any, Literal

from msgspec import Struct

FilterModel = Literal["contact", "conversation"]
Origin = Literal["standard", "labels", "additional", "custom", "contact_custom"]
"""Where an attribute is kept: a column of its own, the labels, or one of the JSON objects."""
Kind = Literal["text", "word", "number", "whole", "instant", "day", "flag"]
"""How values are compared: texts whatever their case, words as they stand, days as the number YYYYMMDD, instants in microseconds."""
Joiner = Literal["AND", "OR"]


class Condition(Struct, frozen=True, kw_only=True):
    """One condition as a request writes it; `query_operator` joins it with the next one."""

    attribute_key: str
    filter_operator: str
    values: list[Any] = []
    query_operator: str | None = None
    custom_attribute_type: str | None = None


class Term(Struct, frozen=True, kw_only=True):
    """One condition that makes sense. `operator` is never a negative one: `negated` says so."""

    origin: Origin
    key: str
    kind: Kind
    operator: Literal["equal_to", "contains", "starts_with", "is_present", "is_greater_than", "is_less_than"]
    values: list[Any]
    negated: bool = False
    joiner: Joiner = "AND"
