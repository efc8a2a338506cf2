"""Filters as SQL: each term becomes a condition that is true or false and never unknown; values travel as parameters."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from deskbell.model.filter import FilterModel, Term
from deskbell.store.database import Reader
from deskbell.store.statement import Statement

_COLUMNS: Mapping[FilterModel, Mapping[str, str]] = {
    "contact": {
        "name": "c.name",
        "email": "c.email",
        "phone_number": "c.phone_number",
        "identifier": "c.identifier",
        "blocked": "c.blocked",
        "created_at": "c.created_at",
        "last_activity_at": "c.last_activity_at",
    },
    "conversation": {
        "status": "c.status",
        "priority": "c.priority",
        "assignee_id": "c.assignee_id",
        "inbox_id": "c.inbox_id",
        "team_id": "c.team_id",
        "display_id": "c.number",
        "created_at": "c.created_at",
        "last_activity_at": "c.last_activity_at",
    },
}
_OBJECTS = {
    "additional": "c.additional_attributes",
    "custom": "c.custom_attributes",
    "contact_custom": "(SELECT p.custom_attributes FROM contacts p WHERE p.id = c.contact_id)",
}
_LABELS: Mapping[FilterModel, str] = {
    "contact": "SELECT 1 FROM contact_labels l WHERE l.contact_id = c.id",
    "conversation": "SELECT 1 FROM conversation_labels l WHERE l.conversation_id = c.id",
}
_DEFINITIONS = Statement(
    "SELECT model, key, display_type FROM attribute_definitions WHERE account_id = :account_id"
)


class Clause(Struct, frozen=True):
    """A filter as a condition on the table known as `c`, and its parameters."""

    text: str
    values: dict[str, Any]


EVERYTHING = Clause("TRUE", {})


def literally(text: str) -> str:
    """A text for LIKE … ESCAPE '!' whose own wildcards mean themselves."""
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_")


async def definitions(reader: Reader, account_id: int) -> dict[tuple[str, str], str]:
    """The display type of each custom attribute an account has defined, by model and key."""
    rows = await reader.all(_DEFINITIONS, account_id=account_id)
    return {(row["model"], row["key"]): row["display_type"] for row in rows}


def compiled(model: FilterModel, terms: Sequence[Term]) -> Clause:
    """The clause that finds what the terms describe; AND binds tighter than OR. Without terms it finds everything."""
    text = ""
    values: dict[str, Any] = {}
    for place, term in enumerate(terms):
        condition, more = _condition(model, term, f"filter_{place}")
        text += f"{'NOT ' if term.negated else ''}COALESCE(({condition}), FALSE)"
        values |= more
        if place + 1 < len(terms):
            text += f" {term.joiner} "
    return Clause(text, values) if terms else EVERYTHING


def _condition(model: FilterModel, term: Term, name: str) -> tuple[str, dict[str, Any]]:
    if term.origin == "labels":
        return _labels(model, term, name)
    values: dict[str, Any] = {}
    value = _COLUMNS[model].get(term.key, "") if term.origin == "standard" else ""
    if term.origin != "standard":
        values[f"{name}_key"] = term.key
        value = _inside(_OBJECTS[term.origin], f"CAST(:{name}_key AS TEXT)", term)
    if term.operator == "is_present":
        return f"{value} IS NOT NULL", values
    if term.operator in ("is_greater_than", "is_less_than"):
        sign = ">" if term.operator == "is_greater_than" else "<"
        return f"{value} {sign} :{name}", values | {name: term.values[0]}
    if term.kind == "text" or term.operator != "equal_to":
        return _texts(value, term, name, values)
    return f"{value} = ANY(:{name})", values | {name: term.values}


def _labels(model: FilterModel, term: Term, name: str) -> tuple[str, dict[str, Any]]:
    if term.operator == "is_present":
        return f"EXISTS ({_LABELS[model]})", {}
    return f"EXISTS ({_LABELS[model]} AND l.title = ANY(:{name}))", {name: term.values}


def _texts(value: str, term: Term, name: str, values: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Any of the texts. The database lowers both sides, as what is a capital letter differs from one to the other."""
    tests = []
    for place, text in enumerate(term.values):
        parameter = f"{name}_{place}"
        given = f"lower(CAST(:{parameter} AS TEXT))"
        if term.operator == "equal_to":
            tests.append(f"lower({value}) = {given}")
            values[parameter] = text
        else:
            tests.append(f"lower(CAST({value} AS TEXT)) LIKE {given} ESCAPE '!'")
            values[parameter] = f"{'%' if term.operator == 'contains' else ''}{literally(text)}%"
    return " OR ".join(tests), values


def _inside(thing: str, key: str, term: Term) -> str:
    """What a JSON object holds under a key, as a value to compare; NULL where it is nothing of that kind.

    A cast must never meet what it cannot read: PostgreSQL would refuse the whole statement.
    """
    text, json = f"CAST({thing} ->> {key} AS TEXT)", f"CAST({thing} -> {key} AS TEXT)"
    first = f"substr({json}, 1, 1)"
    if term.operator == "is_present":
        return text
    if term.kind == "number":
        bare = f"(CASE WHEN substr({text}, 1, 1) = '-' THEN substr({text}, 2) ELSE {text} END)"
        plain = (
            f"trim({bare}, '0123456789') IN ('', '.') AND length({bare}) BETWEEN 1 AND 300 AND {bare} <> '.'"
        )
        return (
            f"(CASE WHEN {first} IN ('-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9') OR ({first} = '\"' AND {plain}) "
            f"THEN CAST({text} AS DOUBLE PRECISION) END)"
        )
    if term.kind == "day":
        day = f"substr({text}, 1, 10)"
        digits = f"replace({day}, '-', '')"
        dated = f"substr({day}, 5, 1) = '-' AND substr({day}, 8, 1) = '-' AND length({digits}) = 8 AND trim({digits}, '0123456789') = ''"
        return f"(CASE WHEN {first} = '\"' AND {dated} THEN CAST({digits} AS BIGINT) END)"
    if term.kind == "flag":
        return (
            f"(CASE WHEN lower({json}) IN ('true', '\"true\"', '1', '\"1\"') THEN TRUE "
            f"WHEN lower({json}) IN ('false', '\"false\"', '0', '\"0\"') THEN FALSE END)"
        )
    return f"(CASE WHEN {first} IN ('{{', '[') THEN NULL WHEN {json} IN ('true', 'false') THEN {json} ELSE {text} END)"
