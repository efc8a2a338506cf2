"""Inboxes: create, change, delete, and who works in them."""

from collections.abc import Sequence
from typing import Any

from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import replace

from deskbell.desk import access
from deskbell.desk.actor import Actor
from deskbell.desk.commands import audit, avatars
from deskbell.desk.rules import audits, fields, inbox_settings, subscriptions
from deskbell.desk.rules.fields import Problems
from deskbell.kit import ids
from deskbell.kit.errors import Invalid
from deskbell.model.file import StoredFile
from deskbell.model.inbox import Channel, Inbox, InboxSettings
from deskbell.model.user import Agent
from deskbell.model.webhook import Address
from deskbell.store import accounts, health, inboxes, lanes, targets, users
from deskbell.store.database import Unit


class InboxChanges(Struct, frozen=True, kw_only=True):
    """What a request says about an inbox; UNSET where it says nothing."""

    name: str | UnsetType = UNSET
    avatar_url: str | UnsetType = UNSET
    avatar: StoredFile | UnsetType = UNSET
    hmac_mandatory: bool | UnsetType = UNSET
    webhook: Address | None | UnsetType = UNSET
    settings: dict[str, Any] = {}
    refused: dict[str, str] = {}
    """What was found wrong already, such as an address that may not be sent to; named together with the rest."""


async def create_inbox(unit: Unit, actor: Actor, channel: Channel | None, changes: InboxChanges) -> Inbox:
    """Create an inbox. Raises Invalid where it has no name or no channel."""
    access.require_administrator(actor)
    problems = Problems(changes.refused)
    name = fields.name(fields.given(changes.name, ""), problems)
    if channel is None:
        problems.add("channel.type", "should be one of web_widget, api")
    settings = inbox_settings.changed(InboxSettings(), changes.settings, problems)
    problems.raise_any()
    inbox_id = await inboxes.add(
        unit,
        account_id=actor.account_id,
        name=name,
        channel=channel,
        token=ids.token(),
        hmac_token=ids.token(),
        hmac_mandatory=fields.given(changes.hmac_mandatory, False),
        avatar_url=fields.given(changes.avatar_url, ""),
        settings=settings,
        target_id=await _target(unit, actor, None, changes.webhook),
    )
    if actor.kind == "user":
        await inboxes.add_members(unit, inbox_id, [actor.id])
    await avatars.follow(unit, "inbox", inbox_id, changes.avatar_url, changes.avatar)
    made = await access.the_inbox(unit, actor, inbox_id)
    await audit.created(unit, actor, ("Inbox", inbox_id), audits.inbox(made))
    return made


async def update_inbox(unit: Unit, actor: Actor, inbox_id: int, changes: InboxChanges) -> Inbox:
    access.require_administrator(actor)
    await inboxes.lock(unit, (await access.the_inbox(unit, actor, inbox_id)).id)
    inbox = await access.the_inbox(unit, actor, inbox_id)
    problems = Problems(changes.refused)
    name = fields.name(fields.given(changes.name, inbox.name), problems)
    settings = inbox_settings.changed(inbox.settings, changes.settings, problems)
    problems.raise_any()
    await inboxes.update(
        unit,
        replace(
            inbox,
            name=name,
            avatar_url=fields.given(changes.avatar_url, inbox.avatar_url),
            hmac_mandatory=fields.given(changes.hmac_mandatory, inbox.hmac_mandatory),
            settings=settings,
            target_id=await _target(unit, actor, inbox, changes.webhook),
        ),
    )
    await avatars.follow(unit, "inbox", inbox_id, changes.avatar_url, changes.avatar)
    after = await access.the_inbox(unit, actor, inbox_id)
    await audit.updated(unit, actor, ("Inbox", inbox_id), audits.inbox(inbox), audits.inbox(after))
    return after


async def delete_inbox(unit: Unit, actor: Actor, inbox_id: int) -> None:
    """Delete an inbox and its conversations; events already recorded stay and are delivered."""
    access.require_administrator(actor)
    await inboxes.hold(unit, (await access.the_inbox(unit, actor, inbox_id)).id)
    inbox = await access.the_inbox(unit, actor, inbox_id)
    if inbox.target_id is not None:
        await targets.set_status(unit, inbox.target_id, "deleted", "the inbox was deleted")
    await inboxes.delete(unit, inbox_id)
    await audit.destroyed(unit, actor, ("Inbox", inbox_id), audits.inbox(inbox))


async def add_members(unit: Unit, actor: Actor, inbox_id: int, user_ids: Sequence[int]) -> list[Agent]:
    access.require_administrator(actor)
    inbox = await access.the_inbox(unit, actor, inbox_id)
    await _require_agents(unit, actor, user_ids)
    now = await _members(unit, inbox)
    await inboxes.add_members(unit, inbox.id, user_ids)
    await _note_members(unit, actor, inbox, now, now | set(user_ids))
    return await inboxes.members(unit, actor.account_id, inbox.id)


async def replace_members(unit: Unit, actor: Actor, inbox_id: int, user_ids: Sequence[int]) -> list[Agent]:
    access.require_administrator(actor)
    inbox = await access.the_inbox(unit, actor, inbox_id)
    await _require_agents(unit, actor, user_ids)
    now = await _members(unit, inbox)
    await inboxes.remove_members(unit, inbox.id, sorted(now - set(user_ids)))
    await inboxes.add_members(unit, inbox.id, user_ids)
    await _note_members(unit, actor, inbox, now, set(user_ids))
    return await inboxes.members(unit, actor.account_id, inbox.id)


async def remove_members(unit: Unit, actor: Actor, inbox_id: int, user_ids: Sequence[int]) -> None:
    access.require_administrator(actor)
    inbox = await access.the_inbox(unit, actor, inbox_id)
    now = await _members(unit, inbox)
    await inboxes.remove_members(unit, inbox.id, user_ids)
    await _note_members(unit, actor, inbox, now, now - set(user_ids))


async def _members(unit: Unit, inbox: Inbox) -> set[int]:
    return {agent.user.id for agent in await inboxes.members(unit, inbox.account_id, inbox.id)}


async def _note_members(unit: Unit, actor: Actor, inbox: Inbox, before: set[int], after: set[int]) -> None:
    told = ({"members": sorted(before)}, {"members": sorted(after)})
    await audit.updated(unit, actor, ("Inbox", inbox.id), *told)


async def _require_agents(unit: Unit, actor: Actor, user_ids: Sequence[int]) -> None:
    known = {agent.user.id for agent in await users.agents(unit, actor.account_id)}
    strangers = sorted(set(user_ids) - known)
    if strangers:
        raise Invalid({"user_ids": f"are not agents of this account: {', '.join(map(str, strangers))}"})


async def _target(
    unit: Unit, actor: Actor, inbox: Inbox | None, address: Address | None | UnsetType
) -> int | None:
    """The delivery target an API inbox's webhook_url stands for.

    Giving the address is how an owner says that its receiver is mended: one that Deskbell disabled is enabled again, and what
    waited for it goes out.
    """
    target_id = inbox.target_id if inbox else None
    if isinstance(address, UnsetType):
        return target_id
    if address is None:
        if target_id is not None:
            await targets.set_status(unit, target_id, "deleted", "the inbox has no webhook_url any more")
        return None
    if target_id is None:
        account = await accounts.get(unit, actor.account_id)
        assert account is not None, "the actor's account exists"
        form = account.default_payload_format
        return await targets.add(
            unit,
            actor.account_id,
            "api_inbox",
            address=address,
            secret=ids.webhook_secret(),
            payload_format=form,
        )
    await health.lock(unit, [target_id])
    before = await targets.lock(unit, target_id)
    address = subscriptions.address(Address(before.url, before.credentials), address)
    after = replace(before, url=address.url, credentials=address.credentials)
    if before.status == "disabled":
        after = replace(after, status="enabled", status_reason=None)
    mended = after.status != before.status or (after.status == "enabled" and after.url != before.url)
    if mended:
        await health.forgive(unit, target_id)
    await targets.update(unit, before, after)
    if mended:
        await lanes.hurry(unit, target_id)
    return target_id
