"""Canned responses of an account."""

from deskbell.desk import access
from deskbell.desk.actor import Actor
from deskbell.desk.rules import canned_responses as rules
from deskbell.model.canned_response import CannedResponse
from deskbell.store import canned_responses
from deskbell.store.database import Reader


async def all_canned_responses(reader: Reader, actor: Actor, search: str | None) -> list[CannedResponse]:
    """All of an account, or those a search finds, the best first."""
    access.refuse_bots(actor)
    responses = await canned_responses.all_of(reader, actor.account_id)
    return rules.found(responses, search) if search else responses


async def show(reader: Reader, actor: Actor, response_id: int) -> CannedResponse:
    """One canned response. Raises NotFound."""
    access.refuse_bots(actor)
    return access.found(await canned_responses.get(reader, actor.account_id, response_id))
