"""Search: texts in messages, in contacts, and in conversations by whom they are with. Case is ignored.

What is a capital letter is the database's to say: PostgreSQL knows those of its locale, SQLite only ASCII's. For words with other
letters the usual ways of writing them (as typed, small, capital, first capital) are therefore looked for one beside the other.
"""

from collections.abc import Sequence
from typing import Any

from deskbell.model.contact import Contact
from deskbell.store import contacts
from deskbell.store.database import Reader
from deskbell.store.filters import Clause, literally
from deskbell.store.statement import composed

_PERSON = ("k.name", "k.email", "k.phone_number", "k.identifier")


def conversations(query: str) -> Clause:
    """Conversations by their number or by their contact, who is `k` in what this becomes part of."""
    text, values = _matching(("CAST(c.number AS TEXT)", *_PERSON), query)
    return Clause(text, values)


async def found_contacts(
    reader: Reader, account_id: int, query: str, *, limit: int, offset: int
) -> list[Contact]:
    """Contacts by name, email, phone number or identifier; who was active last comes first."""
    text, values = _matching(_PERSON, query)
    rows = await reader.all(
        composed(
            f"SELECT {contacts.SHAPE.columns('k')} FROM contacts k WHERE k.account_id = :account_id AND ({text}) "
            "ORDER BY k.last_activity_at DESC NULLS LAST, k.id DESC LIMIT :limit OFFSET :offset"
        ),
        account_id=account_id,
        limit=limit,
        offset=offset,
        **values,
    )
    return [contacts.SHAPE.read(row) for row in rows]


async def found_messages(
    reader: Reader,
    account_id: int,
    query: str,
    *,
    inbox_ids: Sequence[int] | None,
    since: int,
    limit: int,
    offset: int,
) -> list[int]:
    """The ids of messages that say a text since an instant, newest first; of some inboxes, or of all. Activity is left out."""
    text, values = _matching(("m.content",), query)
    if inbox_ids is not None:
        text = f"m.inbox_id = ANY(:inbox_ids) AND ({text})"
        values["inbox_ids"] = inbox_ids
    rows = await reader.all(
        composed(
            "SELECT m.id FROM messages m WHERE m.account_id = :account_id AND m.created_at >= :since "
            f"AND m.message_type <> 2 AND ({text}) ORDER BY m.id DESC LIMIT :limit OFFSET :offset"
        ),
        account_id=account_id,
        since=since,
        limit=limit,
        offset=offset,
        **values,
    )
    return [row["id"] for row in rows]


def _matching(fields: Sequence[str], query: str) -> tuple[str, dict[str, Any]]:
    values = {f"like_{place}": f"%{literally(text)}%" for place, text in enumerate(_spellings(query))}
    tests = [f"lower({field}) LIKE lower(:{name}) ESCAPE '!'" for field in fields for name in values]
    return " OR ".join(tests), dict(values)


def _spellings(query: str) -> list[str]:
    """The query, and where it has letters beyond ASCII the other ways such words are written."""
    if query.isascii():
        return [query]
    return list(dict.fromkeys((query, query.lower(), query.upper(), query.capitalize(), query.title())))
