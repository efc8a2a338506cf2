"""A database to look at pages with: a webhook with a million deliveries, and a hundred thousand conversations.

One of each kind of row is made as ever; the rest are copies, made by SQL straight in the tables.
"""

import asyncio
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing

from msgspec import Struct

from bench.postgres import execute
from deskbell.desk.actor import Actor
from deskbell.desk.commands import (
    accounts,
    agents,
    browser_sessions,
    contacts,
    conversations,
    inboxes,
    labels,
    messages,
    webhooks,
)
from deskbell.desk.commands.contacts import ContactChanges
from deskbell.desk.commands.conversations import NewConversation
from deskbell.desk.commands.inboxes import InboxChanges
from deskbell.desk.commands.thread import Draft
from deskbell.desk.commands.webhooks import WebhookChanges
from deskbell.kit.clock import DAY, MILLISECOND, SystemClock
from deskbell.model.event import EVENT_NAMES
from deskbell.model.webhook import Address
from deskbell.store import open_database
from deskbell.store.database import Unit
from deskbell.store.migrate import migrate
from deskbell.store.schema import metadata
from deskbell.store.statement import Statement

DELIVERIES = int(os.environ.get("DELIVERIES", "1000000"))
CONVERSATIONS = int(os.environ.get("CONVERSATIONS", "100000"))
MESSAGES = 3
"""Of each conversation."""
FIRST = 1_000_000
"""Ids of what is copied begin behind this."""
WAITING = min(2000, CONVERSATIONS)
AGE = 30 * DAY
"""The oldest delivery's, and the oldest conversation's."""
LIFE = 365 * DAY
"""Of the sessions, so that a database that was kept can be asked again."""
RARE = (FIRST + 500, FIRST + 1000, FIRST + 1500)
"""The conversations that carry the label `recall`; they are old."""
_WORDS = "The parcel never came, and the tracking page says it was delivered on Tuesday. " * 3
_ATTEMPT = Statement(
    "INSERT INTO attempts (target_id, delivery_number, number, started_at, duration, verdict, reason, status, detail, excerpt) "
    "VALUES (:target_id, 1, 1, :now, :duration, 'delivered', NULL, 200, '', :excerpt)"
)
_LAST = Statement("SELECT last_number FROM targets WHERE id = :target_id")


class Seeded(Struct, frozen=True, kw_only=True):
    """Where things are. `token` is the session of an administrator, `deliveries` the last delivery's number."""

    account_id: int
    user_id: int
    webhook_id: int
    target_id: int
    inbox_id: int
    message: int
    deliveries: int
    token: str
    agents_token: str
    """The session of an agent, a member of the inbox, who is no administrator."""


async def build(url: str) -> Seeded:
    """Fill an empty database."""
    await migrate(url)
    database = await open_database(url, SystemClock())
    try:
        async with database.unit() as unit:
            made = await _one_of_each(unit)
        async with database.unit() as unit:
            await unit.run(
                _ATTEMPT, target_id=made.target_id, now=unit.now, duration=40 * MILLISECOND, excerpt=b"thanks"
            )
            row = await unit.one(_LAST, target_id=made.target_id)
            assert row is not None
            first = int(row["last_number"])
    finally:
        await database.close()
    await run(url, list(copies(made, first, time.time_ns() // 1000)))
    await run(url, ["ANALYZE"]) if url.startswith("sqlite") else await execute(url, "VACUUM ANALYZE")
    return Seeded(
        **{name: getattr(made, name) for name in made.__struct_fields__} | {"deliveries": first + DELIVERIES}
    )


async def halt(url: str, made: Seeded, *, halted: bool) -> None:
    """Pause the webhook, with everything waiting for it; or let all be as it was."""
    depth = DELIVERIES // CONVERSATIONS
    lanes = f"target_id = {made.target_id} AND id > {FIRST}"
    waits = f"id > {FIRST + CONVERSATIONS - WAITING}"
    if halted:
        script = [
            f"UPDATE targets SET status = 'paused' WHERE id = {made.target_id}",
            f"UPDATE lanes SET head = 0, due_at = NULL WHERE {lanes}",
        ]
    else:
        due = f"CASE WHEN {waits} THEN set_at + {DAY} END"
        script = [
            f"UPDATE targets SET status = 'enabled' WHERE id = {made.target_id}",
            f"UPDATE lanes SET head = CASE WHEN {waits} THEN {depth - 1} ELSE {depth} END, due_at = {due} WHERE {lanes}",
        ]
    await run(url, [*script, "ANALYZE lanes"])


async def run(url: str, script: list[str]) -> None:
    """Statements straight in the tables."""
    if url.startswith("sqlite"):
        await asyncio.to_thread(_on_sqlite, url.removeprefix("sqlite:///"), script)
    else:
        await execute(url, "SET session_replication_role = replica; " + "; ".join(script))


def _on_sqlite(path: str, script: list[str]) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        for statement in script:
            connection.execute(statement)


async def _one_of_each(unit: Unit) -> Seeded:
    """An account as any other, with two conversations, of which one has a label."""
    made = await accounts.create_account(unit, name="Bench", email="bench@example.com", password_hash=None)
    actor = Actor(
        kind="user", account_id=made.account_id, id=made.user_id, name="Bench", role="administrator"
    )
    inbox = await inboxes.create_inbox(unit, actor, "Channel::Api", InboxChanges(name="API"))
    wanted = WebhookChanges(address=Address("https://9.9.9.9/hook"), subscriptions=list(EVENT_NAMES))
    webhook = await webhooks.create_webhook(unit, actor, wanted)
    for title in ("billing", "recall"):
        await labels.create_label(unit, actor, labels.LabelChanges(title=title))
    for number, label in ((1, ()), (2, ("billing",))):
        contact = await contacts.create_contact(unit, actor, ContactChanges(name=f"Customer {number}"))
        place = await contacts.add_contact_inbox(unit, inbox, contact)
        new = NewConversation(inbox_id=inbox.id, source_id=place.source_id)
        await conversations.create_conversation(unit, actor, new)
        await messages.create_message(unit, actor, number, Draft(content=_WORDS))
        if label:
            await conversations.set_labels(unit, actor, number, list(label))
    agent = await agents.add_agent(unit, actor, name="Agent", email="agent@example.com")
    await inboxes.add_members(unit, actor, inbox.id, [agent.user.id])
    token, agents_token = [
        await browser_sessions.open_session(unit, user_id, user_agent="bench", address="", life=LIFE)
        for user_id in (made.user_id, agent.user.id)
    ]
    return Seeded(
        account_id=made.account_id,
        user_id=made.user_id,
        webhook_id=webhook.id,
        target_id=webhook.target.id,
        inbox_id=inbox.id,
        message=FIRST + 5000 * MESSAGES,
        deliveries=0,
        token=token,
        agents_token=agents_token,
    )


def copies(made: Seeded, first: int, now: int) -> Iterator[str]:
    """Statements that copy what there is: the newest delivery was recorded now, and one in ten seconds died."""
    yield from _conversations(made, now)
    yield from _bells(made, first, now)
    last = first + DELIVERIES
    yield f"UPDATE targets SET last_number = {last} WHERE id = {made.target_id}"
    yield f"UPDATE event_counters SET last_number = {last} WHERE account_id = {made.account_id}"
    yield f"UPDATE accounts SET last_conversation_number = {CONVERSATIONS + 2} WHERE id = {made.account_id}"


def _conversations(made: Seeded, now: int) -> Iterator[str]:
    since = f"{now} - ({CONVERSATIONS} - i) * {AGE // CONVERSATIONS}"
    stamps = {"created_at": since, "updated_at": since}
    ours = {"id": f"{FIRST} + i"} | stamps
    person = ours | {
        "name": "'Customer ' || i",
        "email": "'customer' || i || '@example.com'",
        "last_activity_at": since,
    }
    yield _copy("contacts", person, CONVERSATIONS, "id = (SELECT MIN(id) FROM contacts)")
    place = ours | {
        "contact_id": f"{FIRST} + i",
        "source_id": "'bench-' || i",
        "pubsub_token": "'bench-' || i",
    }
    yield _copy("contact_inboxes", place, CONVERSATIONS, "id = (SELECT MIN(id) FROM contact_inboxes)")
    thread = ours | {
        "number": "i + 2",
        "uuid": "'bench-' || i",
        "contact_id": f"{FIRST} + i",
        "contact_inbox_id": f"{FIRST} + i",
        "status": "CASE i % 10 WHEN 0 THEN 'open' WHEN 1 THEN 'open' WHEN 2 THEN 'pending' WHEN 3 THEN 'snoozed' ELSE 'resolved' END",
        "assignee_id": f"CASE WHEN i % 3 = 0 THEN {made.user_id} END",
        "priority": "CASE i % 5 WHEN 0 THEN 'urgent' WHEN 1 THEN 'low' END",
        "last_activity_at": since,
        "last_message_id": f"{FIRST} + i * {MESSAGES}",
        "unread_count": "i % 4",
    }
    labelled = CONVERSATIONS // 5
    yield _copy("conversations", thread, labelled, "number = 2")
    yield _copy("conversations", thread, CONVERSATIONS, "number = 1", labelled + 1)
    label = {"conversation_id": f"{FIRST} + i"}
    yield _copy("conversation_labels", label, labelled, "title = 'billing'")
    for one in RARE:
        yield f"INSERT INTO conversation_labels (conversation_id, title) VALUES ({one}, 'recall')"
        yield f"""UPDATE conversations SET labels = '["recall"]' WHERE id = {one}"""
    said = f"1 + (i - 1) / {MESSAGES}"
    when = f"{now} - ({CONVERSATIONS} - ({said})) * {AGE // CONVERSATIONS}"
    message = {
        "id": f"{FIRST} + i",
        "conversation_id": f"{FIRST} + {said}",
        "message_type": "CASE WHEN i % 3 = 0 THEN 1 ELSE 0 END",
        "sender_type": "CASE WHEN i % 3 = 0 THEN 'user' ELSE 'contact' END",
        "sender_id": f"CASE WHEN i % 3 = 0 THEN {made.user_id} ELSE {FIRST} + {said} END",
        "created_at": when,
        "updated_at": when,
    }
    yield _copy("messages", message, CONVERSATIONS * MESSAGES, "id = (SELECT MIN(id) FROM messages)")


def _bells(made: Seeded, first: int, now: int) -> Iterator[str]:
    """One in a hundred is dead, one in forty was tried twice, two hundred old ones were skipped, two thousand wait."""
    lane, depth = f"(i - 1) % {CONVERSATIONS}", DELIVERIES // CONVERSATIONS
    since, waiting = f"{now} - ({DELIVERIES} - i) * {AGE // DELIVERIES}", WAITING
    number = {"number": f"{first} + i"}
    tries = "CASE WHEN i % 40 = 0 THEN 2 ELSE 1 END"
    name = (
        "CASE i % 10 WHEN 0 THEN 'conversation_created' WHEN 1 THEN 'conversation_updated' "
        "WHEN 2 THEN 'conversation_status_changed' ELSE 'message_created' END"
    )
    event = number | {"conversation_id": f"{FIRST} + 1 + {lane}", "name": name, "created_at": since}
    sample = "(SELECT MIN(number) FROM events WHERE name = 'message_created')"
    yield _copy("events", event, DELIVERIES, f"number = {sample}")
    yield _copy("event_bodies", number, DELIVERIES, f"number = {sample}")
    lanes = {
        "id": f"{FIRST} + i",
        "subject": f"'conversation:' || CAST({FIRST} + i AS TEXT)",
        "head": f"CASE WHEN i > {CONVERSATIONS - waiting} THEN {depth - 1} ELSE {depth} END",
        "tail": str(depth),
        "due_at": f"CASE WHEN i > {CONVERSATIONS - waiting} THEN {now} + {DAY} END",
    }
    yield _copy("lanes", lanes, CONVERSATIONS, "id = (SELECT MIN(id) FROM lanes)")
    delivery = number | {
        "event_number": f"{first} + i",
        "lane_id": f"{FIRST} + 1 + {lane}",
        "position": f"1 + (i - 1) / {CONVERSATIONS}",
        "state": f"CASE WHEN i > {DELIVERIES - waiting} THEN 'pending' WHEN i BETWEEN 1000 AND 1199 THEN 'skipped' "
        "WHEN i % 100 = 0 THEN 'dead' ELSE 'delivered' END",
        "attempts": f"CASE WHEN i > {DELIVERIES - waiting} THEN 0 ELSE {tries} END",
        "created_at": since,
        "died_at": f"CASE WHEN i <= {DELIVERIES - waiting} AND i NOT BETWEEN 1000 AND 1199 AND i % 100 = 0 THEN {since} END",
        "settled_at": f"CASE WHEN i <= {DELIVERIES - waiting} THEN {since} END",
    }
    yield _copy("deliveries", delivery, DELIVERIES, "number = 1")
    attempt = {
        "delivery_number": f"{first} + i",
        "number": tries,
        "started_at": since,
        "duration": "20000 + (i * 7919) % 400000",
        "verdict": "CASE WHEN i % 100 = 0 THEN 'retry' ELSE 'delivered' END",
        "reason": "CASE WHEN i % 100 = 0 THEN 'http_status' END",
        "status": "CASE WHEN i % 100 = 0 THEN 500 ELSE 200 END",
    }
    yield _copy("attempts", attempt, DELIVERIES - waiting, "number = 1")
    early = attempt | {
        "delivery_number": f"{first} + i * 40",
        "number": "1",
        "started_at": f"{now} - ({DELIVERIES} - i * 40) * {AGE // DELIVERIES}",
        "verdict": "'retry'",
        "reason": "'timeout'",
        "status": "CAST(NULL AS INTEGER)",
    }
    yield _copy("attempts", early, (DELIVERIES - waiting) // 40, "delivery_number = 1")


def _copy(table: str, values: dict[str, str], times: int, where: str, begin: int = 1) -> str:
    """Copy a row of a table for each number: every column as it is, but for those that get a value."""
    columns = [column.name for column in metadata.tables[table].columns]
    chosen = ", ".join(values.get(name, f"was.{name}") for name in columns)
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) "
        f"WITH RECURSIVE n(i) AS (SELECT CAST({begin} AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < {times}) "
        f"SELECT {chosen} FROM (SELECT * FROM {table} WHERE {where}) was CROSS JOIN n"
    )
