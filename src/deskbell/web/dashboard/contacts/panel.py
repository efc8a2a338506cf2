"""The panel of a contact, beside a conversation or on a page of its own: who they are, and what the team keeps about them."""

from datetime import UTC, datetime
from typing import Any

from msgspec import Struct

from deskbell.desk.queries import attribute_definitions, labels
from deskbell.desk.queries import contact_care as queries
from deskbell.desk.queries import contacts as contact_queries
from deskbell.desk.queries import conversations as conversation_queries
from deskbell.desk.rules import attribute_values, meanwhile, opening
from deskbell.kit.clock import SECOND
from deskbell.model.attribute_definition import AttributeDefinition, AttributeModel
from deskbell.model.contact import Contact
from deskbell.model.conversation import ConversationView
from deskbell.store.database import Reader
from deskbell.web.dashboard.deps import Desk

PREVIOUS = 5
FACTS = {
    "company_name": "Company",
    "company": "Company",
    "city": "City",
    "country": "Country",
    "country_code": "Country",
    "description": "About",
}


class Attribute(Struct, frozen=True, kw_only=True):
    """A custom attribute, to be shown and changed. `seen` is its value as its form carries it."""

    model: AttributeModel
    key: str
    name: str
    kind: str
    text: str
    link: str
    seen: str
    definition: AttributeDefinition | None


class Fact(Struct, frozen=True):
    """Something that is known of a visitor; `link` where it can be followed."""

    name: str
    text: str
    link: str = ""


async def shown(
    reader: Reader, desk: Desk, contact_id: int, view: ConversationView | None = None
) -> dict[str, Any]:
    """What the panel is made of; `view` is the conversation it stands beside."""
    actor = desk.actor
    found = await contact_queries.show(reader, actor, contact_id)
    listed, total = await conversation_queries.of_contact(reader, actor, contact_id, size=PREVIOUS + 1)
    others = [one.view for one in listed if view is None or one.view.conversation.id != view.conversation.id]
    definitions = await attribute_definitions.all_definitions(reader, actor, None)
    contact = found.contact
    told = view.conversation if view else listed[0].view.conversation if listed else None
    own = view.conversation.custom_attributes if view else {}
    return {
        "contact": contact,
        "beside": view.conversation if view else None,
        "places": found.places,
        "verified": any(one.contact_inbox.hmac_verified for one in ([view] if view else others)),
        "contact_labels": await queries.labels(reader, actor, contact_id),
        "account_labels": await labels.all_labels(reader, actor),
        "notes": await queries.notes(reader, actor, contact_id),
        "previous": others[:PREVIOUS],
        "previous_count": total - (1 if view else 0),
        "facts": facts(contact, told.additional_attributes if told else {}, desk.services.clock.now()),
        "attributes": attributes("contact", contact.custom_attributes, definitions),
        "conversation_attributes": attributes("conversation", own, definitions) if view else [],
        "panel_problem": "",
        "panel_problems": {},
        "panel_typed": {},
    }


def attributes(
    model: AttributeModel, values: dict[str, Any], definitions: list[AttributeDefinition]
) -> list[Attribute]:
    """Those that are defined, in their order, and then those that are only there."""
    known = {one.key: one for one in definitions if one.model == model}
    return [
        Attribute(
            model=model,
            key=key,
            name=known[key].name if key in known else key,
            kind=known[key].display_type if key in known else "text",
            text=attribute_values.text(values.get(key)),
            link=values[key] if attribute_values.is_link(values.get(key)) else "",
            seen=meanwhile.value(values, key),
            definition=known.get(key),
        )
        for key in dict.fromkeys((*known, *sorted(values)))
    ]


def facts(contact: Contact, told: dict[str, Any], now: int) -> list[Fact]:
    """What is known of a visitor and their browser. All of it is somebody else's words."""
    kept = contact.additional_attributes
    found: dict[str, str] = {}
    for name, words in FACTS.items():
        found.setdefault(words, _word(kept.get(name)))
        found[words] = found[words] or _word(kept.get(name))
    listed = [Fact(words, text) for words, text in found.items()]
    browser = told.get("browser")
    if isinstance(browser, dict):
        listed.append(Fact("Browser", _words(browser, "browser_name", "browser_version")))
        listed.append(Fact("System", _words(browser, "platform_name", "platform_version")))
        listed.append(Fact("Device", _words(browser, "device_name")))
    listed.append(Fact("Language", _word(told.get("browser_language"))))
    listed.append(Fact("Local time", _local_time(kept, now)))
    page = _word(told.get("referer"))
    listed.append(Fact("Page", page, page if attribute_values.is_link(page) else ""))
    return [one for one in listed if one.text and one.text not in ("Other", "Unknown")]


def _local_time(kept: dict[str, Any], now: int) -> str:
    """The time on the visitor's wall, where their time zone is known."""
    name = _word(kept.get("timezone")) or _word(kept.get("time_zone"))
    zone = opening.zone(name[:100])
    if not name or (zone is UTC and name.upper() not in ("UTC", "ETC/UTC")):
        return ""
    return datetime.fromtimestamp(now / SECOND, UTC).astimezone(zone).strftime("%H:%M")


def _words(kept: dict[str, Any], *names: str) -> str:
    return " ".join(filter(None, (_word(kept.get(name)) for name in names)))


def _word(value: Any) -> str:
    return str(value).strip()[:2000] if isinstance(value, str | int | float) else ""
