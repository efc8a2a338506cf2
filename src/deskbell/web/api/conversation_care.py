"""What is done to a conversation now and then: unread, muted, sent as a transcript, deleted; who follows it; drafts in it."""

from typing import Annotated, ClassVar

from fastapi import Request, Response
from pydantic import Field
from typing_extensions import TypedDict

from deskbell.desk.commands import conversation_care as commands
from deskbell.desk.commands import drafts as draft_commands
from deskbell.desk.commands import participants as participant_commands
from deskbell.desk.queries import conversation_care as queries
from deskbell.web import mail
from deskbell.web.answers import answer, answers, empty
from deskbell.web.api.conversations import shown
from deskbell.web.bodies import Body, Id, OptionalText, PathId
from deskbell.web.deps import TheActor, TheServices
from deskbell.web.faces import ACCOUNT, resource, updates
from deskbell.web.present import people
from deskbell.web.present.people import AgentJSON
from deskbell.web.present.talk import ConversationJSON
from deskbell.web.slices import TheSlice

router = resource(f"{ACCOUNT}/conversations/{{conversation_id}}", "Conversations")

PARTICIPANTS = "/participants"
DRAFT = "/draft_messages"


class DraftJSON(TypedDict):
    has_draft: bool
    message: str | None


class Participants(Body):
    user_ids: Annotated[list[Id], Field(max_length=1000)]


class TranscriptBody(Body):
    email: OptionalText = None


class DraftBody(Body):
    wrapper: ClassVar[str] = "draft_message"
    message: OptionalText = None


@router.post("/unread", summary="Mark as unread", responses=answers(ConversationJSON))
async def mark_conversation_unread(
    conversation_id: PathId, actor: TheActor, services: TheServices
) -> Response:
    async with services.database.unit() as unit:
        await commands.mark_unread(unit, actor, conversation_id)
    return answer(await shown(services, actor, conversation_id))


@router.post("/mute", summary="Resolve the conversation and block its contact")
async def mute_conversation(conversation_id: PathId, actor: TheActor, services: TheServices) -> Response:
    async with services.database.unit() as unit:
        await commands.mute(unit, actor, conversation_id)
    return empty()


@router.post("/unmute", summary="Block the contact no more")
async def unmute_conversation(conversation_id: PathId, actor: TheActor, services: TheServices) -> Response:
    async with services.database.unit() as unit:
        await commands.unmute(unit, actor, conversation_id)
    return empty()


@router.post("/transcript", summary="Mail the conversation to somebody")
async def send_transcript(
    conversation_id: PathId, body: TranscriptBody, request: Request, actor: TheActor, services: TheServices
) -> Response:
    async with services.database.read() as reader:
        transcript = await queries.transcript(reader, actor, conversation_id)
    await mail.send_transcript(request, services, transcript, body.email)
    return empty()


@router.delete("", summary="Delete a conversation with its messages")
async def delete_conversation(conversation_id: PathId, actor: TheActor, services: TheServices) -> Response:
    async with services.database.unit() as unit:
        await commands.delete_conversation(unit, actor, conversation_id)
    return empty()


@router.get(PARTICIPANTS, summary="List who follows the conversation", responses=answers(list[AgentJSON]))
async def list_participants(
    conversation_id: PathId, actor: TheActor, services: TheServices, wanted: TheSlice
) -> Response:
    async with services.database.read() as reader:
        found = await queries.participants_of(reader, actor, conversation_id)
    return wanted.answer(found, people.agent)


@router.post(
    PARTICIPANTS,
    summary="Let agents follow the conversation; answers those named",
    responses=answers(list[AgentJSON]),
)
async def add_participants(
    conversation_id: PathId, body: Participants, actor: TheActor, services: TheServices
) -> Response:
    async with services.database.unit() as unit:
        named = await participant_commands.add_participants(unit, actor, conversation_id, body.user_ids)
    return answer([people.agent(one) for one in named])


@updates(
    router,
    PARTICIPANTS,
    summary="Replace who follows the conversation",
    responses=answers(list[AgentJSON]),
)
async def replace_participants(
    conversation_id: PathId, body: Participants, actor: TheActor, services: TheServices
) -> Response:
    async with services.database.unit() as unit:
        now = await participant_commands.replace_participants(unit, actor, conversation_id, body.user_ids)
    return answer([people.agent(one) for one in now])


@router.delete(PARTICIPANTS, summary="Let agents follow the conversation no more")
async def remove_participants(
    conversation_id: PathId, body: Participants, actor: TheActor, services: TheServices
) -> Response:
    async with services.database.unit() as unit:
        await participant_commands.remove_participants(unit, actor, conversation_id, body.user_ids)
    return empty()


@router.get(DRAFT, summary="What you have drafted here", responses=answers(DraftJSON))
async def show_draft(conversation_id: PathId, actor: TheActor, services: TheServices) -> Response:
    async with services.database.read() as reader:
        draft = await queries.draft_of(reader, actor, conversation_id)
    return answer({"has_draft": draft is not None, "message": draft})


@updates(router, DRAFT, summary="Keep what you have drafted here; a blank draft is none")
async def write_draft(
    conversation_id: PathId, body: DraftBody, actor: TheActor, services: TheServices
) -> Response:
    async with services.database.unit() as unit:
        await draft_commands.write_draft(unit, actor, conversation_id, body.message)
    return empty()


@router.delete(DRAFT, summary="Let go of what you have drafted here")
async def delete_draft(conversation_id: PathId, actor: TheActor, services: TheServices) -> Response:
    async with services.database.unit() as unit:
        await draft_commands.delete_draft(unit, actor, conversation_id)
    return empty()
