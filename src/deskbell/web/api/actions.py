"""What is done to a conversation: status, priority, assignment, labels, attributes, seen marks."""

from typing import Annotated, Any, Literal

from fastapi import Response
from pydantic import BeforeValidator
from typing_extensions import TypedDict

from deskbell.desk import access
from deskbell.desk.commands import conversations as commands
from deskbell.desk.queries import agents as agent_queries
from deskbell.desk.queries import conversations as queries
from deskbell.kit.clock import SECOND
from deskbell.model.conversation import Status
from deskbell.web.answers import answer, answers, empty
from deskbell.web.api.conversations import GivenPriority, shown
from deskbell.web.bodies import Blankable, Body, ObjectOrText, OptionalId, OptionalTime, PathId
from deskbell.web.deps import TheActor, TheServices
from deskbell.web.faces import ACCOUNT, resource
from deskbell.web.present import people, teams
from deskbell.web.present.people import AgentJSON
from deskbell.web.present.talk import ConversationJSON
from deskbell.web.present.teams import AssignedTeamJSON

router = resource(f"{ACCOUNT}/conversations/{{conversation_id}}", "Conversations")


class StatusJSON(TypedDict):
    success: bool
    conversation_id: int
    current_status: str
    snoozed_until: int | None


class ToggledJSON(TypedDict):
    meta: dict[str, Any]
    payload: StatusJSON


class LabelsJSON(TypedDict):
    payload: list[str]


class AttributesJSON(TypedDict):
    custom_attributes: dict[str, Any]


class StatusBody(Body):
    status: Annotated[Status | None, Blankable] = None
    snoozed_until: OptionalTime = None


class PriorityBody(Body):
    priority: GivenPriority = None


class AssignmentBody(Body):
    assignee_id: OptionalId = None
    assignee_type: Annotated[Literal["User", "AgentBot"] | None, Blankable] = None
    team_id: OptionalId = None


def _null_is_none_of_them(value: Any) -> Any:
    return [] if value is None else value


class LabelsBody(Body):
    labels: Annotated[list[str], BeforeValidator(_null_is_none_of_them)]


class AttributesBody(Body):
    custom_attributes: Annotated[dict[str, Any], ObjectOrText]


@router.post("/toggle_status", summary="Set or toggle the status", responses=answers(ToggledJSON))
async def toggle_status(
    conversation_id: PathId, body: StatusBody, actor: TheActor, services: TheServices
) -> Response:
    until = None if body.snoozed_until is None else body.snoozed_until * SECOND
    async with services.database.unit() as unit:
        conversation = await commands.set_status(unit, actor, conversation_id, body.status, until)
    payload = {
        "success": True,
        "conversation_id": conversation.number,
        "current_status": conversation.status,
        "snoozed_until": conversation.snoozed_until // SECOND if conversation.snoozed_until else None,
    }
    return answer({"meta": {}, "payload": payload})


@router.post("/toggle_priority", summary="Set the priority")
async def toggle_priority(
    conversation_id: PathId, body: PriorityBody, actor: TheActor, services: TheServices
) -> Response:
    async with services.database.unit() as unit:
        await commands.set_priority(unit, actor, conversation_id, body.priority)
    return empty()


@router.post(
    "/assignments",
    summary="Assign an agent or a bot, or else a team",
    responses=answers(AgentJSON | AssignedTeamJSON | None),
)
async def assign(
    conversation_id: PathId, body: AssignmentBody, actor: TheActor, services: TheServices
) -> Response:
    async with services.database.unit() as unit:
        if body.assignee_type == "AgentBot" and body.assignee_id:
            await commands.assign_bot(unit, actor, conversation_id, body.assignee_id)
            bot = (await queries.show(unit, actor, conversation_id)).view.assignee_bot
            return answer(people.bot(bot) if bot else None)
        if "assignee_id" in body.model_fields_set:
            conversation = await commands.assign_user(unit, actor, conversation_id, body.assignee_id or None)
        elif "team_id" in body.model_fields_set:
            await commands.assign_team(unit, actor, conversation_id, body.team_id or None)
            team = (await queries.show(unit, actor, conversation_id)).view.team
            return answer(teams.assigned_team(team) if team else None)
        else:
            conversation = await access.the_conversation(unit, actor, conversation_id)
        if conversation.assignee_id is None:
            return answer(None)
        return answer(people.agent(await agent_queries.agent(unit, actor, conversation.assignee_id)))


@router.get("/labels", summary="List the labels", responses=answers(LabelsJSON))
async def list_labels(conversation_id: PathId, actor: TheActor, services: TheServices) -> Response:
    async with services.database.read() as reader:
        return answer({"payload": (await access.the_conversation(reader, actor, conversation_id)).labels})


@router.post("/labels", summary="Replace the labels", responses=answers(LabelsJSON))
async def set_labels(
    conversation_id: PathId, body: LabelsBody, actor: TheActor, services: TheServices
) -> Response:
    async with services.database.unit() as unit:
        conversation = await commands.set_labels(unit, actor, conversation_id, body.labels)
    return answer({"payload": conversation.labels})


@router.post(
    "/custom_attributes",
    summary="Replace the custom attributes",
    responses=answers(AttributesJSON),
)
async def set_custom_attributes(
    conversation_id: PathId, body: AttributesBody, actor: TheActor, services: TheServices
) -> Response:
    async with services.database.unit() as unit:
        conversation = await commands.set_custom_attributes(
            unit, actor, conversation_id, body.custom_attributes
        )
    return answer({"custom_attributes": conversation.custom_attributes})


@router.post(
    "/update_last_seen",
    summary="Mark as seen by the team",
    responses=answers(ConversationJSON),
)
async def update_last_seen(conversation_id: PathId, actor: TheActor, services: TheServices) -> Response:
    async with services.database.unit() as unit:
        await commands.mark_seen(unit, actor, conversation_id)
    return answer(await shown(services, actor, conversation_id))
