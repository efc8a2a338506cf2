"""What fields may hold: emails, phone numbers, labels, attributes, texts."""

import re
from collections.abc import Mapping
from typing import Any

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from msgspec import UNSET

from deskbell.kit.clock import SECOND
from deskbell.kit.errors import Invalid

NAME_LIMIT = 255
KEY_LIMIT = 500
"""What other systems call their things: short enough to be indexed."""
CONTENT_LIMIT = 150_000
LAST_INSTANT = 253_402_300_799 * SECOND
"""The end of the year 9999, beyond which ISO 8601 has no name."""
_LABEL = re.compile(r"[\w\s\-]{1,100}", re.UNICODE)


class Problems:
    """Collects what is wrong, so that every wrong field is named at once."""

    def __init__(self, found: Mapping[str, str] | None = None) -> None:
        self.fields: dict[str, str] = dict(found or {})

    def add(self, field: str, problem: str) -> None:
        self.fields.setdefault(field, problem)

    def raise_any(self) -> None:
        if self.fields:
            raise Invalid(self.fields)


def blank_to_none(text: str | None) -> str | None:
    """Clients send blank strings where they mean nothing."""
    return None if text is None or not text.strip() else text.strip()


def email(text: str | None, problems: Problems) -> str | None:
    """A lower-cased email address."""
    text = blank_to_none(text)
    if text is None:
        return None
    try:
        return validate_email(text, check_deliverability=False, test_environment=True).normalized.lower()
    except EmailNotValidError:
        problems.add("email", "is not an email address")
        return None


def phone_number(text: str | None, problems: Problems) -> str | None:
    """An E.164 phone number, such as +14155550123."""
    text = blank_to_none(text)
    if text is None:
        return None
    try:
        number = phonenumbers.parse(text)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not text.startswith("+") or not phonenumbers.is_possible_number(number):
        problems.add("phone_number", "should be in e164 format, such as +14155550123")
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def name(text: str | None, problems: Problems, *, field: str = "name", required: bool = True) -> str:
    text = (text or "").strip()
    if not text and required:
        problems.add(field, "can't be blank")
    if len(text) > NAME_LIMIT:
        problems.add(field, f"is too long (at most {NAME_LIMIT} characters)")
    return text


def text(value: str | None, problems: Problems, *, field: str) -> None:
    """A text of some length."""
    if value is not None and len(value) > CONTENT_LIMIT:
        problems.add(field, f"is too long (at most {CONTENT_LIMIT} characters)")


def picture_address(given: str, kept: str, problems: Problems) -> str:
    """Where a picture is found; one that is kept may stay, whatever it says."""
    if given and given != kept and not given.lower().startswith(("https://", "http://")):
        problems.add("avatar_url", "should begin with https:// or http://")
        return kept
    return given


def instant(value: int | None, problems: Problems, *, field: str) -> None:
    """An instant that events can tell of."""
    if value is not None and not 0 <= value <= LAST_INSTANT:
        problems.add(field, "should be a unix timestamp in seconds, before the year 10000")


def key(text: str | None, problems: Problems, *, field: str) -> str | None:
    """An identifier of somebody else's making."""
    text = blank_to_none(text)
    if text is not None and len(text) > KEY_LIMIT:
        problems.add(field, f"is too long (at most {KEY_LIMIT} characters)")
    return text


def labels(titles: list[str], problems: Problems) -> list[str]:
    """Lower-cased labels without repetition, in the order given."""
    cleaned = list(dict.fromkeys(title.strip().lower() for title in titles if title.strip()))
    wrong = [title for title in cleaned if not _LABEL.fullmatch(title)]
    if wrong:
        problems.add("labels", f"may hold letters, digits, spaces, - and _ only: {', '.join(wrong[:3])}")
    return cleaned


def merged(kept: dict[str, Any], given: dict[str, Any] | None) -> dict[str, Any]:
    """Attributes given over attributes kept."""
    return kept if not given else {**kept, **given}


def given(value: Any, kept: Any) -> Any:
    """What a request says, or what is kept where it says nothing."""
    return kept if value is UNSET else value
