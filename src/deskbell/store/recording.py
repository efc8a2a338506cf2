"""Recording in one statement, for PostgreSQL.

Step by step (`events.py`), each step is a round trip during which the account's counter is locked, so that nobody else of the
account can commit; here they are one. The rules are the same: events numbered in commit order without gaps, deliveries
numbered for each target and put at the end of their lanes, rows locked in the order counter, targets, lanes.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from deskbell.model.event import EventName
from deskbell.store.database import Unit
from deskbell.store.statement import PostgresStatement


class Occurrence(Struct, frozen=True, kw_only=True):
    """An event before it has a number: what is kept of it, its bodies by format, and the targets that hear it."""

    name: EventName
    inbox_id: int
    contact_id: int
    conversation_id: int | None
    private: bool
    snapshot: bytes
    subject: str
    bodies: Mapping[str, bytes]
    targets: Sequence[int]


_RECORD = PostgresStatement("""
WITH counted AS (
    UPDATE event_counters SET last_number = last_number + CAST(:count AS BIGINT) WHERE account_id = :account_id
    RETURNING last_number - CAST(:count AS BIGINT) AS before
), event AS (
    INSERT INTO events (account_id, number, name, inbox_id, contact_id, conversation_id, private, snapshot, created_at)
    SELECT :account_id, before + place, name, inbox_id, contact_id, conversation_id, private, snapshot, :now
    FROM counted, unnest(
        CAST(:names AS TEXT[]), CAST(:inbox_ids AS BIGINT[]), CAST(:contact_ids AS BIGINT[]),
        CAST(:conversation_ids AS BIGINT[]), CAST(:privates AS BOOLEAN[]), CAST(:snapshots AS BYTEA[])
    ) WITH ORDINALITY AS e(name, inbox_id, contact_id, conversation_id, private, snapshot, place)
), body AS (
    INSERT INTO event_bodies (account_id, number, payload_format, body)
    SELECT :account_id, before + place, payload_format, body
    FROM counted, unnest(CAST(:body_places AS BIGINT[]), CAST(:body_formats AS TEXT[]), CAST(:bodies AS BYTEA[]))
        AS b(place, payload_format, body)
), heard AS (
    SELECT target_id, subject, place,
        row_number() OVER (PARTITION BY target_id ORDER BY place) AS nth,
        row_number() OVER (PARTITION BY target_id, subject ORDER BY place) AS step
    FROM unnest(CAST(:heard_by AS BIGINT[]), CAST(:heard_subjects AS TEXT[]), CAST(:heard_places AS BIGINT[]))
        AS h(target_id, subject, place)
), target AS (
    UPDATE targets g SET last_number = g.last_number + t.count
    FROM counted, (SELECT target_id, count(*) AS count FROM heard GROUP BY target_id) t WHERE g.id = t.target_id
    RETURNING g.id, g.last_number - t.count AS before, g.status
), lane AS (
    INSERT INTO lanes (target_id, subject, tail, due_at, set_at)
    SELECT t.target_id, t.subject, t.count, CASE WHEN target.status = 'enabled' THEN CAST(:now AS BIGINT) END, :now
    FROM (SELECT target_id, subject, count(*) AS count FROM heard GROUP BY target_id, subject) t
    JOIN target ON target.id = t.target_id ORDER BY t.target_id, t.subject
    ON CONFLICT (target_id, subject) DO UPDATE SET tail = lanes.tail + excluded.tail,
        due_at = COALESCE(lanes.due_at, excluded.due_at),
        set_at = CASE WHEN lanes.due_at IS NULL THEN excluded.set_at ELSE lanes.set_at END
    RETURNING id, target_id, subject, tail
)
INSERT INTO deliveries (target_id, number, account_id, event_number, lane_id, position, replay, created_at)
SELECT h.target_id, target.before + h.nth, :account_id, counted.before + h.place, lane.id,
    lane.tail - count(*) OVER (PARTITION BY h.target_id, h.subject) + h.step, FALSE, :now
FROM heard h JOIN target ON target.id = h.target_id
JOIN lane ON lane.target_id = h.target_id AND lane.subject = h.subject CROSS JOIN counted
""")


async def record(unit: Unit, account_id: int, occurrences: Sequence[Occurrence]) -> None:
    """Number the events, keep them and their bodies, and give every target that hears them its deliveries."""
    placed = list(enumerate(occurrences, 1))
    bodies = [(place, *body) for place, one in placed for body in one.bodies.items()]
    heard = [(target_id, one.subject, place) for place, one in placed for target_id in one.targets]
    values: dict[str, Any] = {
        "names": [one.name for one in occurrences],
        "inbox_ids": [one.inbox_id for one in occurrences],
        "contact_ids": [one.contact_id for one in occurrences],
        "conversation_ids": [one.conversation_id for one in occurrences],
        "privates": [one.private for one in occurrences],
        "snapshots": [one.snapshot for one in occurrences],
        "body_places": [place for place, _, _ in bodies],
        "body_formats": [name for _, name, _ in bodies],
        "bodies": [body for _, _, body in bodies],
        "heard_by": [target_id for target_id, _, _ in heard],
        "heard_subjects": [subject for _, subject, _ in heard],
        "heard_places": [place for _, _, place in heard],
    }
    await unit.run(_RECORD, account_id=account_id, count=len(occurrences), now=unit.now, **values)
