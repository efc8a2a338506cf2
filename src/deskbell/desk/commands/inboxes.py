"""Inboxes: create, change, delete, and who works in them."""

from collections.abc import Sequence
from typing import Any

from msgspec import UNSET, UnsetType, field
from msgspec.structs import replace

from deskbell.desk import access
from deskbell.desk.actor import Actor
from deskbell.desk.commands import audit, avatars
from deskbell.desk.commands import targets as target_commands
from deskbell.desk.commands.targets import TargetChanges
from deskbell.desk.rules import audits, fields, inbox_settings
from deskbell.desk.rules.fields import Problems
from deskbell.kit import ids
from deskbell.kit.errors import Invalid
from deskbell.model.file import StoredFile
from deskbell.model.inbox import Channel, Inbox, InboxSettings
from deskbell.model.user import Agent
from deskbell.model.webhook import SET_BY_ADMINISTRATOR, Address
from deskbell.store import health, inboxes, targets, users
from deskbell.store.database import Unit


class InboxChanges(TargetChanges, frozen=True, kw_only=True):
    """What a request says about an inbox; UNSET where it says nothing. A webhook of None: nothing is sent from it."""

    name: str | UnsetType = UNSET
    avatar_url: str | UnsetType = UNSET
    avatar: StoredFile | UnsetType = UNSET
    hmac_mandatory: bool | UnsetType = UNSET
    webhook: Address | None | UnsetType = UNSET
    settings: dict[str, Any] = field(default_factory=dict)


def checked(channel: Channel | None, changes: InboxChanges) -> tuple[str, InboxSettings]:
    """The name and settings a new inbox would have. Raises Invalid naming every wrong field."""
    problems = Problems(changes.refused)
    name = fields.name(fields.given(changes.name, ""), problems)
    fields.picture_address(fields.given(changes.avatar_url, ""), "", problems)
    if channel is None:
        problems.add("channel.type", "should be one of web_widget, api")
    settings = inbox_settings.changed(InboxSettings(), changes.settings, problems)
    _check(changes, channel, addressed=bool(fields.given(changes.webhook, None)), problems=problems)
    problems.raise_any()
    return name, settings


async def create_inbox(unit: Unit, actor: Actor, channel: Channel | None, changes: InboxChanges) -> Inbox:
    """Create an inbox. Raises Invalid where it has no name or no channel."""
    access.require_administrator(actor)
    name, settings = checked(channel, changes)
    assert channel is not None, "an inbox without a channel was refused"
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
        target_id=await _target(unit, actor, None, changes),
    )
    if actor.kind == "user":
        await inboxes.add_members(unit, inbox_id, [actor.id])
    await avatars.follow(unit, "inbox", inbox_id, changes.avatar_url, changes.avatar)
    made = await access.the_inbox(unit, actor, inbox_id)
    await audit.created(unit, actor, ("Inbox", inbox_id), await _audited(unit, made))
    return made


async def update_inbox(unit: Unit, actor: Actor, inbox_id: int, changes: InboxChanges) -> Inbox:
    access.require_administrator(actor)
    await inboxes.lock(unit, (await access.the_inbox(unit, actor, inbox_id)).id)
    inbox = await access.the_inbox(unit, actor, inbox_id)
    problems = Problems(changes.refused)
    name = fields.name(fields.given(changes.name, inbox.name), problems)
    picture = fields.picture_address(
        fields.given(changes.avatar_url, inbox.avatar_url), inbox.avatar_url, problems
    )
    settings = inbox_settings.changed(inbox.settings, changes.settings, problems)
    addressed = inbox.target_id is not None if changes.webhook is UNSET else bool(changes.webhook)
    _check(changes, inbox.channel, addressed=addressed, problems=problems)
    problems.raise_any()
    before = await _audited(unit, inbox)
    await inboxes.update(
        unit,
        replace(
            inbox,
            name=name,
            avatar_url=picture,
            hmac_mandatory=fields.given(changes.hmac_mandatory, inbox.hmac_mandatory),
            settings=settings,
            target_id=await _target(unit, actor, inbox, changes),
        ),
    )
    await avatars.follow(unit, "inbox", inbox_id, changes.avatar_url, changes.avatar)
    after = await access.the_inbox(unit, actor, inbox_id)
    await audit.updated(unit, actor, ("Inbox", inbox_id), before, await _audited(unit, after))
    return after


async def reset_hmac_token(unit: Unit, actor: Actor, inbox_id: int) -> Inbox:
    """A new identity key in place of the old: hashes made with that one prove nothing any more, what was proven stays so."""
    access.require_administrator(actor)
    await inboxes.lock(unit, (await access.the_inbox(unit, actor, inbox_id)).id)
    await inboxes.set_hmac_token(unit, inbox_id, ids.token())
    told = {"hmac_token": [audits.HIDDEN, audits.HIDDEN]}
    await audit.note(unit, actor, "update", ("Inbox", inbox_id), told)
    return await access.the_inbox(unit, actor, inbox_id)


async def delete_inbox(unit: Unit, actor: Actor, inbox_id: int) -> None:
    """Delete an inbox and its conversations; events already recorded stay and are delivered."""
    access.require_administrator(actor)
    await inboxes.hold(unit, (await access.the_inbox(unit, actor, inbox_id)).id)
    inbox = await access.the_inbox(unit, actor, inbox_id)
    told = await _audited(unit, inbox)
    if inbox.target_id is not None:
        await target_commands.drop(unit, inbox.target_id, "the inbox was deleted")
    await inboxes.delete(unit, inbox_id)
    await audit.destroyed(unit, actor, ("Inbox", inbox_id), told)


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


async def _audited(unit: Unit, inbox: Inbox) -> audits.Values:
    return audits.inbox(inbox, await targets.get(unit, inbox.target_id) if inbox.target_id else None)


def _check(changes: InboxChanges, channel: Channel | None, *, addressed: bool, problems: Problems) -> None:
    """Name every wrong term of delivery; only API inboxes with a webhook_url have any."""
    if channel == "Channel::WebWidget":
        if fields.given(changes.webhook, None) is not None:
            problems.add("webhook_url", "is for API inboxes only")
        target_commands.check_unaddressed(changes, "an API inbox with a webhook_url", problems)
    elif addressed:
        target_commands.check(changes, problems)
    elif "webhook_url" not in problems.fields:
        target_commands.check_unaddressed(changes, "a webhook_url", problems)


async def _target(unit: Unit, actor: Actor, inbox: Inbox | None, changes: InboxChanges) -> int | None:
    """The target an API inbox's webhook_url stands for, made, changed or let go of.

    Giving the address is how an owner says that its receiver is mended: one that Deskbell disabled is enabled again, unless the
    request says otherwise.
    """
    target_id, address = inbox.target_id if inbox else None, changes.webhook
    if address is None:
        if target_id is not None:
            await target_commands.drop(unit, target_id, "the inbox has no webhook_url any more")
        return None
    if target_id is None:
        if isinstance(address, UnsetType):
            return None
        return await target_commands.add(unit, actor, "api_inbox", address, changes)
    if address is UNSET and not target_commands.spoken(changes):
        return target_id
    await health.lock(unit, [target_id])
    before = await targets.lock(unit, target_id)
    given_up = before.status == "disabled" and before.status_reason != SET_BY_ADMINISTRATOR
    if given_up and address is not UNSET and changes.status is UNSET:
        changes = replace(changes, status="enabled")
    await target_commands.change(unit, before, address, changes)
    return target_id
