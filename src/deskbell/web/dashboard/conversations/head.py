"""The head of a conversation: who it is with, how it stands, and all that can be done to it."""

from typing import Any

from fastapi import Request, Response
from msgspec import Struct

from deskbell.desk.queries import agent_bots, agents, conversation_care, labels, teams
from deskbell.desk.queries import conversations as queries
from deskbell.desk.queries.meanwhile import Told
from deskbell.desk.rules import meanwhile
from deskbell.model.conversation import ConversationView
from deskbell.store.database import Reader
from deskbell.web.bodies import PathId
from deskbell.web.dashboard.conversations.choice import PRIORITIES, SNOOZES, STATUSES, TheChoice
from deskbell.web.dashboard.deps import Desk, TheDesk
from deskbell.web.dashboard.rendering import render
from deskbell.web.dashboard.route import ACCOUNT, screen

router = screen(f"{ACCOUNT}/conversations/{{number}}")


class Attempt(Struct, frozen=True, kw_only=True):
    """What became of a change that was just tried. `changed` is the line that tells who was first, `typed` what is to be mended."""

    told: str = ""
    problem: str = ""
    outdated: bool = False
    changed: Told | None = None
    typed: dict[str, str] = {}


@router.get("/head")
async def show_head(number: PathId, request: Request, choice: TheChoice, desk: TheDesk) -> Response:
    async with desk.services.database.read() as reader:
        view = (await queries.show(reader, desk.actor, number)).view
        values = await shown(reader, desk, view)
    return render(desk, request, "conversations/conversation_head.html", choice=choice, **values)


async def shown(reader: Reader, desk: Desk, view: ConversationView) -> dict[str, Any]:
    """What the head is made of."""
    one = view.conversation
    return {
        "view": view,
        "conversation": one,
        "seen": {field: meanwhile.now(one, field) for field in ("status", "assignee", "team", "priority")},
        "agents": await agents.assignable(reader, desk.actor, view.inbox.id),
        "bots": [found.bot for found in await agent_bots.all_bots(reader, desk.actor)],
        "teams": [found.team for found in await teams.all_teams(reader, desk.actor)],
        "account_labels": await labels.all_labels(reader, desk.actor),
        "participants": await conversation_care.participants_of(reader, desk.actor, one.number),
        "link": desk.services.public_url + desk.path(f"/conversations/{one.number}"),
        "priorities": PRIORITIES,
        "status_words": STATUSES,
        "snoozes": SNOOZES,
        "attempt": Attempt(),
    }
