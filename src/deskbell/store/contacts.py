"""Contacts and their addresses in inboxes."""

from collections.abc import Sequence
from typing import Any

from deskbell.kit import json
from deskbell.model.contact import Contact, ContactInbox, ContactPlace
from deskbell.store.database import Reader, Unit
from deskbell.store.filters import EVERYTHING, Clause, literally
from deskbell.store.shape import Shape, insert
from deskbell.store.statement import Statement, composed

SHAPE = Shape(Contact)
INBOX_SHAPE = Shape(ContactInbox)
PLACE_SHAPE = Shape(
    ContactPlace,
    inbox_name="i.name",
    inbox_channel="i.channel",
    inbox_avatar_url="i.avatar_url",
    source_id="ci.source_id",
)

SORTS = {
    "name": "lower(c.name) {way}",
    "email": "c.email {way} NULLS LAST",
    "phone_number": "c.phone_number {way} NULLS LAST",
    "last_activity_at": "c.last_activity_at {way} NULLS LAST",
    "created_at": "c.created_at {way}",
}
"""Only what may be NULL says where it stands then: no index is walked for an order that says more than the index does."""

_KNOWN = "(c.email IS NOT NULL OR c.phone_number IS NOT NULL OR c.identifier IS NOT NULL)"
_COLUMNS = (
    "name",
    "email",
    "phone_number",
    "identifier",
    "avatar_url",
    "blocked",
    "additional_attributes",
    "custom_attributes",
)
_INSERT = Statement(insert("contacts", "account_id", *_COLUMNS, "created_at", "updated_at", returning="id"))
_UPDATE = Statement(
    f"UPDATE contacts SET {', '.join(f'{name} = :{name}' for name in _COLUMNS)}, updated_at = :updated_at WHERE id = :id"
)
_TOUCH = Statement("UPDATE contacts SET last_activity_at = :now WHERE id = :id")
_HOLD = (
    Statement(
        "SELECT COUNT(*) AS count FROM (SELECT id FROM contact_inboxes WHERE contact_id = ANY(:ids) ORDER BY id FOR NO KEY UPDATE) held"
    ),
    Statement(
        "SELECT COUNT(*) AS count FROM (SELECT id FROM conversations WHERE contact_id = ANY(:ids) ORDER BY id FOR NO KEY UPDATE) held"
    ),
    Statement(
        "SELECT COUNT(*) AS count FROM (SELECT id FROM contacts WHERE id = ANY(:ids) ORDER BY id FOR UPDATE) held"
    ),
)
_LOCK_ALL = Statement(
    "SELECT COUNT(*) AS count FROM (SELECT id FROM contacts WHERE id = ANY(:ids) ORDER BY id FOR NO KEY UPDATE) held"
)
_DELETE = Statement("DELETE FROM contacts WHERE id = :id")
_GET = Statement(
    f"SELECT {SHAPE.columns('c')} FROM contacts c WHERE c.account_id = :account_id AND c.id = :id"
)
_LOCKED = Statement(f"{_GET.text} FOR NO KEY UPDATE")
_BY_IDENTIFIER = Statement(
    f"SELECT {SHAPE.columns('c')} FROM contacts c WHERE c.account_id = :account_id AND c.identifier = :value"
)
_BY_EMAIL = Statement(
    f"SELECT {SHAPE.columns('c')} FROM contacts c WHERE c.account_id = :account_id AND c.email = :value"
)
_BY_PHONE = Statement(
    f"SELECT {SHAPE.columns('c')} FROM contacts c WHERE c.account_id = :account_id AND c.phone_number = :value"
)
_INSERT_INBOX = Statement(
    insert(
        "contact_inboxes",
        "contact_id",
        "inbox_id",
        "source_id",
        "hmac_verified",
        "pubsub_token",
        "created_at",
        "updated_at",
        "said",
    )
    + " ON CONFLICT (inbox_id, source_id) DO NOTHING RETURNING id"
)
_GET_INBOX = Statement(f"SELECT {INBOX_SHAPE.columns('ci')} FROM contact_inboxes ci WHERE ci.id = :id")
_INBOX_BY_SOURCE = Statement(
    f"SELECT {INBOX_SHAPE.columns('ci')} FROM contact_inboxes ci WHERE ci.inbox_id = :inbox_id AND ci.source_id = :source_id"
)
_LOCKED_INBOX = Statement(f"{_INBOX_BY_SOURCE.text} FOR NO KEY UPDATE")
_HELD_PLACE = Statement("SELECT contact_id FROM contact_inboxes WHERE id = :id FOR NO KEY UPDATE")
_HELD = Statement(f"SELECT {SHAPE.columns('c')} FROM contacts c WHERE c.id = :id FOR NO KEY UPDATE")
_INBOX_OF_CONTACT = Statement(
    f"SELECT {INBOX_SHAPE.columns('ci')} FROM contact_inboxes ci WHERE ci.contact_id = :contact_id AND ci.inbox_id = :inbox_id ORDER BY ci.id DESC LIMIT 1"
)
_ANY = f"SELECT {INBOX_SHAPE.columns('ci')} FROM contact_inboxes ci JOIN inboxes i ON i.id = ci.inbox_id WHERE i.account_id = :account_id"
_ANY_BY_SOURCE = Statement(f"{_ANY} AND ci.source_id = :source_id ORDER BY ci.id DESC LIMIT 1")
_ANY_OF_CONTACT = Statement(f"{_ANY} AND ci.contact_id = :contact_id ORDER BY ci.id DESC LIMIT 1")
_VERIFY = Statement("UPDATE contact_inboxes SET hmac_verified = TRUE, updated_at = :now WHERE id = :id")
_SAY = Statement("UPDATE contact_inboxes SET said = :said WHERE id = :id")
_MOVE_INBOXES = Statement(
    "UPDATE contact_inboxes SET contact_id = :to, said = COALESCE(said, :said), updated_at = :now WHERE contact_id = :contact_id"
)
_MOVE_MESSAGES = Statement(
    "UPDATE messages SET sender_id = :to WHERE sender_type = 'contact' AND sender_id = :contact_id "
    "AND conversation_id IN (SELECT id FROM conversations WHERE contact_id = :contact_id)"
)
_MOVE_NOTES = Statement("UPDATE contact_notes SET contact_id = :to WHERE contact_id = :contact_id")
_COPY_LABELS = Statement(
    "INSERT INTO contact_labels (contact_id, title) SELECT CAST(:to AS BIGINT), title FROM contact_labels "
    "WHERE contact_id = :contact_id ON CONFLICT (contact_id, title) DO NOTHING"
)
_PLACES = Statement(
    f"SELECT {PLACE_SHAPE.columns('ci')} FROM contact_inboxes ci JOIN inboxes i ON i.id = ci.inbox_id WHERE ci.contact_id = ANY(:ids) ORDER BY ci.id"
)


def _values(contact: dict[str, Any]) -> dict[str, Any]:
    values = {name: contact[name] for name in _COLUMNS}
    for name in ("additional_attributes", "custom_attributes"):
        values[name] = json.dump_text(values[name])
    return values


async def add(unit: Unit, account_id: int, **values: Any) -> int:
    """Raises UniqueViolation where the account knows the email, phone number or identifier already."""
    contact = {
        "name": "",
        "email": None,
        "phone_number": None,
        "identifier": None,
        "avatar_url": "",
        "blocked": False,
    }
    contact |= {"additional_attributes": {}, "custom_attributes": {}} | values
    row = await unit.one(
        _INSERT, account_id=account_id, **_values(contact), created_at=unit.now, updated_at=unit.now
    )
    assert row is not None
    return int(row["id"])


async def update(unit: Unit, contact: Contact) -> None:
    """Raises UniqueViolation as `add` does."""
    values = _values({name: getattr(contact, name) for name in _COLUMNS})
    await unit.run(_UPDATE, id=contact.id, **values, updated_at=unit.now)


async def touch(unit: Unit, contact_id: int) -> None:
    """The contact was active now."""
    await unit.run(_TOUCH, id=contact_id, now=unit.now)


async def hold(unit: Unit, *contact_ids: int) -> None:
    """Hold contacts with their addresses and conversations, so that nobody begins or writes anything for them meanwhile.

    Rows are taken in the order in which writers take them: addresses, conversations, contact.
    """
    for statement in _HOLD:
        await unit.one(statement, ids=contact_ids)


async def lock(unit: Unit, account_id: int, contact_id: int) -> Contact | None:
    """A contact to change; others who want to change them wait."""
    row = await unit.one(_LOCKED, account_id=account_id, id=contact_id)
    return None if row is None else SHAPE.read(row)


async def lock_all(unit: Unit, contact_ids: Sequence[int]) -> None:
    """Hold contacts against other changes, in one order, so that those who change many cannot lock each other out."""
    await unit.one(_LOCK_ALL, ids=contact_ids)


async def delete(unit: Unit, contact_id: int) -> None:
    await unit.run(_DELETE, id=contact_id)


async def get(reader: Reader, account_id: int, contact_id: int) -> Contact | None:
    row = await reader.one(_GET, account_id=account_id, id=contact_id)
    return None if row is None else SHAPE.read(row)


async def find(
    reader: Reader,
    account_id: int,
    *,
    identifier: str | None = None,
    email: str | None = None,
    phone_number: str | None = None,
) -> Contact | None:
    """The contact who has the identifier, else the email, else the phone number."""
    for statement, value in ((_BY_IDENTIFIER, identifier), (_BY_EMAIL, email), (_BY_PHONE, phone_number)):
        row = await reader.one(statement, account_id=account_id, value=value) if value is not None else None
        if row is not None:
            return SHAPE.read(row)
    return None


async def page(
    reader: Reader,
    account_id: int,
    *,
    query: str | None,
    sort: str,
    limit: int,
    offset: int,
    clause: Clause = EVERYTHING,
) -> tuple[int, list[Contact]]:
    """A page of contacts and how many there are. `sort` is a name of SORTS, `-` before it turns it round."""
    where = f"c.account_id = :account_id AND ({clause.text})"
    values: dict[str, Any] = {"account_id": account_id, **clause.values}
    if query is None:
        where += f" AND {_KNOWN}"
    else:
        fields = ("c.name", "c.email", "c.phone_number", "c.identifier")
        tests = " OR ".join(f"lower({field}) LIKE lower(:pattern) ESCAPE '!'" for field in fields)
        where += f" AND ({tests})"
        values["pattern"] = like(query)
    way = "DESC" if sort.startswith("-") else "ASC"
    order = f"{SORTS[sort.removeprefix('-')].format(way=way)}, c.id {way}"
    some = f"SELECT c.id FROM contacts c WHERE {where} ORDER BY {order} LIMIT :limit OFFSET :offset"
    rows = await reader.all(
        composed(
            f"SELECT {SHAPE.columns('c')} FROM ({some}) page JOIN contacts c ON c.id = page.id ORDER BY {order}"
        ),
        **values,
        limit=limit,
        offset=offset,
    )
    found = [SHAPE.read(row) for row in rows]
    if not offset and len(found) < limit:  # all there are: to look once more would take as long again
        return len(found), found
    count = await reader.one(composed(f"SELECT COUNT(*) AS count FROM contacts c WHERE {where}"), **values)
    return (count["count"] if count else 0), found


async def after(
    reader: Reader, account_id: int, last_id: int, *, limit: int, clause: Clause
) -> list[Contact]:
    """The known contacts a filter finds that follow an id, in the order of their ids."""
    text = (
        f"SELECT {SHAPE.columns('c')} FROM contacts c WHERE c.account_id = :account_id AND c.id > :last_id "
        f"AND {_KNOWN} AND ({clause.text}) ORDER BY c.id LIMIT :limit"
    )
    values = {"account_id": account_id, "last_id": last_id, "limit": limit, **clause.values}
    return [SHAPE.read(row) for row in await reader.all(composed(text), **values)]


def like(query: str) -> str:
    """A LIKE pattern that finds the query anywhere, its own wildcards taken literally (ESCAPE '!').

    The database lowers it as it lowers what it is compared with: SQLite knows capitals of ASCII only.
    """
    return f"%{literally(query)}%"


async def add_inbox(
    unit: Unit,
    *,
    contact_id: int,
    inbox_id: int,
    source_id: str,
    pubsub_token: str,
    hmac_verified: bool = False,
    said: dict[str, Any] | None = None,
) -> ContactInbox:
    """The new address; where the inbox knows the source_id already, the one that is there, whoever's it is."""
    values: dict[str, Any] = {"contact_id": contact_id, "inbox_id": inbox_id, "source_id": source_id} | {
        "hmac_verified": hmac_verified,
        "pubsub_token": pubsub_token,
        "created_at": unit.now,
        "updated_at": unit.now,
    }
    kept = None if said is None else json.dump_text(said)
    while (row := await unit.one(_INSERT_INBOX, **values, said=kept)) is None:
        there = await lock_inbox(unit, inbox_id, source_id)
        if there is not None:  # else it was deleted since the insert met it
            return there
    return ContactInbox(id=row["id"], **values, said=said)


async def get_inbox(reader: Reader, contact_inbox_id: int) -> ContactInbox | None:
    row = await reader.one(_GET_INBOX, id=contact_inbox_id)
    return None if row is None else INBOX_SHAPE.read(row)


async def inbox_by_source(reader: Reader, inbox_id: int, source_id: str) -> ContactInbox | None:
    row = await reader.one(_INBOX_BY_SOURCE, inbox_id=inbox_id, source_id=source_id)
    return None if row is None else INBOX_SHAPE.read(row)


async def lock_inbox(unit: Unit, inbox_id: int, source_id: str) -> ContactInbox | None:
    """As `inbox_by_source`; others who want to act from this address wait."""
    row = await unit.one(_LOCKED_INBOX, inbox_id=inbox_id, source_id=source_id)
    return None if row is None else INBOX_SHAPE.read(row)


async def hold_place(unit: Unit, contact_inbox_id: int) -> Contact | None:
    """The contact an address leads to now, both held; None where it was deleted meanwhile.

    In two statements: one that joins them would miss the contact of an address that was handed over while it waited.
    """
    place = await unit.one(_HELD_PLACE, id=contact_inbox_id)
    row = await unit.one(_HELD, id=place["contact_id"]) if place is not None else None
    return None if row is None else SHAPE.read(row)


async def inbox_of_contact(reader: Reader, contact_id: int, inbox_id: int) -> ContactInbox | None:
    """The contact's newest address in an inbox."""
    row = await reader.one(_INBOX_OF_CONTACT, contact_id=contact_id, inbox_id=inbox_id)
    return None if row is None else INBOX_SHAPE.read(row)


async def inbox_of_account(
    reader: Reader, account_id: int, *, source_id: str | None = None, contact_id: int | None = None
) -> ContactInbox | None:
    """The newest address in any of the account's inboxes with this source_id, or of this contact."""
    statement = _ANY_BY_SOURCE if source_id is not None else _ANY_OF_CONTACT
    values = {"source_id": source_id} if source_id is not None else {"contact_id": contact_id}
    row = await reader.one(statement, account_id=account_id, **values)
    return None if row is None else INBOX_SHAPE.read(row)


async def verify_inbox(unit: Unit, contact_inbox_id: int) -> None:
    await unit.run(_VERIFY, id=contact_inbox_id, now=unit.now)


async def say(unit: Unit, contact_inbox_id: int, said: dict[str, Any]) -> None:
    """Keep what was said of the contact from an address."""
    await unit.run(_SAY, id=contact_inbox_id, said=json.dump_text(said))


async def hand_over(unit: Unit, contact: Contact, to: int) -> None:
    """Give one contact's addresses, words, notes and labels to another; their conversations must still be the first one's.

    From these addresses nothing shows of the other but what the first one was known by.
    """
    said = {name: getattr(contact, name) for name in _COLUMNS if name != "blocked"}
    await unit.run(_MOVE_INBOXES, contact_id=contact.id, to=to, said=json.dump_text(said), now=unit.now)
    for statement in (_MOVE_MESSAGES, _MOVE_NOTES, _COPY_LABELS):
        await unit.run(statement, contact_id=contact.id, to=to)


async def places(reader: Reader, contact_ids: Sequence[int]) -> list[ContactPlace]:
    """Where each of the contacts can be reached."""
    return [PLACE_SHAPE.read(row) for row in await reader.all(_PLACES, ids=contact_ids)]
