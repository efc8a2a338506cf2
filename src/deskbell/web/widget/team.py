"""Who answers: the agents of the inbox, as visitors may know them."""

from fastapi import Response
from typing_extensions import TypedDict

from deskbell.desk.queries import inboxes as queries
from deskbell.model.user import Agent
from deskbell.web.answers import answer, answers
from deskbell.web.deps import TheServices
from deskbell.web.faces import WIDGET, resource
from deskbell.web.widget.deps import TheWebsite

router = resource(WIDGET, "Widget API")


class TeamMemberJSON(TypedDict):
    id: int
    name: str
    avatar_url: str
    availability_status: str


class TeamJSON(TypedDict):
    payload: list[TeamMemberJSON]


@router.get("/inbox_members", summary="Who answers", responses=answers(TeamJSON))
async def list_inbox_members(inbox: TheWebsite, services: TheServices) -> Response:
    async with services.database.read() as reader:
        found = await queries.team(reader, inbox)
    return answer({"payload": [_member(agent) for agent in found]})


def _member(agent: Agent) -> TeamMemberJSON:
    """Their name and face; not their email."""
    return {
        "id": agent.user.id,
        "name": agent.user.available_name,
        "avatar_url": agent.user.avatar_url,
        "availability_status": agent.status,
    }
