"""Agents of an account."""

from typing import Annotated, ClassVar

from fastapi import Response

from deskbell.desk.commands import agents as commands
from deskbell.desk.queries import agents as queries
from deskbell.model.user import Availability, UserRole
from deskbell.web.answers import answer, answers, empty
from deskbell.web.bodies import Blankable, Body, Flag, OptionalText, PathId
from deskbell.web.deps import TheActor, TheServices
from deskbell.web.faces import ACCOUNT, resource, updates
from deskbell.web.present import people
from deskbell.web.present.people import AgentJSON
from deskbell.web.slices import TheSlice

router = resource(f"{ACCOUNT}/agents", "Agents")


class NewAgent(Body):
    wrapper: ClassVar[str] = "agent"
    name: OptionalText = None
    email: str
    role: Annotated[UserRole | None, Blankable] = None
    availability: Annotated[Availability | None, Blankable] = None
    auto_offline: Flag = None


class AgentChanges(Body):
    wrapper: ClassVar[str] = "agent"
    name: OptionalText = None
    role: Annotated[UserRole | None, Blankable] = None
    availability: Annotated[Availability | None, Blankable] = None
    auto_offline: Flag = None


@router.get("", summary="List agents", responses=answers(list[AgentJSON]))
async def list_agents(actor: TheActor, services: TheServices, wanted: TheSlice) -> Response:
    async with services.database.read() as reader:
        return wanted.answer(await queries.all_agents(reader, actor), people.agent)


@router.post("", summary="Add an agent", responses=answers(AgentJSON))
async def add_agent(body: NewAgent, actor: TheActor, services: TheServices) -> Response:
    async with services.database.unit() as unit:
        agent = await commands.add_agent(
            unit,
            actor,
            name=body.name or "",
            email=body.email,
            role=body.role or "agent",
            availability=body.availability or "online",
            auto_offline=body.auto_offline is not False,
        )
    return answer(people.agent(agent))


@updates(router, "/{agent_id}", summary="Change an agent", responses=answers(AgentJSON))
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


@router.delete("/{agent_id}", summary="Take an agent out of the account; nobody has their conversations then")
async def remove_agent(agent_id: PathId, actor: TheActor, services: TheServices) -> Response:
    done = False
    while not done:
        async with services.database.unit() as unit:
            done = await commands.remove_agent(unit, actor, agent_id)
    return empty()
