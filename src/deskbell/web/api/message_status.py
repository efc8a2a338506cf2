"""What became of a message outside, and another try."""

from typing import Annotated

from fastapi import Response
from pydantic import Field

from deskbell.desk.commands import message_status as commands
from deskbell.desk.queries import messages as queries
from deskbell.model.message import MessageStatus
from deskbell.web.answers import answer, answers
from deskbell.web.bodies import Body, OptionalText, PathId
from deskbell.web.deps import TheActor, TheServices
from deskbell.web.faces import ACCOUNT, resource, updates
from deskbell.web.present import talk
from deskbell.web.present.talk import MessageJSON

router = resource(f"{ACCOUNT}/conversations/{{conversation_id}}/messages/{{message_id}}", "Messages")


class StatusBody(Body):
    """Only a failure has an `external_error`."""

    status: Annotated[MessageStatus, Field(description="What became of the message, as a bridge knows it")]
    external_error: OptionalText = None


@updates(
    router,
    "",
    summary="Say what became of a message; in API inboxes only",
    responses=answers(MessageJSON),
)
async def set_message_status(
    conversation_id: PathId, message_id: PathId, body: StatusBody, actor: TheActor, services: TheServices
) -> Response:
    async with services.database.unit() as unit:
        message = await commands.set_status(
            unit, actor, conversation_id, message_id, body.status, body.external_error
        )
        view = await queries.show(unit, message.id)
    return answer(talk.message(view))


@router.post(
    "/retry",
    summary="Try a failed message again; one that has not failed stays as it is",
    responses=answers(MessageJSON),
)
async def retry_message(
    conversation_id: PathId, message_id: PathId, actor: TheActor, services: TheServices
) -> Response:
    async with services.database.unit() as unit:
        message = await commands.retry(unit, actor, conversation_id, message_id)
        view = await queries.show(unit, message.id)
    return answer(talk.message(view))
