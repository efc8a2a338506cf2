"""Conversations: begin, move, assign, label, mark as seen."""

from typing import Any

from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import replace

from deskbell.desk import access
from deskbell.desk.actor import Actor
from deskbell.desk.commands import followups, thread
from deskbell.desk.commands.contacts import add_contact_inbox
from deskbell.desk.rules import conversations as rules
from deskbell.desk.rules import fields
from deskbell.desk.rules.fields import Problems
from deskbell.events.record import Recorder
from deskbell.kit import ids
from deskbell.kit.errors import Invalid, NotFound
from deskbell.model.contact import ContactInbox
from deskbell.model.conversation import Conversation, Priority, Status
from deskbell.store import (
    accounts,
    agent_bots,
    contacts,
    conversations,
    inboxes,
    participants,
    teams,
    users,
)
from deskbell.store.database import Unit


class NewConversation(Struct, frozen=True, kw_only=True):
    """What a request says about a conversation to begin."""

    inbox_id: int | None = None
    source_id: str | None = None
    contact_id: int | None = None
    status: Status | None = None
    priority: Priority | None = None
    assignee_id: int | None = None
    team_id: int | None = None
    snoozed_until: int | None = None
    additional_attributes: dict[str, Any] = {}
    custom_attributes: dict[str, Any] = {}


async def create_conversation(unit: Unit, actor: Actor, wanted: NewConversation) -> Conversation:
    """Begin a conversation for a contact, named by address (`source_id`) or by id. Raises Invalid, NotFound."""
    _check_snooze(wanted.snoozed_until)
    if wanted.team_id is not None:
        await access.lock_team(unit, actor, wanted.team_id)
    place = await _place(unit, actor, wanted)
    inbox = await access.the_inbox(unit, actor, place.inbox_id)
    if wanted.assignee_id is not None:
        await _keep_assignee(unit, actor, wanted.assignee_id)
    return await begin(unit, actor, place, wanted, single=inbox.settings.lock_to_single_conversation)


async def begin(
    unit: Unit, actor: Actor, place: ContactInbox, wanted: NewConversation, *, single: bool = False
) -> Conversation:
    """Begin a conversation at a contact's address. Raises NotFound where the address was deleted meanwhile.

    The address is held first, so that it and its contact cannot be deleted, or become somebody else's, before the conversation is there.
    `single`: in an inbox locked to a single conversation the address's last one goes on, as it is.
    """
    last = await _last(unit, place) if single else None
    if last is not None:
        return last
    contact = access.found(await contacts.hold_place(unit, place.id))
    bot_id = await agent_bots.keep_of_inbox(unit, place.inbox_id)
    status = rules.starting_status(wanted.status, blocked=contact.blocked, has_bot=bot_id is not None)
    conversation = await conversations.add(
        unit,
        Conversation(
            id=0,
            account_id=actor.account_id,
            number=await accounts.next_conversation_number(unit, actor.account_id),
            uuid=ids.uuid4(),
            inbox_id=place.inbox_id,
            contact_id=contact.id,
            contact_inbox_id=place.id,
            status=status,
            priority=wanted.priority,
            assignee_id=wanted.assignee_id,
            assignee_agent_bot_id=None,
            team_id=wanted.team_id,
            labels=[],
            snoozed_until=wanted.snoozed_until if status == "snoozed" else None,
            additional_attributes=wanted.additional_attributes,
            custom_attributes=wanted.custom_attributes,
            agent_last_seen_at=None,
            assignee_last_seen_at=None,
            contact_last_seen_at=None,
            waiting_since=unit.now,
            first_reply_created_at=None,
            last_incoming_at=None,
            last_activity_at=unit.now,
            unread_count=0,
            last_message_id=None,
            created_at=unit.now,
            updated_at=unit.now,
        ),
    )
    unit.companion(Recorder).conversation_created(conversation)
    if conversation.assignee_id is not None:
        await participants.add(unit, conversation.id, [conversation.assignee_id])
    return await followups.after_beginning(unit, conversation)


async def set_status(
    unit: Unit, actor: Actor, number: int, status: Status | None, snoozed_until: int | None = None
) -> Conversation:
    """Set a status; none toggles between open and resolved. An agent who opens a conversation takes it; a bot hands it to people. Raises Invalid."""
    _check_snooze(snoozed_until)
    before = await access.lock_conversation(unit, actor, number)
    after = rules.with_status(before, status or rules.toggled(before.status), snoozed_until)
    if actor.kind == "agent_bot" and after.status == "open" and before.status == "pending":
        after = rules.handed_over(after, unit.now)
    if actor.is_agent and after.status == "open" and before.status != "open":
        await _keep_assignee(unit, actor, actor.id)
        after = replace(after, assignee_id=actor.id, assignee_agent_bot_id=None)
    return await change(unit, actor, before, after)


async def resolve_own(unit: Unit, actor: Actor, place: ContactInbox, number: int) -> Conversation:
    """The contact ends the conversation."""
    before = await access.lock_own_conversation(unit, actor, place, number)
    return await change(unit, actor, before, rules.with_status(before, "resolved", None))


async def set_priority(unit: Unit, actor: Actor, number: int, priority: Priority | None) -> Conversation:
    before = await access.lock_conversation(unit, actor, number)
    return await change(unit, actor, before, replace(before, priority=priority))


async def assign_user(unit: Unit, actor: Actor, number: int, user_id: int | None) -> Conversation:
    """Assign an agent, or nobody. A bot that had the conversation lets go. Raises NotFound for a stranger."""
    before = await access.lock_conversation(unit, actor, number)
    if user_id is not None:
        await _keep_assignee(unit, actor, user_id)
    return await change(unit, actor, before, replace(before, assignee_id=user_id, assignee_agent_bot_id=None))


async def assign_bot(unit: Unit, actor: Actor, number: int, bot_id: int) -> Conversation:
    before = await access.lock_conversation(unit, actor, number)
    bot = await agent_bots.get(unit, bot_id)
    if bot is None or bot.account_id != actor.account_id:
        raise NotFound
    return await change(unit, actor, before, replace(before, assignee_id=None, assignee_agent_bot_id=bot_id))


async def assign_team(unit: Unit, actor: Actor, number: int, team_id: int | None) -> Conversation:
    """Assign a team, or none. An assignee who is not in the team lets go. Raises NotFound for a stranger's."""
    team = None if team_id is None else await access.lock_team(unit, actor, team_id)
    before = await access.lock_conversation(unit, actor, number)
    after = replace(before, team_id=team_id)
    if team is not None and team_id != before.team_id and before.assignee_id is not None:
        members = {agent.user.id for agent in await teams.members(unit, actor.account_id, team.id)}
        if before.assignee_id not in members:
            after = replace(after, assignee_id=None)
    return await change(unit, actor, before, after)


async def set_labels(unit: Unit, actor: Actor, number: int, titles: list[str]) -> Conversation:
    """Replace the labels. Raises Invalid naming those that are none."""
    problems = Problems()
    labels = fields.labels(titles, problems)
    problems.raise_any()
    before = await access.lock_conversation(unit, actor, number)
    return await change(unit, actor, before, replace(before, labels=labels))


async def set_custom_attributes(
    unit: Unit, actor: Actor, number: int, attributes: dict[str, Any]
) -> Conversation:
    """Replace the custom attributes."""
    before = await access.lock_conversation(unit, actor, number)
    return await change(unit, actor, before, replace(before, custom_attributes=attributes))


async def update_conversation(
    unit: Unit,
    actor: Actor,
    number: int,
    *,
    priority: Priority | None | UnsetType = UNSET,
    custom_attributes: dict[str, Any] | UnsetType = UNSET,
) -> Conversation:
    before = await access.lock_conversation(unit, actor, number)
    after = before
    if not isinstance(priority, UnsetType):
        after = replace(after, priority=priority)
    if not isinstance(custom_attributes, UnsetType):
        after = replace(after, custom_attributes=custom_attributes)
    return await change(unit, actor, before, after)


async def mark_seen(unit: Unit, actor: Actor, number: int) -> Conversation:
    """An agent has read the conversation."""
    access.refuse_bots(actor)
    before = await access.lock_conversation(unit, actor, number)
    after = rules.seen_by_agent(
        before, unit.now, is_assignee=actor.kind == "user" and before.assignee_id == actor.id
    )
    return await change(unit, actor, before, after)


async def mark_seen_by_contact(unit: Unit, actor: Actor, place: ContactInbox, number: int) -> Conversation:
    """The contact has read the conversation."""
    before = await access.lock_own_conversation(unit, actor, place, number)
    return await change(unit, actor, before, rules.seen_by_contact(before, unit.now))


async def change(unit: Unit, actor: Actor, before: Conversation, after: Conversation) -> Conversation:
    """Write a locked conversation's new state, tell of it in the thread, and do what follows; nothing where nothing differs."""
    changed = await thread.change(unit, actor, before, after)
    return changed if changed is before else await followups.after_change(unit, before, changed)


async def _last(unit: Unit, place: ContactInbox) -> Conversation | None:
    """The last conversation at an address, both held, the address first: two beginnings at once find the same one."""
    access.found(await contacts.lock_inbox(unit, place.inbox_id, place.source_id))
    last = await conversations.last_of(unit, place.id)
    return (
        None if last is None else access.found(await conversations.lock(unit, last.account_id, last.number))
    )


def _check_snooze(until: int | None) -> None:
    problems = Problems()
    fields.instant(until, problems, field="snoozed_until")
    problems.raise_any()


async def _place(unit: Unit, actor: Actor, wanted: NewConversation) -> ContactInbox:
    """The address a conversation is held at, made where a known contact has none there yet."""
    if wanted.inbox_id is not None and await inboxes.get(unit, actor.account_id, wanted.inbox_id) is None:
        raise NotFound
    place = await _known_place(unit, actor, wanted)
    if place is None:
        if wanted.contact_id is None or wanted.inbox_id is None:
            raise Invalid(
                {
                    "source_id": "names no contact of this account; give a source_id, or a contact_id with an inbox_id"
                }
            )
        contact = await access.the_contact(unit, actor, wanted.contact_id)
        inbox = await access.the_inbox(unit, actor, wanted.inbox_id)
        return await add_contact_inbox(unit, inbox, contact, wanted.source_id)
    contact = await access.the_contact(unit, actor, place.contact_id)
    if wanted.contact_id is not None and wanted.contact_id != contact.id:
        raise Invalid({"source_id": "belongs to another contact than contact_id"})
    return place


async def _known_place(unit: Unit, actor: Actor, wanted: NewConversation) -> ContactInbox | None:
    source_id = fields.blank_to_none(wanted.source_id)
    if source_id is not None:
        if wanted.inbox_id is not None:
            return await contacts.inbox_by_source(unit, wanted.inbox_id, source_id)
        return await contacts.inbox_of_account(unit, actor.account_id, source_id=source_id)
    if wanted.contact_id is None:
        return None
    if wanted.inbox_id is not None:
        return await contacts.inbox_of_contact(unit, wanted.contact_id, wanted.inbox_id)
    return await contacts.inbox_of_account(unit, actor.account_id, contact_id=wanted.contact_id)


async def _keep_assignee(unit: Unit, actor: Actor, user_id: int) -> None:
    """Let an agent work in the account until the unit is done. Raises NotFound for a stranger."""
    if not await users.keep_agent(unit, actor.account_id, user_id):
        raise NotFound
