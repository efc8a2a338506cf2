"""Canned responses: create, change, delete. Every agent may."""

from msgspec import UNSET, Struct, UnsetType

from deskbell.desk import access
from deskbell.desk.actor import Actor
from deskbell.desk.commands import audit
from deskbell.desk.rules import audits, fields
from deskbell.desk.rules.fields import Problems
from deskbell.desk.unique import unique
from deskbell.kit.errors import NotFound
from deskbell.model.canned_response import CannedResponse
from deskbell.store import canned_responses
from deskbell.store.database import Unit


class CannedResponseChanges(Struct, frozen=True, kw_only=True):
    """What a request says about a canned response; UNSET where it says nothing."""

    short_code: str | None | UnsetType = UNSET
    content: str | None | UnsetType = UNSET


async def create_canned_response(unit: Unit, actor: Actor, changes: CannedResponseChanges) -> CannedResponse:
    """Create a canned response. Raises Invalid naming every wrong field."""
    access.refuse_bots(actor)
    short_code, content = _checked(changes, "", "")
    with unique("short_code"):
        response_id = await canned_responses.add(
            unit, actor.account_id, short_code=short_code, content=content
        )
    made = await _the_response(unit, actor, response_id)
    await audit.created(unit, actor, ("CannedResponse", response_id), audits.canned_response(made))
    return made


async def update_canned_response(
    unit: Unit, actor: Actor, response_id: int, changes: CannedResponseChanges
) -> CannedResponse:
    access.refuse_bots(actor)
    before = access.found(await canned_responses.lock(unit, actor.account_id, response_id))
    short_code, content = _checked(changes, before.short_code, before.content)
    with unique("short_code"):
        await canned_responses.update(unit, before.id, short_code=short_code, content=content)
    after = await _the_response(unit, actor, response_id)
    told = (audits.canned_response(before), audits.canned_response(after))
    await audit.updated(unit, actor, ("CannedResponse", response_id), *told)
    return after


async def delete_canned_response(unit: Unit, actor: Actor, response_id: int) -> None:
    access.refuse_bots(actor)
    before = await canned_responses.lock(unit, actor.account_id, response_id)
    if before is None or not await canned_responses.delete(unit, actor.account_id, response_id):
        raise NotFound
    await audit.destroyed(unit, actor, ("CannedResponse", response_id), audits.canned_response(before))


def _checked(changes: CannedResponseChanges, short_code: str, content: str) -> tuple[str, str]:
    problems = Problems()
    short_code = fields.name(fields.given(changes.short_code, short_code), problems, field="short_code")
    content = fields.given(changes.content, content) or ""
    if not content.strip():
        problems.add("content", "can't be blank")
    fields.text(content, problems, field="content")
    problems.raise_any()
    return short_code, content


async def _the_response(unit: Unit, actor: Actor, response_id: int) -> CannedResponse:
    return access.found(await canned_responses.get(unit, actor.account_id, response_id))
