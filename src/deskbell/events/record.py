"""Recording: what a unit changed becomes events, frozen, numbered and addressed as the last thing before it commits.

Commands tell the recorder what they are about to touch. When the unit ends the recorder looks at what really came of it, so
that a change and its event cannot disagree, and several commands in one unit make one event for each thing that changed.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from deskbell.events import snapshot as frozen
from deskbell.events.address import deliver_all
from deskbell.events.audience import hears
from deskbell.events.catalogue import ORDER
from deskbell.events.changes import between_conversations, between_messages
from deskbell.events.formats import render
from deskbell.events.snapshot import Change, Named, Snapshot
from deskbell.model.account import PayloadFormat
from deskbell.model.contact import Contact, ContactInbox
from deskbell.model.conversation import Conversation, ConversationView
from deskbell.model.event import Event, EventName
from deskbell.model.inbox import Inbox
from deskbell.model.message import Message, MessageView
from deskbell.store import conversations, events, messages, recording, targets
from deskbell.store.database import Unit
from deskbell.store.recording import Occurrence
from deskbell.store.targets import Candidate


class Opening(Struct, frozen=True, kw_only=True):
    """A visitor opened the widget."""

    account: Named
    inbox: Inbox
    contact: Contact
    contact_inbox: ContactInbox
    conversation_id: int | None
    event_info: dict[str, Any]


class Happening(Struct, frozen=True, kw_only=True):
    """An event before it has a number."""

    snapshot: Snapshot
    subject: str
    candidates: list[Candidate]

    @property
    def private(self) -> bool:
        return self.snapshot.message is not None and self.snapshot.message.message.private

    def audience(self) -> list[Candidate]:
        inbox_id = self.snapshot.inbox.id
        return [
            one for one in self.candidates if hears(one, self.snapshot.event, inbox_id, private=self.private)
        ]


class Recorder:
    """The companion of a unit that turns its changes into events."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._created: set[int] = set()
        self._before: dict[int, Conversation] = {}
        self._new_messages: dict[int, dict[int, MessageView | None]] = defaultdict(dict)
        self._messages_before: dict[int, Message] = {}
        self._openings: list[Opening] = []

    def conversation_created(self, conversation: Conversation) -> None:
        self._created.add(conversation.id)
        self._before[conversation.id] = conversation

    def conversation_touched(self, before: Conversation) -> None:
        """Call with a conversation as it was read, before it is changed."""
        self._before.setdefault(before.id, before)

    def message_created(self, view: MessageView) -> None:
        """Call with a message as it was written; should the unit change it yet, say so with `message_touched`."""
        message = view.message
        if message.rings:
            self._new_messages[message.conversation_id][message.id] = view

    def message_touched(self, before: Message) -> None:
        """Call with a message as it was read, before it is changed."""
        if before.id in self._new_messages[before.conversation_id]:
            self._new_messages[before.conversation_id][before.id] = None  # to be read when it is whole
        elif before.rings:
            self._messages_before.setdefault(before.id, before)

    def widget_opened(self, opening: Opening) -> None:
        self._openings.append(opening)

    async def finish(self) -> None:
        happenings = [
            happening
            for conversation_id in self._touched()
            for happening in await self._of_conversation(conversation_id)
        ]
        happenings += [await self._of_opening(opening) for opening in self._openings]
        if happenings:
            happenings.sort(key=lambda one: ORDER[one.snapshot.event])
            await _write(self._unit, happenings)

    def _touched(self) -> list[int]:
        ids = [
            *self._before,
            *self._new_messages,
            *(message.conversation_id for message in self._messages_before.values()),
        ]
        return list(dict.fromkeys(ids))

    async def _of_conversation(self, conversation_id: int) -> list[Happening]:
        view = await conversations.view_by_id(self._unit, conversation_id)
        assert view is not None, "a conversation is not deleted in the unit that changes it"
        told = await self._told(view.conversation)
        bot_id = view.conversation.assignee_agent_bot_id
        heard_by = await targets.candidates(
            self._unit, view.conversation.account_id, view.conversation.inbox_id, bot_id
        )
        return [
            Happening(snapshot=one, subject=f"conversation:{conversation_id}", candidates=heard_by)
            for one in self._snapshots(view, told)
        ]

    async def _told(self, conversation: Conversation) -> dict[int, MessageView]:
        """Every message the conversation's events show; those written in this unit are known already."""
        new = self._new_messages[conversation.id]
        told = {message_id: view for message_id, view in new.items() if view is not None}
        wanted = {*new, *self._changed_ids(conversation.id), conversation.last_message_id or 0} - {*told, 0}
        if wanted:
            told |= {one.message.id: one for one in await messages.views(self._unit, sorted(wanted))}
        return told

    def _changed_ids(self, conversation_id: int) -> list[int]:
        return [
            message.id
            for message in self._messages_before.values()
            if message.conversation_id == conversation_id
        ]

    def _snapshots(self, view: ConversationView, told: dict[int, MessageView]) -> Iterable[Snapshot]:
        conversation = view.conversation
        new = [told[message_id] for message_id in self._new_messages[conversation.id]]
        last = told.get(conversation.last_message_id or 0)
        if conversation.id in self._created:
            first = next((one for one in new if one.message.public), None)
            yield self._snapshot("conversation_created", view, first)
        elif conversation.id in self._before:
            changes = between_conversations(self._before[conversation.id], conversation)
            if changes:
                yield self._snapshot("conversation_updated", view, last, changes=changes)
            if any(change.attribute == "status" for change in changes):
                yield self._snapshot("conversation_status_changed", view, last)
        for one in new:
            yield self._snapshot("message_created", view, one if one.message.public else last, message=one)
        for message_id in self._changed_ids(conversation.id):
            after = told[message_id]
            changes = between_messages(self._messages_before[message_id], after.message)
            if changes:
                yield self._snapshot("message_updated", view, last, message=after, changes=changes)

    def _snapshot(
        self,
        name: EventName,
        view: ConversationView,
        last: MessageView | None,
        *,
        message: MessageView | None = None,
        changes: list[Change] | None = None,
    ) -> Snapshot:
        return Snapshot(
            event=name,
            at=self._unit.now,
            account=Named(view.conversation.account_id, view.account_name),
            inbox=frozen.inbox(view.inbox),
            contact=view.contact,
            contact_inbox=view.contact_inbox,
            thread=frozen.thread(view, last, self._unit.now),
            message=message,
            changes=changes or [],
        )

    async def _of_opening(self, opening: Opening) -> Happening:
        thread = None
        bot_id = None
        if opening.conversation_id is not None:
            view = await conversations.view_by_id(self._unit, opening.conversation_id)
            assert view is not None, "the current conversation was read in this unit"
            shown = await messages.views(
                self._unit, [view.conversation.last_message_id] if view.conversation.last_message_id else []
            )
            thread = frozen.thread(view, shown[0] if shown else None, self._unit.now)
            bot_id = view.conversation.assignee_agent_bot_id
        told = Snapshot(
            event="webwidget_triggered",
            at=self._unit.now,
            account=opening.account,
            inbox=frozen.inbox(opening.inbox),
            contact=opening.contact,
            contact_inbox=opening.contact_inbox,
            thread=thread,
            event_info=opening.event_info,
        )
        subject = (
            f"conversation:{opening.conversation_id}"
            if opening.conversation_id
            else f"contact:{opening.contact.id}"
        )
        heard_by = await targets.candidates(self._unit, opening.account.id, opening.inbox.id, bot_id)
        return Happening(snapshot=told, subject=subject, candidates=heard_by)


async def _write(unit: Unit, happenings: list[Happening]) -> None:
    """Freeze and render, number and address."""
    account_id = happenings[0].snapshot.account.id
    occurrences = [_occurrence(happening) for happening in happenings]
    if unit.far:
        await recording.record(unit, account_id, occurrences)
    else:
        await _record_in_steps(unit, account_id, occurrences)
    unit.ring(sorted({target_id for one in occurrences for target_id in one.targets}))
    unit.publish(account_id)


async def _record_in_steps(unit: Unit, account_id: int, occurrences: list[Occurrence]) -> None:
    """Takes row locks in one order: counter, targets, lanes."""
    first = await events.take_numbers(unit, account_id, len(occurrences))
    rows, bodies = [], []
    heard: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for number, one in enumerate(occurrences, first):
        bodies += [(account_id, number, name, body) for name, body in one.bodies.items()]
        rows.append(_event(account_id, number, unit.now, one))
        for target_id in one.targets:
            heard[target_id].append((one.subject, number))
    await events.add(unit, rows, bodies)
    await deliver_all(unit, account_id, heard)


def _occurrence(happening: Happening) -> Occurrence:
    told, audience = happening.snapshot, happening.audience()
    formats: list[PayloadFormat] = sorted({one.payload_format for one in audience})
    return Occurrence(
        name=told.event,
        inbox_id=told.inbox.id,
        contact_id=told.contact.id,
        conversation_id=told.thread.conversation.id if told.thread else None,
        private=happening.private,
        snapshot=frozen.freeze(told),
        subject=happening.subject,
        bodies={name: render(told, name) for name in formats},
        targets=[one.target_id for one in audience],
    )


def _event(account_id: int, number: int, now: int, one: Occurrence) -> Event:
    return Event(
        account_id=account_id,
        number=number,
        name=one.name,
        inbox_id=one.inbox_id,
        contact_id=one.contact_id,
        conversation_id=one.conversation_id,
        private=one.private,
        snapshot=one.snapshot,
        created_at=now,
    )
