"""What of a log is looked for, as the address says it."""

from urllib.parse import urlencode

from fastapi import Request
from msgspec import Struct

from deskbell.desk.queries.delivery_log import Sought
from deskbell.kit import ids
from deskbell.kit.clock import DAY, HOUR, SECOND, parse_iso
from deskbell.model.event import EVENT_NAMES
from deskbell.store.delivery_log import Criteria

STATES = {"pending": "Waiting", "delivered": "Delivered", "dead": "Dead", "skipped": "Skipped"}
SPANS = {"hour": HOUR, "day": DAY, "week": 7 * DAY}
NO_ANSWER = "none"
LONGEST = 200


class Choice(Struct, frozen=True, kw_only=True):
    """The filters as they were typed; what cannot be meant is blank."""

    state: str = ""
    event: str = ""
    conversation: str = ""
    status: str = ""
    within: str = ""
    since: str = ""
    until: str = ""
    text: str = ""
    before: str = ""

    @property
    def filters(self) -> dict[str, str]:
        """Those that are set."""
        found = {name: getattr(self, name) for name in self.__struct_fields__ if name != "before"}
        if self.within != "custom":
            found |= {"since": "", "until": ""}
        return {name: value for name, value in found.items() if value}

    def query(self, **more: object) -> str:
        """The filters as an address' query, with the question mark."""
        said = urlencode(self.filters | more)
        return f"?{said}" if said else ""


def choice_of(request: Request) -> Choice:
    given = {name: request.query_params.get(name, "").strip()[:LONGEST] for name in Choice.__struct_fields__}
    known = {"state": STATES, "event": EVENT_NAMES, "within": {*SPANS, "custom"}}
    for name, values in known.items():
        given[name] = given[name] if given[name] in values else ""
    given["before"] = given["before"] if number_of(given["before"]) else ""
    return Choice(**given)


def sought(choice: Choice, now: int) -> tuple[Sought, dict[str, str]]:
    """What is to be looked for, and what is wrong with it, by field."""
    problems: dict[str, str] = {}
    conversation = number_of(choice.conversation)
    if choice.conversation and conversation is None:
        problems["conversation"] = "should be a conversation's number"
    statuses = _statuses(choice.status)
    if choice.status and statuses is None and choice.status != NO_ANSWER:
        problems["status"] = "should be such as 404, 5xx or none"
    since, until = _times(choice, now, problems)
    criteria = Criteria(
        state=choice.state or None,
        event_name=choice.event or None,
        statuses=statuses,
        unanswered=choice.status == NO_ANSWER,
        since=since,
        until=until,
    )
    wanted = Sought(
        criteria=criteria, conversation=conversation, text=choice.text, before=number_of(choice.before)
    )
    return wanted, problems


def number_of(text: str) -> int | None:
    """A number as people write it, `#12` too."""
    return ids.read(text.strip().removeprefix("#")) or None


def instant_of(text: str) -> int | None:
    """An instant as a browser's field has it, in UTC."""
    try:
        return parse_iso(text) // SECOND * SECOND
    except (ValueError, OverflowError):
        return None


def _statuses(text: str) -> tuple[int, int] | None:
    text = text.lower()
    if len(text) != 3 or not text[0].isascii() or not text[0].isdigit():
        return None
    if text[1:] == "xx":
        return int(text[0]) * 100, int(text[0]) * 100 + 99
    return (int(text), int(text)) if text.isascii() and text.isdigit() else None


def _times(choice: Choice, now: int, problems: dict[str, str]) -> tuple[int | None, int | None]:
    if choice.within != "custom":
        return (now - SPANS[choice.within] if choice.within else None), None
    since, until = instant_of(choice.since), instant_of(choice.until)
    for name, found in (("since", since), ("until", until)):
        if getattr(choice, name) and found is None:
            problems[name] = "should be a date and a time"
    if since is not None and until is not None and since >= until:
        problems["until"] = "should be later than the beginning"
    return since, until
