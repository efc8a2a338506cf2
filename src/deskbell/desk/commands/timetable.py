"""What is done because its time has come: waking conversations, and resolving those in which nothing happens any more."""

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from deskbell.desk.actor import Actor
from deskbell.desk.commands import conversations as conversation_commands
from deskbell.desk.commands import templates, thread
from deskbell.desk.rules import conversations as rules
from deskbell.desk.rules import idle
from deskbell.desk.rules.idle import AutoResolve
from deskbell.model.conversation import Conversation
from deskbell.store import accounts, conversations
from deskbell.store.database import Unit


async def wake(unit: Unit, account_id: int, number: int) -> bool:
    """Open a snoozed conversation, where its time still has come; answers whether it had."""
    before = await conversations.lock(unit, account_id, number)
    if before is None or not idle.is_awake(before, unit.now):
        return False
    await _change(unit, before, rules.with_status(before, "open", None))
    return True


async def resolve_idle(unit: Unit, account_id: int, number: int) -> bool:
    """Resolve an open conversation in which nothing happens any more, as its account wants it; answers whether it was one."""
    before = await conversations.lock(unit, account_id, number)
    account = await accounts.get(unit, account_id)
    wanted = None if account is None else idle.auto_resolve(account.settings)
    if before is None or wanted is None or not idle.is_idle(before, wanted, unit.now):
        return False
    now = before
    if wanted.message is not None:
        now = await _say(unit, now, wanted.message)
    await thread.add_activity(unit, now, f"Nothing happened for {idle.spoken(wanted.minutes)}")
    labels = now.labels if wanted.label in (None, *now.labels) else [*now.labels, str(wanted.label)]
    await _change(unit, now, replace(rules.with_status(now, "resolved", None), labels=labels))
    return True


def wanted(settings: Mapping[str, Any]) -> AutoResolve | None:
    """How an account lets conversations be resolved."""
    return idle.auto_resolve(settings)


async def _say(unit: Unit, conversation: Conversation, message: str) -> Conversation:
    """The account's last word, where the contact may still be written to."""
    view = await conversations.view_by_id(unit, conversation.id)
    if view is None or view.contact.blocked or not view.can_reply(unit.now):
        return conversation
    return await templates.say(unit, conversation, message)


async def _change(unit: Unit, before: Conversation, after: Conversation) -> None:
    system = Actor(kind="system", account_id=before.account_id)
    await conversation_commands.change(unit, system, before, after)
