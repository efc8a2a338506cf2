"""Agents of an account."""

from typing import ClassVar

from fastapi import APIRouter, Response

from deskbell.desk.commands import agents as commands
from deskbell.desk.queries import agents as queries
from deskbell.model.user import Availability, UserRole
from deskbell.web.answers import answer, answers, empty
from deskbell.web.bodies import Body, Flag, PathId
from deskbell.web.deps import TheActor, TheServices
from deskbell.web.present import people
from deskbell.web.present.people import AgentJSON
from deskbell.web.requests import LenientRoute

router = APIRouter(prefix="/accounts/{account_id}/agents", tags=["Agents"], route_class=LenientRoute)


class NewAgent(Body):
    wrapper: ClassVar[str] = "agent"
    name: str = ""
    email: str
    role: UserRole = "agent"
    availability: Availability = "offline"
    auto_offline: Flag = True


class AgentChanges(Body):
    wrapper: ClassVar[str] = "agent"
    name: str | None = None
    role: UserRole | None = None
    availability: Availability | None = None
    auto_offline: Flag = None


@router.get("", summary="List agents", responses=answers(list[AgentJSON]))
async def list_agents(actor: TheActor, services: TheServices) -> Response:
    async with services.database.read() as reader:
        return answer([people.agent(one) for one in await queries.all_agents(reader, actor)])


@router.post("", summary="Add an agent", responses=answers(AgentJSON))
async def add_agent(body: NewAgent, actor: TheActor, services: TheServices) -> Response:
    async with services.database.unit() as unit:
        agent = await commands.add_agent(
            unit,
            actor,
            name=body.name,
            email=body.email,
            role=body.role,
            availability=body.availability,
            auto_offline=body.auto_offline is not False,
        )
    return answer(people.agent(agent))


@router.api_route(
    "/{agent_id}", methods=["PATCH", "PUT"], summary="Change an agent", responses=answers(AgentJSON)
)
async def update_agent(
    agent_id: PathId, body: AgentChanges, actor: TheActor, services: TheServices
) -> Response:
    async with services.database.unit() as unit:
        agent = await commands.update_agent(
            unit,
            actor,
            agent_id,
            name=body.name,
            role=body.role,
            availability=body.availability,
            auto_offline=body.auto_offline,
        )
    return answer(people.agent(agent))


@router.delete("/{agent_id}", summary="Take an agent out of the account")
async def remove_agent(agent_id: PathId, actor: TheActor, services: TheServices) -> Response:
    async with services.database.unit() as unit:
        await commands.remove_agent(unit, actor, agent_id)
    return empty()
