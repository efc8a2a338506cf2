"""Simulated receivers for the model: what each was sent, what it says to it, and what a worker may never do to it."""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from deskbell.delivery.http import Request
from deskbell.delivery.outcome import Answered, Failed, Outcome
from deskbell.kit import json
from deskbell.kit.clock import Clock

Lane = tuple[str, int]
"""A receiver's path and a conversation."""

RETRY_AFTER = 30
TIMEOUT = Failed("timeout", "", 1)
ANSWERS: dict[str, Outcome] = {
    "fine": Answered(200, None, b"", 1),
    "tarrying": Answered(200, None, b"", 1),
    "broken": Answered(500, None, b"", 1),
    "slow": Answered(429, str(RETRY_AFTER), b"", 1),
    "refusing": Answered(404, None, b"", 1),
    "gone": Answered(410, None, b"", 1),
    "lying": TIMEOUT,
    "hanging": TIMEOUT,
}
MOODS = (*ANSWERS, "refusing-some")
HOLDING = ("tarrying", "hanging")
"""These answer only when they are let go."""


class Line:
    """A worker's client: its way to the receivers. Frozen, no answer comes by itself; cut, none comes ever."""

    def __init__(self, receivers: "Receivers", *, frozen: bool = False) -> None:
        self._receivers = receivers
        self.frozen = frozen

    def post(self, request: Request, done: Callable[[Outcome], None]) -> None:
        self._receivers.take(self, request, done)


@dataclass(eq=False)
class Flight:
    """An attempt that has not been answered."""

    line: Line
    lane: Lane
    delivery: int
    done: Callable[[Outcome], None]
    answer: Outcome


class Receivers:
    """All receivers. `wrong` gathers complaints, for an error in a callback would be lost."""

    def __init__(self, paths: tuple[str, ...], ceiling: int, clock: Clock) -> None:
        self.moods = dict.fromkeys(paths, "fine")
        self.seen: dict[Lane, list[int]] = defaultdict(list)
        self.bodies: dict[int, bytes] = {}
        self.accepted: dict[str, dict[int, int]] = defaultdict(dict)
        self.in_flight: dict[Lane, Flight] = {}
        self.late: list[Flight] = []
        self.settled: set[tuple[str, int]] = set()
        self.probes: dict[str, int] = {}
        self.lanes: dict[str, int] = {}
        self.places = 0
        self.moves = 0
        self.wrong: list[str] = []
        self._ceiling = ceiling
        self._clock = clock

    def flying(self, path: str, line: Line | None = None) -> int:
        """How many attempts a receiver has not answered yet: all, or those of one worker."""
        return sum(
            flight.lane[0] == path and line in (None, flight.line) for flight in self.in_flight.values()
        )

    def take(self, line: Line, request: Request, done: Callable[[Outcome], None]) -> None:
        path, body = request.endpoint.path, json.loads(request.body)
        headers = dict(one.split(b": ", 1) for one in request.headers.strip().split(b"\r\n"))
        event = int(headers[b"webhook-id"].split(b"_")[2])
        delivery = int(headers[b"deskbell-delivery"])
        lane = (path, (body.get("conversation") or body)["id"])
        self.moves += 1
        self._judge(line, lane, delivery)
        if self.bodies.setdefault(event, request.body) != request.body:
            self.wrong.append(f"event {event} came with other bytes than before")
        self.seen[lane].append(delivery)
        mood = self.moods[path]
        if mood == "refusing-some":
            mood = "refusing" if event % 3 == 0 else "fine"
        flight = self.in_flight[lane] = Flight(line, lane, delivery, done, ANSWERS[mood])
        if mood not in HOLDING and not line.frozen:
            asyncio.get_running_loop().call_soon(self._come_back, flight)

    def let_go(self) -> None:
        """What tarries answers, what hangs times out."""
        for flight in list(self.in_flight.values()):
            self._come_back(flight)

    def cut(self, line: Line) -> None:
        """The worker that waited for these answers is gone."""
        self.in_flight = {lane: flight for lane, flight in self.in_flight.items() if flight.line is not line}

    def keep_waiting(self) -> None:
        """The workers that wait for these answers sleep longer than their leases last."""
        self.late += self.in_flight.values()
        self.in_flight.clear()

    def forget_limits(self) -> None:
        """What the targets' health allowed at the beginning of a step does not hold any more."""
        self.probes, self.lanes = {}, {}

    def answer_late(self) -> None:
        late, self.late = self.late, []
        for flight in late:
            self._answer(flight)

    def _come_back(self, flight: Flight) -> None:
        if self.in_flight.get(flight.lane) is flight:
            del self.in_flight[flight.lane]
            self._answer(flight)

    def _answer(self, flight: Flight) -> None:
        self.moves += 1
        path, answer = flight.lane[0], flight.answer
        if isinstance(answer, Answered) and answer.status == 200:
            self.accepted[path][flight.delivery] = self._clock.now()
            self.probes.pop(path, None)
            self.lanes.pop(path, None)
        flight.done(answer)

    def _judge(self, line: Line, lane: Lane, delivery: int) -> None:
        path, seen = lane[0], self.seen[lane]
        rules = {
            "two attempts in flight in a lane": lane not in self.in_flight,
            "sent again though it was settled": (path, delivery) not in self.settled,
            "more in flight to a target than one process may have": self.flying(path, line) < self._ceiling,
            "more in flight than one process may have": sum(
                one.line is line for one in self.in_flight.values()
            )
            < self.places,
            "more in flight than the target's health allows": self.flying(path)
            < self.lanes.get(path, self._ceiling * 2),
            "sent though the breaker rests or its probe is out": self.probes.get(path, 1) > 0,
            "first sent after a later one of its lane": delivery in seen or delivery > max(seen, default=0),
        }
        if path in self.probes:
            self.probes[path] -= 1
        self.wrong += [f"{lane} {delivery}: {what}" for what, kept in rules.items() if not kept]
