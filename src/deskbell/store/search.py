"""Search: texts in messages, in contacts, and in conversations by whom they are with. Case is ignored.

What is a capital letter is the database's to say: PostgreSQL knows those of its locale, SQLite only ASCII's. For words with other
letters the usual ways of writing them (as typed, small, capital, first capital) are therefore looked for one beside the other.
"""

from collections.abc import Sequence
from typing import Any, get_args

from deskbell.model.contact import Contact
from deskbell.model.conversation import Status
from deskbell.store import contacts
from deskbell.store.database import Reader
from deskbell.store.filters import Clause, literally
from deskbell.store.statement import composed

_PERSON = ("k.name", "k.email", "k.phone_number", "k.identifier")


def conversations(query: str) -> Clause:
    """Conversations by their number or by their contact, in a list of one account's."""
    number, values = _matching(("CAST(c.number AS TEXT)",), query)
    person, _ = _matching(_PERSON, query)
    whose = f"c.contact_id IN (SELECT k.id FROM contacts k WHERE k.account_id = :account_id AND ({person}))"
    return Clause(f"{number} OR {whose}", values)


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


async def conversations_said(
    reader: Reader, account_id: int, query: str, seen: Sequence[int] | None, *, among: int, limit: int
) -> dict[int, int]:
    """Where a text was said, and the last message that says it, among those conversations of each status that were active last."""
    text, values = _matching(("m.content",), query)
    rows = await reader.all(
        composed(
            "SELECT m.conversation_id, MAX(m.id) AS last FROM messages m "
            f"WHERE m.conversation_id IN ({_active(seen, values)}) AND m.message_type <> 2 AND ({text}) "
            "GROUP BY m.conversation_id ORDER BY last DESC LIMIT :limit"
        ),
        account_id=account_id,
        among=among,
        limit=limit,
        **values,
    )
    return {row["conversation_id"]: row["last"] for row in rows}


async def conversations_with(
    reader: Reader, account_id: int, query: str, seen: Sequence[int] | None, *, among: int, limit: int
) -> list[int]:
    """The ids of conversations whose contact is called so, among those of each status that were active last."""
    text, values = _matching(_PERSON, query)
    rows = await reader.all(
        composed(
            "SELECT c.id FROM conversations c JOIN contacts k ON k.id = c.contact_id "
            f"WHERE c.id IN ({_active(seen, values)}) AND ({text}) ORDER BY c.last_activity_at DESC LIMIT :limit"
        ),
        account_id=account_id,
        among=among,
        limit=limit,
        **values,
    )
    return [row["id"] for row in rows]


async def conversations_known_by(
    reader: Reader, account_id: int, query: str, seen: Sequence[int] | None, *, limit: int
) -> list[int]:
    """The ids of conversations, however old, with this number, or whose contact has just this email, phone number or identifier."""
    number = int(query) if query.isascii() and query.isdigit() and len(query) < 19 else 0
    values: dict[str, Any] = {"number": number, "email": query.lower(), "query": query}
    rows = await reader.all(
        composed(
            "SELECT c.id FROM conversations c WHERE c.account_id = :account_id AND c.number = :number"
            f"{_in(seen, values)} UNION SELECT c.id FROM contacts k JOIN conversations c ON c.contact_id = k.id WHERE k.id IN ("
            "SELECT id FROM contacts WHERE account_id = :account_id AND email = :email "
            "UNION ALL SELECT id FROM contacts WHERE account_id = :account_id AND phone_number = :query "
            "UNION ALL SELECT id FROM contacts WHERE account_id = :account_id AND identifier = :query)"
            f"{_in(seen, values)} ORDER BY 1 DESC LIMIT :limit"
        ),
        account_id=account_id,
        limit=limit,
        **values,
    )
    return [row["id"] for row in rows]


def _in(seen: Sequence[int] | None, values: dict[str, Any]) -> str:
    if seen is None:
        return ""
    values["inbox_ids"] = seen
    return " AND c.inbox_id = ANY(:inbox_ids)"


def _active(seen: Sequence[int] | None, values: dict[str, Any]) -> str:
    """Those conversations of each status that were active last; an index has them in this order."""
    return " UNION ALL ".join(
        f"SELECT id FROM (SELECT c.id FROM conversations c WHERE c.account_id = :account_id AND c.status = '{status}'{_in(seen, values)} "
        f"ORDER BY c.last_activity_at DESC, c.id DESC LIMIT :among) {status}_ones"
        for status in get_args(Status)
    )


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
