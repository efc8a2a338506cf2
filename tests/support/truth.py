"""What must be true of a database after any test, whatever it did."""

from collections import defaultdict
from typing import Any

from deskbell.events.formats import render
from deskbell.events.snapshot import thaw
from deskbell.store.database import Database, Reader
from deskbell.store.statement import Statement
from tests.support import bodies

_COUNTERS = Statement("SELECT account_id, last_number FROM event_counters")
_EVENTS = Statement("SELECT account_id, number, snapshot FROM events ORDER BY account_id, number")
_BODIES = Statement("SELECT account_id, number, payload_format, body FROM event_bodies")
_TARGETS = Statement("SELECT id, last_number, status FROM targets")
_LANES = Statement("SELECT id, target_id, head, tail, due_at FROM lanes")
_DELIVERIES = Statement(
    "SELECT target_id, number, lane_id, position, state, account_id, event_number FROM deliveries ORDER BY target_id, number"
)


async def check_database(database: Database) -> None:
    """Numbers without gaps, bodies to the letter and never changed, no lane forgotten."""
    async with database.read() as reader:
        await _check_events(reader)
        await _check_deliveries(reader)


async def _check_events(reader: Reader) -> None:
    numbers: dict[int, list[int]] = defaultdict(list)
    snapshots = {}
    for row in await reader.all(_EVENTS):
        numbers[row["account_id"]].append(row["number"])
        if not row["snapshot"]:
            continue  # retention let go of it
        snapshot = snapshots[row["account_id"], row["number"]] = thaw(bytes(row["snapshot"]))
        assert snapshot.account.id == row["account_id"]
        bodies.check(snapshot)
    for row in await reader.all(_COUNTERS):
        assert numbers[row["account_id"]] == _counted(row["last_number"]), "events are numbered without gaps"
    for row in await reader.all(_BODIES):
        snapshot = snapshots[row["account_id"], row["number"]]
        assert bytes(row["body"]) == render(snapshot, row["payload_format"])


async def _check_deliveries(reader: Reader) -> None:
    by_target: dict[int, list[Any]] = defaultdict(list)
    by_lane: dict[int, list[Any]] = defaultdict(list)
    for row in await reader.all(_DELIVERIES):
        by_target[row["target_id"]].append(row)
        by_lane[row["lane_id"]].append(row)
    status = {}
    for row in await reader.all(_TARGETS):
        status[row["id"]] = row["status"]
        told = [one["number"] for one in by_target[row["id"]]]
        assert told == _counted(row["last_number"]), "deliveries are numbered without gaps"
    for lane in await reader.all(_LANES):
        waiting = by_lane[lane["id"]]
        assert [one["position"] for one in waiting] == _counted(lane["tail"]), "a lane is in delivery order"
        assert all((one["position"] <= lane["head"]) == (one["state"] != "pending") for one in waiting)
        if status[lane["target_id"]] == "enabled" and lane["head"] < lane["tail"]:
            assert lane["due_at"] is not None, "nobody would ever look into this lane again"


def _counted(last: int) -> list[int]:
    return list(range(1, last + 1))
