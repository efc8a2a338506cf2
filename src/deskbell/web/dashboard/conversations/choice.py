"""Which conversations are listed, kept in the address: so that it can be shared, reloaded and gone back to."""

from typing import Annotated, Any, get_args
from urllib.parse import urlencode

from fastapi import Depends, Request
from msgspec import Struct
from msgspec.structs import replace

from deskbell.kit import ids
from deskbell.model.conversation import Priority, Status

TABS = {"me": "Mine", "unassigned": "Unassigned", "all": "All"}
STATUSES = {"open": "Open", "pending": "Pending", "snoozed": "Snoozed", "resolved": "Resolved"}
LISTED = STATUSES | {"all": "Any status"}
PRIORITIES = {"urgent": "Urgent", "high": "High", "medium": "Medium", "low": "Low"}
SNOOZES = {
    "hour": "For an hour",
    "tomorrow": "Until tomorrow, 9:00",
    "week": "Until next week",
    "reply": "Until the next reply",
}
KINDS = {"unattended": "Unattended", "mentions": "You were mentioned", "participating": "You follow"}
SORTS = {
    "latest": ("Last active first", "-last_activity_at"),
    "oldest": ("Last active last", "last_activity_at"),
    "newest": ("Newest first", "-created_at"),
    "created": ("Oldest first", "created_at"),
    "priority": ("Most urgent first", "-priority"),
    "waiting": ("Waiting longest first", "waiting_since"),
}
QUERY_LIMIT = 200
LAST_PAGE = 100_000


class Choice(Struct, frozen=True, kw_only=True):
    """What somebody chose to see, and in what order; zero and blank are no choice."""

    tab: str = "me"
    status: str = "open"
    inbox: int = 0
    label: str = ""
    priority: str = ""
    assignee: int = 0
    team: int = 0
    kind: str = ""
    folder: int = 0
    q: str = ""
    far: int = 0
    back: str = ""
    """Tab and status from before a search, which clearing it leads back to."""
    sort: str = "latest"
    page: int = 1

    @property
    def filtered(self) -> bool:
        """Whether fewer are listed than the tab and the status stand for."""
        return any(
            getattr(self, name)
            for name in ("inbox", "label", "priority", "assignee", "team", "kind", "folder", "q")
        )

    @property
    def unsearched(self) -> dict[str, Any]:
        """What is another without the search."""
        tab, _, status = self.back.partition(" ")
        return {
            "q": "",
            "far": 0,
            "back": "",
            "tab": tab if tab in TABS else "me",
            "status": status if status in LISTED else "open",
        }

    def query(self, **changed: Any) -> str:
        """The address' query for this choice with something changed; what is usual stays unsaid."""
        given = {name: getattr(self, name) for name in self.__struct_fields__}
        if changed:
            given |= {"page": 1} | changed
        usual = Choice()
        said = urlencode({name: value for name, value in given.items() if value != getattr(usual, name)})
        return f"?{said}" if said else ""


def the_choice(request: Request) -> Choice:
    """What is not known means what is usual."""
    asked = request.query_params

    def one_of(name: str, known: dict[str, Any], usual: str = "") -> str:
        value = asked.get(name, "")
        return value if value in known else usual

    choice = Choice(
        tab=one_of("tab", TABS, "me"),
        status=one_of("status", LISTED, "open"),
        inbox=_whole(asked.get("inbox", "")),
        label=asked.get("label", "").strip().lower()[:QUERY_LIMIT],
        priority=one_of("priority", PRIORITIES),
        assignee=_whole(asked.get("assignee", "")),
        team=_whole(asked.get("team", "")),
        kind=one_of("kind", KINDS),
        folder=_whole(asked.get("folder", "")),
        q=asked.get("q", "").replace("\0", "").strip()[:QUERY_LIMIT],
        far=min(1, _whole(asked.get("far", ""))),
        back=asked.get("back", "")[:QUERY_LIMIT],
        sort=one_of("sort", SORTS, "latest"),
        page=min(LAST_PAGE, max(1, _whole(asked.get("page", "")))),
    )
    before = asked.get("was")
    if choice.q and before == "list":  # a search begins among all, and may be narrowed then
        choice = replace(choice, tab="all", status="all", back=f"{choice.tab} {choice.status}")
    elif before == "search" and not choice.q:
        choice = replace(choice, **choice.unsearched)
    # An agent's conversations are neither nobody's nor only one's own.
    return replace(choice, tab="all") if choice.assignee else choice


def status_of(text: str) -> Status | None:
    return next((one for one in get_args(Status) if one == text), None)


def priority_of(text: str) -> Priority | None:
    return next((one for one in get_args(Priority) if one == text), None)


def _whole(text: str) -> int:
    return ids.read(text) or 0


TheChoice = Annotated[Choice, Depends(the_choice)]
