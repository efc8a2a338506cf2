"""The list of conversations: whose, in which state, in which order."""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, Query, Request, Response
from msgspec import Struct

from deskbell.desk.queries import conversations as queries
from deskbell.desk.queries.conversations import Filter
from deskbell.web.dashboard.deps import Desk, TheDesk
from deskbell.web.dashboard.rendering import is_fragment, render
from deskbell.web.dashboard.route import ACCOUNT, screen

router = screen(f"{ACCOUNT}/conversations")

PER_PAGE = 25
TABS = {"me": "Mine", "unassigned": "Unassigned", "all": "All"}
STATUSES = {"open": "Open", "pending": "Pending", "snoozed": "Snoozed", "resolved": "Resolved", "all": "All"}


class Choice(Struct, frozen=True, kw_only=True):
    """Which conversations are listed: kept in the address, so that it can be shared and reloaded."""

    tab: str = "me"
    status: str = "open"
    page: int = 1

    def query(self, **changed: Any) -> str:
        """The address' query for this choice with something changed; what is usual stays unsaid."""
        usual = Choice()
        given = {name: getattr(self, name) for name in self.__struct_fields__} | changed
        said = urlencode({name: value for name, value in given.items() if value != getattr(usual, name)})
        return f"?{said}" if said else ""


def the_choice(
    tab: Annotated[str, Query(max_length=20)] = "me",
    status: Annotated[str, Query(max_length=20)] = "open",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> Choice:
    """What is not known means what is usual."""
    return Choice(
        tab=tab if tab in TABS else "me", status=status if status in STATUSES else "open", page=page
    )


TheChoice = Annotated[Choice, Depends(the_choice)]


@router.get("")
async def list_conversations(request: Request, choice: TheChoice, desk: TheDesk) -> Response:
    name = "conversation_list.html" if is_fragment(request) else "inbox.html"
    return render(desk, request, name, **await listed(desk, choice), chosen=None)


async def listed(desk: Desk, choice: Choice) -> dict[str, Any]:
    """What the list is made of."""
    wanted = Filter(account_id=desk.account.id, status=None if choice.status == "all" else choice.status)
    async with desk.services.database.read() as reader:
        found = await queries.page(
            reader,
            desk.actor,
            wanted,
            assignee=choice.tab,
            sort="-last_activity_at",
            number=choice.page,
            size=PER_PAGE,
        )
    return {
        "choice": choice,
        "counts": found.counts,
        "listed": found.conversations,
        "tabs": TABS,
        "statuses": STATUSES,
    }
