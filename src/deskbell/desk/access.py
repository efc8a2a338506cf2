"""Who may do what. Another account's things are not found; within an account a denial says why."""

from collections.abc import Sequence
from typing import TypeVar

from deskbell.desk.actor import Actor
from deskbell.kit.errors import NotAllowed, NotFound
from deskbell.model.contact import Contact, ContactInbox
from deskbell.model.conversation import Conversation
from deskbell.model.inbox import Inbox
from deskbell.model.team import Team
from deskbell.model.webhook import Webhook
from deskbell.store import contacts, conversations, health, inboxes, targets, teams, webhooks
from deskbell.store.database import Reader, Unit

T = TypeVar("T")

DENIED = "You are not authorized to do this action"


def found(thing: T | None) -> T:
    """What was looked for. Raises NotFound where there is no such thing, or none that may be known of."""
    if thing is None:
        raise NotFound
    return thing


def require_administrator(actor: Actor) -> None:
    if not actor.is_administrator:
        raise NotAllowed(f"{DENIED}: only administrators may")


def refuse_bots(actor: Actor) -> None:
    if actor.kind == "agent_bot":
        raise NotAllowed("Access to this endpoint is not authorized for bots")


async def visible_inboxes(reader: Reader, actor: Actor) -> Sequence[int] | None:
    """The inboxes an agent works in; None for those who see all of the account."""
    return sorted(await inboxes.of_member(reader, actor.id)) if actor.is_agent else None


async def require_inbox(reader: Reader, actor: Actor, inbox_id: int) -> None:
    """Raises NotAllowed for an agent who does not work in the inbox."""
    if actor.is_agent and not await inboxes.is_member(reader, inbox_id, actor.id):
        raise NotAllowed(f"{DENIED}: you do not work in this inbox")


async def the_inbox(reader: Reader, actor: Actor, inbox_id: int) -> Inbox:
    inbox = found(await inboxes.get(reader, actor.account_id, inbox_id))
    await require_inbox(reader, actor, inbox_id)
    return inbox


async def the_contact(reader: Reader, actor: Actor, contact_id: int) -> Contact:
    return found(await contacts.get(reader, actor.account_id, contact_id))


async def the_team(reader: Reader, actor: Actor, team_id: int) -> Team:
    return found(await teams.get(reader, actor.account_id, team_id))


async def lock_team(unit: Unit, actor: Actor, team_id: int) -> Team:
    """A team to change, delete or assign; others who want to wait. Locked before any conversation."""
    return found(await teams.lock(unit, actor.account_id, team_id))


async def the_webhook(reader: Reader, actor: Actor, webhook_id: int) -> Webhook:
    require_administrator(actor)
    return found(await webhooks.get(reader, actor.account_id, webhook_id))


async def lock_webhook(unit: Unit, actor: Actor, webhook_id: int) -> Webhook:
    """A webhook to change; others who want to change it, or its target's health, wait. Locks in the order health, target."""
    target_id = (await the_webhook(unit, actor, webhook_id)).target.id
    await health.lock(unit, [target_id])
    await targets.lock(unit, target_id)
    return await the_webhook(unit, actor, webhook_id)


async def the_conversation(reader: Reader, actor: Actor, number: int) -> Conversation:
    """A conversation to read."""
    return await _checked(reader, actor, await conversations.get(reader, actor.account_id, number))


async def lock_conversation(unit: Unit, actor: Actor, number: int) -> Conversation:
    """A conversation to change; others who want to change it wait."""
    return await _checked(unit, actor, await conversations.lock(unit, actor.account_id, number))


async def own_conversation(reader: Reader, actor: Actor, place: ContactInbox, number: int) -> Conversation:
    """A conversation for the contact at an address to read."""
    return await _owned(reader, place, await conversations.get(reader, actor.account_id, number))


async def lock_own_conversation(unit: Unit, actor: Actor, place: ContactInbox, number: int) -> Conversation:
    return await _owned(unit, place, await conversations.lock(unit, actor.account_id, number))


async def _owned(reader: Reader, place: ContactInbox, conversation: Conversation | None) -> Conversation:
    """A proven identity opens the contact's other proven conversations too; anyone else sees only this address's."""
    if conversation is None:
        raise NotFound
    if conversation.contact_inbox_id == place.id:
        return conversation
    if place.hmac_verified and conversation.contact_id == place.contact_id:
        other = await contacts.get_inbox(reader, conversation.contact_inbox_id)
        if other is not None and other.hmac_verified and other.inbox_id == place.inbox_id:
            return conversation
    raise NotFound


async def _checked(reader: Reader, actor: Actor, conversation: Conversation | None) -> Conversation:
    if conversation is None:
        raise NotFound
    await require_inbox(reader, actor, conversation.inbox_id)
    return conversation
