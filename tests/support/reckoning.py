"""The reckoning after a crash: what was acknowledged against what a receiver got."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence

import msgspec

from tests.support import bells
from tests.support.witness import Receipt, Subject


class Message(msgspec.Struct, frozen=True):
    """A message that the server acknowledged."""

    id: int
    conversation: int
    content: str


class Ledger:
    """What clients wrote, and what they were told of it. Who was told nothing, or no, may have been heard or not."""

    def __init__(self, account_id: int) -> None:
        self.account_id = account_id
        self.written: list[str] = []
        self.acknowledged: list[Message] = []
        self.refused: set[str] = set()
        self.unanswered: set[str] = set()


class Reckoning(msgspec.Struct, frozen=True, kw_only=True):
    """What became of everything. The lists are faults, one line each; the numbers are told, not judged."""

    lost: list[str]
    strangers: list[str]
    inversions: list[str]
    gaps: list[str]
    altered: list[str]
    overlaps: list[str]
    acknowledged: int
    events: int
    retries: int
    duplicates: int
    dead: int
    unanswered: int
    unanswered_recorded: int
    refused: int
    refused_recorded: int

    @property
    def faults(self) -> dict[str, list[str]]:
        named = ("lost", "strangers", "inversions", "gaps", "altered", "overlaps")
        return {name: found for name in named if (found := getattr(self, name))}

    def check(self) -> None:
        """Nothing is lost, out of order, missing, changed, or was in flight twice at once."""
        told = (f"{name} ({len(found)}): {'; '.join(found[:5])}" for name, found in self.faults.items())
        assert not self.faults, "\n".join(told)

    def tell(self, name: str) -> None:
        """One line of totals."""
        print(
            f"\nreckoning of {name}: {self.acknowledged} acknowledged, {len(self.lost)} lost, {len(self.inversions)} inversions,"
            f" {len(self.gaps)} gaps, {self.duplicates} duplicates, {self.retries} retries, {self.dead} dead, {self.events} events;"
            f" {self.unanswered} unanswered ({self.unanswered_recorded} recorded), {self.refused} refused ({self.refused_recorded} recorded)"
        )


def reckon(
    ledger: Ledger,
    receipts: Sequence[Receipt],
    *,
    dead: Collection[str] = (),
    overlaps: Iterable[str] = (),
) -> Reckoning:
    """Compare them.

    `receipts` are of a webhook that asked for every event from the account's first on. `dead` are the ids of events whose
    delivery ended visibly as dead; those must have reached the receiver at least once, or nobody could tell what they were.
    """
    accepted = {one.received.event_id for one in receipts if one.accepted}
    came = _messages(receipts, accepted | set(dead))
    contents = {one.content for one in came.values()}
    events = {one.received.event_id for one in receipts}
    duplicates = _again(receipts)
    return Reckoning(
        lost=[f"{one}" for one in ledger.acknowledged if came.get(one.id) != one],
        strangers=sorted(contents - set(ledger.written)),
        inversions=[*_overtaken(receipts, dead), *_out_of_turn(ledger, receipts)],
        gaps=[*_missing(receipts, accepted, dead)],
        altered=[*_altered(receipts), *_forged(receipts, ledger.account_id)],
        overlaps=list(overlaps),
        acknowledged=len(ledger.acknowledged),
        events=len(events),
        retries=len(receipts) - len(events) - duplicates,
        duplicates=duplicates,
        dead=len(dead),
        unanswered=len(ledger.unanswered),
        unanswered_recorded=len(ledger.unanswered & contents),
        refused=len(ledger.refused),
        refused_recorded=len(ledger.refused & contents),
    )


def _messages(receipts: Iterable[Receipt], settled: Collection[str]) -> dict[int, Message]:
    """The messages that were told and taken, by their ids."""
    told = [one.received for one in receipts if one.received.event == "message_created"]
    return {
        one.json["id"]: Message(
            id=one.json["id"], conversation=one.json["conversation"]["id"], content=one.json["content"]
        )
        for one in told
        if one.event_id in settled
    }


def _again(receipts: Iterable[Receipt]) -> int:
    """How often an event came again though it had been accepted."""
    accepted: set[str] = set()
    count = 0
    for one in receipts:
        count += one.received.event_id in accepted
        if one.accepted:
            accepted.add(one.received.event_id)
    return count


def _overtaken(receipts: Sequence[Receipt], dead: Collection[str]) -> list[str]:
    """Events that came before an earlier one of their conversation was accepted."""
    lanes: dict[Subject, dict[int, str]] = defaultdict(dict)
    for one in receipts:
        lanes[bells.subject_of(one.received)][bells.number_of(one.received)] = one.received.event_id
    waiting = {
        subject: [number for number in sorted(lane) if lane[number] not in dead]
        for subject, lane in lanes.items()
    }
    faults = []
    for one in receipts:
        subject, number = bells.subject_of(one.received), bells.number_of(one.received)
        ahead = waiting[subject]
        if ahead and ahead[0] < number:
            faults.append(f"{one.received.event_id} of {subject} came while {ahead[0]} was not accepted")
        if one.accepted and number in ahead:
            ahead.remove(number)
    return faults


def _out_of_turn(ledger: Ledger, receipts: Iterable[Receipt]) -> list[str]:
    """Messages that came in another order than their writer wrote them in."""
    turns: Counter[int] = Counter()
    turn_of: dict[int, int] = {}
    for message in ledger.acknowledged:
        turns[message.conversation] += 1
        turn_of[message.id] = turns[message.conversation]
    latest: Counter[int] = Counter()
    faults = []
    seen: set[int] = set()
    for one in receipts:
        if one.received.event != "message_created":
            continue
        told = one.received.json
        number, conversation = told["id"], told["conversation"]["id"]
        if number in seen or number not in turn_of:
            continue
        seen.add(number)
        if turn_of[number] < latest[conversation]:
            faults.append(f"message {number} of conversation {conversation} came after one written later")
        latest[conversation] = max(latest[conversation], turn_of[number])
    return faults


def _missing(receipts: Iterable[Receipt], accepted: Collection[str], dead: Collection[str]) -> list[str]:
    """Numbers that were never accepted though later ones came: the account's events, and the webhook's deliveries."""
    settled = {*accepted, *dead}
    told = [one.received for one in receipts]
    events = {bells.number_of(one): one.event_id in settled for one in told}
    deliveries = {one.delivery: one.event_id in settled for one in told}
    return [
        f"{kind} {number}"
        for kind, numbers in (("event", events), ("delivery", deliveries))
        for number in range(1, max(numbers, default=0) + 1)
        if not numbers.get(number)
    ]


def _altered(receipts: Iterable[Receipt]) -> list[str]:
    """Events that came again with other bytes, another name or another number; numbers that two events bore."""
    first: dict[str, tuple[int, str, bytes]] = {}
    event_of: dict[int, str] = {}
    faults = []
    for one in receipts:
        told = one.received
        same = (told.delivery, told.event, told.body)
        if first.setdefault(told.event_id, same) != same:
            faults.append(f"{told.event_id} came again and was not the same")
        if event_of.setdefault(told.delivery, told.event_id) != told.event_id:
            faults.append(f"delivery {told.delivery} was two events")
    return faults


def _forged(receipts: Iterable[Receipt], account_id: int) -> list[str]:
    """What is not signed, or not of this account."""
    return [
        f"{one.received.event_id}: {one.received.problem or 'of another account'}"
        for one in receipts
        if not one.received.verified or not one.received.event_id.startswith(f"evt_{account_id}_")
    ]
