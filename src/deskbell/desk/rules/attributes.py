"""What a custom attribute may be called."""

import re

from deskbell.desk.rules import fields
from deskbell.desk.rules.fields import Problems
from deskbell.model.attribute_definition import AttributeModel

STANDARD: dict[AttributeModel, frozenset[str]] = {
    "conversation": frozenset(
        (
            "status",
            "priority",
            "assignee_id",
            "inbox_id",
            "team_id",
            "display_id",
            "campaign_id",
            "labels",
            "browser_language",
            "country_code",
            "referer",
            "created_at",
            "last_activity_at",
        )
    ),
    "contact": frozenset(
        (
            "name",
            "email",
            "phone_number",
            "identifier",
            "country_code",
            "city",
            "company_name",
            "created_at",
            "last_activity_at",
            "referer",
            "blocked",
        )
    ),
}
"""Attributes that are there anyway: a filter could not tell a custom one of the same key from them."""
_KEY = re.compile(r"[\w.-]+")


def key(text: str | None, model: AttributeModel, problems: Problems) -> str:
    """The key attributes are kept under."""
    found = fields.name(text, problems, field="attribute_key")
    if found and not _KEY.fullmatch(found):
        problems.add("attribute_key", "should be letters, digits, _, . and - only")
    if found in STANDARD[model]:
        problems.add("attribute_key", f"is the key of a standard attribute of every {model}")
    return found
