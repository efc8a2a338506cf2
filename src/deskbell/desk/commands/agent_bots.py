"""Agent bots: create, change, connect to inboxes, delete."""

from typing import Any

from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from deskbell.desk import access, owners
from deskbell.desk.actor import Actor
from deskbell.desk.commands import audit, avatars, handover
from deskbell.desk.commands import targets as target_commands
from deskbell.desk.commands.targets import TargetChanges
from deskbell.desk.rules import audits, fields
from deskbell.desk.rules.fields import Problems
from deskbell.kit import ids
from deskbell.model.agent_bot import AgentBot
from deskbell.model.file import StoredFile
from deskbell.model.webhook import Address
from deskbell.store import agent_bots, health, targets, users
from deskbell.store.agent_bots import BotView
from deskbell.store.database import Unit


class BotChanges(TargetChanges, frozen=True, kw_only=True):
    """What a request says about a bot; UNSET where it says nothing. An address of None: nothing is sent to it."""

    address: Address | None | UnsetType = UNSET
    name: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    avatar_url: str | UnsetType = UNSET
    avatar: StoredFile | UnsetType = UNSET
    bot_config: dict[str, Any] | UnsetType = UNSET


async def create_bot(unit: Unit, actor: Actor, changes: BotChanges) -> BotView:
    """Create a bot with an access token. Raises Invalid naming every wrong field."""
    access.require_administrator(actor)
    _check(changes, None, addressed=bool(fields.given(changes.address, None)))
    bot_id = await agent_bots.add(unit, actor.account_id, name=fields.given(changes.name, ""))
    await users.add_token(unit, ids.token(), agent_bot_id=bot_id)
    bot = await owners.the_bot(unit, actor, bot_id)
    await _write(unit, actor, bot, changes)
    made = await _shown(unit, actor, bot_id)
    await audit.created(unit, actor, ("AgentBot", bot_id), audits.bot(made.bot, made.target))
    return made


async def update_bot(unit: Unit, actor: Actor, bot_id: int, changes: BotChanges) -> BotView:
    """Change a bot, and how it is delivered to. Raises Invalid, NotFound."""
    bot = await _locked(unit, actor, bot_id)
    addressed = bot.target_id is not None if isinstance(changes.address, UnsetType) else bool(changes.address)
    _check(changes, bot, addressed=addressed)
    before = await _shown(unit, actor, bot_id)
    await _write(unit, actor, bot, changes)
    after = await _shown(unit, actor, bot_id)
    told = (audits.bot(before.bot, before.target), audits.bot(after.bot, after.target))
    await audit.updated(unit, actor, ("AgentBot", bot_id), *told)
    return after


async def reset_access_token(unit: Unit, actor: Actor, bot_id: int) -> BotView:
    """Give the bot a new token; the old one opens nothing any more."""
    bot = await _locked(unit, actor, bot_id)
    await agent_bots.forget_tokens(unit, bot.id)
    await users.add_token(unit, ids.token(), agent_bot_id=bot.id)
    told = {"agent_bot_id": bot.id, "token": [audits.HIDDEN, audits.HIDDEN]}
    await audit.note(unit, actor, "update", ("AccessToken", bot.id), told)
    return await _shown(unit, actor, bot_id)


async def connect_bot(unit: Unit, actor: Actor, inbox_id: int, bot_id: int | None) -> None:
    """Let a bot answer in an inbox, in place of whichever did; None: people answer there. Raises NotFound."""
    access.require_administrator(actor)
    inbox = await access.the_inbox(unit, actor, inbox_id)
    before = await agent_bots.of_inbox(unit, inbox.id)
    if bot_id is None:
        await agent_bots.disconnect(unit, inbox.id)
    else:
        bot = await owners.the_bot(unit, actor, bot_id)
        await agent_bots.connect(unit, bot.id, inbox.id)
    told = ({"agent_bot_id": before}, {"agent_bot_id": bot_id})
    await audit.updated(unit, actor, ("Inbox", inbox.id), *told)


async def delete_bot(unit: Unit, actor: Actor, bot_id: int) -> bool:
    """Delete a bot, in steps: its conversations are handed to people first, some in each unit. Answers whether it is done.

    A bot with conversations is not held: whoever gives it one holds that conversation first.
    """
    access.require_administrator(actor)
    bot = await owners.the_bot(unit, actor, bot_id)
    if await handover.hand_over_all(unit, bot):
        return False
    await agent_bots.hold_inboxes(unit, bot.id)
    bot = await _locked(unit, actor, bot_id)
    if await agent_bots.held(unit, bot.id, pending=False, limit=1):
        return False
    await _drop_target(unit, bot)
    await agent_bots.delete(unit, bot.id)
    await audit.destroyed(unit, actor, ("AgentBot", bot.id), audits.bot(bot, None))
    return True


async def _locked(unit: Unit, actor: Actor, bot_id: int) -> AgentBot:
    access.require_administrator(actor)
    return access.found(await agent_bots.lock(unit, (await owners.the_bot(unit, actor, bot_id)).id))


async def _shown(unit: Unit, actor: Actor, bot_id: int) -> BotView:
    view = await agent_bots.view(unit, actor.account_id, bot_id)
    assert view is not None, "the bot was written in this unit"
    return view


async def _write(unit: Unit, actor: Actor, bot: AgentBot, changes: BotChanges) -> None:
    target_id = await _target(unit, actor, bot, changes)
    await avatars.follow(unit, "agent_bot", bot.id, changes.avatar_url, changes.avatar)
    await agent_bots.update(
        unit,
        replace(
            bot,
            name=fields.given(changes.name, bot.name).strip(),
            description=fields.given(changes.description, bot.description),
            avatar_url=fields.given(changes.avatar_url, bot.avatar_url),
            bot_config=fields.given(changes.bot_config, bot.bot_config),
            target_id=target_id,
        ),
    )


async def _target(unit: Unit, actor: Actor, bot: AgentBot, changes: BotChanges) -> int | None:
    """The target the bot's outgoing_url stands for, made, changed or let go of."""
    if changes.address is None:
        await _drop_target(unit, bot)
        return None
    if bot.target_id is None:
        if isinstance(changes.address, UnsetType):
            return None
        return await target_commands.add(unit, actor, "agent_bot", changes.address, changes)
    await health.lock(unit, [bot.target_id])
    before = await targets.lock(unit, bot.target_id)
    await target_commands.change(unit, before, changes.address, changes)
    return before.id


async def _drop_target(unit: Unit, bot: AgentBot) -> None:
    if bot.target_id is not None:
        await target_commands.drop(unit, bot.target_id, "the bot has no outgoing_url any more")


def _check(changes: BotChanges, bot: AgentBot | None, *, addressed: bool) -> None:
    problems = Problems(changes.refused)
    if bot is None or changes.name is not UNSET:
        fields.name(fields.given(changes.name, ""), problems)
    kept = bot.avatar_url if bot else ""
    fields.picture_address(fields.given(changes.avatar_url, kept), kept, problems)
    if addressed:
        target_commands.check(changes, problems)
    elif "outgoing_url" not in problems.fields:
        target_commands.check_unaddressed(changes, "an outgoing_url", problems)
    problems.raise_any()
