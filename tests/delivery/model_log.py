"""What the database must tell at any moment of the model, beside what is true of every database (tests/support/truth.py)."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from deskbell.kit.clock import SECOND
from deskbell.store.database import Database, Row
from deskbell.store.statement import Statement
from tests.delivery.model_receivers import RETRY_AFTER, Receivers

TARGETS = ("/a", "/b", "/c")
"""Target 1 has the first path, and so on."""
HEARD = ("message_created", "conversation_updated")
CEILING = 2
"""Lanes in flight to one target."""
SCHEDULE = (0, 5, 5, 10)

_DELIVERIES = Statement(
    "SELECT d.target_id, d.number, d.event_number, d.lane_id, d.position, d.state, d.attempts, d.settled_at, d.replay, "
    "d.event_number <= c.pruned_number AS pruned, e.conversation_id FROM deliveries d "
    "JOIN event_counters c ON c.account_id = d.account_id "
    "JOIN events e ON e.account_id = d.account_id AND e.number = d.event_number ORDER BY d.target_id, d.number"
)
_ATTEMPTS = Statement(
    "SELECT target_id, delivery_number, number, started_at, verdict, reason FROM attempts ORDER BY target_id, delivery_number, number"
)
_EVENTS = Statement("SELECT number, name FROM events ORDER BY number")
_TARGETS = Statement(
    "SELECT g.id, g.status, g.status_reason, h.failures, h.trips, h.open_until, h.lane_limit, "
    "(SELECT MAX(n.created_at) FROM notices n WHERE n.target_id = g.id) AS told_at, "
    "(SELECT COUNT(*) FROM lanes l WHERE l.target_id = g.id AND l.due_at <= :now AND l.tail > l.head) AS due "
    "FROM targets g JOIN target_health h ON h.target_id = g.id ORDER BY g.id"
)
_LEASES = Statement("SELECT DISTINCT lease FROM lanes WHERE lease <> 0")
_BODIES = Statement("SELECT number, body FROM event_bodies")


@dataclass
class Story:
    """What the people of the model did, as far as it decides what must be true."""

    told: Counter[str] = field(default_factory=Counter)
    enabled_at: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    skipped_to: dict[int, int] = field(default_factory=dict)
    pruned_at: int = 0


@dataclass
class Log:
    """The log of deliveries, read at once."""

    deliveries: list[Row]
    attempts: dict[tuple[int, int], list[Row]]
    events: list[Row]
    targets: list[Row]
    bodies: dict[int, bytes]
    leases: set[int]

    @property
    def settled(self) -> set[tuple[str, int]]:
        return {(path(row), row["number"]) for row in self.deliveries if row["state"] != "pending"}

    def check(self, receivers: Receivers, story: Story) -> None:
        """Everything."""
        self._everything_was_recorded(story)
        for row in self.deliveries:
            tries = self.attempts[row["target_id"], row["number"]]
            if not row["pruned"]:
                _attempts_keep_to_the_schedule(row, tries, story.enabled_at[row["target_id"]])
                assert row["attempts"] == len(tries), "every attempt is counted and logged"
            _what_became_of_it_is_so(row, tries, receivers, story)
        self._nothing_was_left_out(receivers)
        for number, body in self.bodies.items():
            assert receivers.bodies.get(number, body) == body, "what is sent is what was recorded"
        for row in self.targets:
            assert row["failures"] < 10 or row["trips"], "ten failures in a row open the breaker"
            if row["status"] == "disabled" and row["status_reason"] != "set by an administrator":
                since = max(story.enabled_at[row["id"]], default=0)
                assert (row["told_at"] or -1) >= since, "the owners are told that a target was disabled"

    def nothing_is_held_up(self, receivers: Receivers, now: int, *, roomy: bool) -> None:
        """Isolation: whoever's turn it is has been sent to, however many others hang.

        With few places only receivers that answer are promised theirs: those that make wait also wait for each other.
        """
        for row in self.targets:
            flying = receivers.flying(path(row, "id"))
            resting = row["open_until"] is not None and row["open_until"] > now
            if row["status"] != "enabled" or resting or not row["due"] or (flying and not roomy):
                continue
            limit = CEILING if row["lane_limit"] is None else min(CEILING, int(row["lane_limit"]))
            wanted = 1 if row["trips"] else limit
            assert flying >= wanted, (
                f"target {row['id']} is held up: {row['due']} lanes due, {flying} in flight"
            )

    def what_was_received_is_delivered(self, receivers: Receivers, earlier: dict[str, set[int]]) -> None:
        """What was answered 2xx to a worker that stopped well is settled, though its target was paused meanwhile."""
        for row in self.deliveries:
            new = row["number"] in receivers.accepted[path(row)].keys() - earlier[path(row)]
            assert not new or row["state"] == "delivered", "what is received is told delivered"

    def _everything_was_recorded(self, story: Story) -> None:
        names = Counter(row["name"] for row in self.events)
        for name in HEARD:
            assert names[name] >= story.told[name], "every change has its event"
        wanted = [row["number"] for row in self.events if row["name"] in HEARD]
        got: dict[int, list[int]] = defaultdict(list)
        order: dict[int, list[int]] = defaultdict(list)
        for row in self.deliveries:
            if not row["replay"]:
                got[row["target_id"]].append(row["event_number"])
                order[row["lane_id"]].append(row["event_number"])
        for target in self.targets:
            assert sorted(got[target["id"]]) == wanted, "every event is recorded for each target once"
        for numbers in order.values():
            assert numbers == sorted(numbers), "a lane is in the order of its events"

    def _nothing_was_left_out(self, receivers: Receivers) -> None:
        lanes: dict[tuple[str, int], list[Row]] = defaultdict(list)
        for row in self.deliveries:
            lanes[path(row), row["conversation_id"]].append(row)
        for lane, numbers in receivers.seen.items():
            last = max(numbers)
            for row in lanes[lane[0], lane[1]]:
                passed = row["state"] in ("dead", "skipped") or row["number"] in numbers
                assert passed or row["number"] > last, f"{lane}: {row['number']} was left out"


async def read_log(database: Database, now: int) -> Log:
    async with database.read() as reader:
        attempts: dict[tuple[int, int], list[Any]] = defaultdict(list)
        for row in await reader.all(_ATTEMPTS):
            attempts[row["target_id"], row["delivery_number"]].append(row)
        return Log(
            list(await reader.all(_DELIVERIES)),
            attempts,
            list(await reader.all(_EVENTS)),
            list(await reader.all(_TARGETS, now=now)),
            {row["number"]: bytes(row["body"]) for row in await reader.all(_BODIES)},
            {row["lease"] for row in await reader.all(_LEASES)},
        )


def path(row: Row, target: str = "target_id") -> str:
    return TARGETS[row[target] - 1]


def _attempts_keep_to_the_schedule(row: Row, tries: list[Row], enabled_at: list[int]) -> None:
    """No attempt before its time, none beyond the schedule. An owner who enables hurries."""
    assert [one["number"] for one in tries] == list(range(1, len(tries) + 1))
    gone = any(one["verdict"] == "gone" for one in tries)
    assert gone or len(tries) <= len(SCHEDULE), "no attempt beyond the schedule"
    for last, this, planned in zip(tries, tries[1:], SCHEDULE[1:], strict=False):
        wait = max(planned, RETRY_AFTER) if last["verdict"] == "throttle" else planned
        hurried = any(last["started_at"] <= at <= this["started_at"] for at in enabled_at)
        assert hurried or this["started_at"] >= last["started_at"] + wait * SECOND, (
            "no attempt before its time"
        )
    assert all((one["reason"] is None) == (one["verdict"] == "delivered") for one in tries)
    assert all(one["reason"] != "expired" for one in tries), "nothing that waits loses its body"


def _what_became_of_it_is_so(row: Row, tries: list[Row], receivers: Receivers, story: Story) -> None:
    """Delivered means received, dead says why, skipped was wished; and what waits has not ended."""
    accepted = receivers.accepted[path(row)]
    state, verdicts = row["state"], [one["verdict"] for one in tries]
    assert (row["settled_at"] is None) == (state == "pending")
    if state == "delivered":
        assert row["number"] in accepted, "what is told delivered was received"
    if state == "skipped":
        assert row["number"] <= story.skipped_to.get(row["target_id"], 0), "nobody wished it skipped"
    if row["pruned"]:
        return
    if state == "delivered":
        assert verdicts[-1:] == ["delivered"]
    if state == "pending":
        assert "delivered" not in verdicts
    if state == "dead":
        assert verdicts[-1] in ("retry", "throttle", "refused"), "a dead delivery says why"
        refused = [one["started_at"] for one in tries if one["verdict"] == "refused"]
        hopeless = len(refused) >= 3 and any(at > refused[0] for at in accepted.values())
        assert hopeless or len(tries) >= len(SCHEDULE), "nothing dies before its time"
