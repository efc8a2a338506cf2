"""Messages that ask or show more than text, as an agent reads them: what was offered, and what the contact answered.

What stands in them was written by programs and visitors, so nothing is taken for granted of its shape.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct

from deskbell.desk.rules.surveys import FIELD as SURVEY
from deskbell.model.message import Message

KINDS = ("input_select", "cards", "form", "article", "input_email", "input_csat")
LINKS = ("http", "https", "mailto", "tel")
FACES = ("😞", "😑", "😐", "😀", "😍")


class Item(Struct, frozen=True, kw_only=True):
    """A choice, a field, a card or an article."""

    title: str = ""
    text: str = ""
    link: str = ""
    picture: str = ""
    answer: str | None = None
    chosen: bool = False
    actions: tuple[tuple[str, str], ...] = ()
    """What each button says, and where it leads, if it is a link."""


class Rich(Struct, frozen=True, kw_only=True):
    kind: str
    items: list[Item]
    answered: bool
    answer: str = ""
    rating: int = 0


def rich(message: Message) -> Rich | None:
    """What a message shows besides its text; None for those that are no more than text."""
    kind, attributes = message.content_type, message.content_attributes
    if kind not in KINDS or message.deleted:
        return None
    if kind == "input_email":
        email = _text(attributes.get("submitted_email"))
        return Rich(kind=kind, items=[], answered=bool(email), answer=email)
    if kind == "input_csat":
        return _survey(attributes.get("submitted_values"))
    items, given = _listed(attributes.get("items")), _listed(attributes.get("submitted_values"))
    make = {"input_select": _choices, "form": _fields, "cards": _cards, "article": _articles}[kind]
    return Rich(kind=kind, items=make(items, given), answered=bool(given))


def safe_link(value: Any) -> str:
    """An address that may stand in a link; empty for any other."""
    text = _text(value).strip()
    try:
        return text if urlsplit(text).scheme.lower() in LINKS else ""
    except ValueError:  # nobody's address
        return ""


def _survey(submitted: Any) -> Rich:
    said = submitted.get(SURVEY) if isinstance(submitted, Mapping) else None
    said = said if isinstance(said, Mapping) else {}
    rating = said.get("rating")
    rating = rating if isinstance(rating, int) and 1 <= rating <= len(FACES) else 0
    feedback = _text(said.get("feedback_message"))
    return Rich(kind="input_csat", items=[], answered=rating > 0, answer=feedback, rating=rating)


def _choices(items: list[Mapping[str, Any]], given: list[Mapping[str, Any]]) -> list[Item]:
    values = {_text(one.get("value")) for one in given}
    found = [
        Item(title=_text(one.get("title")), chosen=_text(one.get("value")) in values if given else False)
        for one in items
    ]
    if given and not any(one.chosen for one in found):
        found += [Item(title=_text(one.get("title") or one.get("value")), chosen=True) for one in given]
    return found


def _fields(items: list[Mapping[str, Any]], given: list[Mapping[str, Any]]) -> list[Item]:
    answers = {_text(one.get("name") or one.get("title")): one for one in given}
    found = []
    for one in items:
        name = _text(one.get("name") or one.get("label"))
        answer = answers.pop(name, None)
        value = None if answer is None else _label(one, _text(answer.get("value")))
        found.append(
            Item(title=_text(one.get("label") or one.get("name")), text=_text(one.get("type")), answer=value)
        )
    rest = [
        Item(title=_text(one.get("title")) or name, answer=_text(one.get("value")))
        for name, one in answers.items()
    ]
    return found + rest


def _label(item: Mapping[str, Any], value: str) -> str:
    """What was chosen in a field, as the visitor read it."""
    for option in _listed(item.get("options")):
        if _text(option.get("value")) == value:
            return _text(option.get("label")) or value
    return value


def _cards(items: list[Mapping[str, Any]], _: list[Mapping[str, Any]]) -> list[Item]:
    return [
        Item(
            title=_text(one.get("title")),
            text=_text(one.get("description")),
            picture=picture if (picture := safe_link(one.get("media_url"))).startswith("https:") else "",
            actions=tuple(
                (_text(action.get("text")), safe_link(action.get("uri")))
                for action in _listed(one.get("actions"))
            ),
        )
        for one in items
    ]


def _articles(items: list[Mapping[str, Any]], _: list[Mapping[str, Any]]) -> list[Item]:
    return [
        Item(
            title=_text(one.get("title")),
            text=_text(one.get("description")),
            link=safe_link(one.get("link")),
        )
        for one in items
    ]


def _listed(value: Any) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return str(value) if isinstance(value, str | int | float) else ""
