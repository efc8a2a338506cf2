"""Random requests, one after another: what the events tell is always exactly what happened."""

from collections.abc import Awaitable, Callable, Coroutine
from itertools import count
from typing import Any

from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st

from deskbell.desk import access
from deskbell.desk.commands import contacts, conversations, messages, widget
from deskbell.desk.commands.contacts import ContactChanges
from deskbell.desk.commands.conversations import NewConversation
from deskbell.desk.commands.thread import Draft
from deskbell.events.catalogue import ORDER
from deskbell.events.changes import CONVERSATION_ATTRIBUTES, MESSAGE_ATTRIBUTES
from deskbell.events.samples import SAMPLES
from deskbell.events.snapshot import Snapshot
from deskbell.kit.clock import HOUR, MINUTE, SECOND
from deskbell.kit.json import same
from deskbell.model.conversation import Conversation
from deskbell.model.message import Message, MessageType
from deskbell.store import messages as message_store
from deskbell.store.conversation_lists import Filter, views
from deskbell.store.database import Unit
from tests.contract.snapshots import OBJECTS
from tests.support import unasked
from tests.support.world import World, live_world, open_account

Step = Callable[[Unit, World], Awaitable[object]]
STATUSES = st.sampled_from(["open", "resolved", "pending", "snoozed"])
PLACES = st.integers(1, 3)
TARGETS = [{}, {"subscriptions": ["conversation_updated", "message_updated"]}, {"include_private": False}]


class Boom(Exception):
    pass


def begin(status: Any) -> Step:
    async def step(unit: Unit, world: World) -> None:
        wanted = NewConversation(inbox_id=world.api_inbox.id, source_id=world.place.source_id, status=status)
        await conversations.create_conversation(unit, world.alice, wanted)

    return step


def on(command: Any, *arguments: Any) -> Callable[[int], Step]:
    """A command of Alice's on the conversation with a number."""
    return lambda number: lambda unit, world: command(unit, world.alice, number, *arguments)


def write(content: str, private: bool) -> Callable[[int], Step]:
    return on(messages.create_message, Draft(content=content, private=private))


def hear(content: str) -> Callable[[int], Step]:
    draft = Draft(content=content, message_type=MessageType.INCOMING)
    return lambda number: (
        lambda unit, world: messages.write_own(unit, world.contact, world.place, number, draft)
    )


def assign(who: str | None) -> Callable[[int], Step]:
    return lambda number: (
        lambda unit, world: conversations.assign_user(
            unit, world.alice, number, getattr(world, who).id if who else None
        )
    )


def open_as_bob(number: int) -> Step:
    return lambda unit, world: conversations.set_status(unit, world.bob, number, "open")


def seen_by_contact(number: int) -> Step:
    return lambda unit, world: conversations.mark_seen_by_contact(unit, world.contact, world.place, number)


def on_last_message(answers: dict[str, Any] | None) -> Callable[[int], Step]:
    """Delete the last message that is neither private nor activity, or answer in it."""

    def of(number: int) -> Step:
        async def step(unit: Unit, world: World) -> None:
            conversation = await access.lock_conversation(unit, world.alice, number)
            message_id = conversation.last_message_id or 0
            if answers is None:
                await messages.delete_message(unit, world.alice, number, message_id)
            else:
                await messages.submit_values(unit, world.contact, world.place, number, message_id, answers)

        return step

    return of


async def rename(unit: Unit, world: World) -> None:
    changes = ContactChanges(name=f"Carla {unit.now}")
    await contacts.update_contact(unit, world.alice, world.carla.id, changes)


async def open_widget(unit: Unit, world: World) -> None:
    info = SAMPLES["webwidget_triggered"].event_info
    await widget.open_widget(unit, world.website, "visitor", info)


TEXTS = st.sampled_from(["Hello", "Ärger 50 %", "line\nbreak"])
ON_ONE = st.one_of(
    st.builds(write, TEXTS, st.booleans()),
    st.builds(hear, TEXTS),
    st.builds(assign, st.sampled_from([None, "alice", "bob"])),
    STATUSES.map(
        lambda status: on(conversations.set_status, status, 9 * HOUR if status == "snoozed" else None)
    ),
    st.just(on(conversations.set_status, None)),
    st.lists(st.sampled_from(["vip", "bug", "spam"]), max_size=2).map(
        lambda some: on(conversations.set_labels, some)
    ),
    st.sampled_from([None, "low", "urgent"]).map(lambda one: on(conversations.set_priority, one)),
    (OBJECTS | st.sampled_from([{"a": 1}, {"a": True}])).map(
        lambda some: on(conversations.set_custom_attributes, some)
    ),
    (st.none() | st.sampled_from([{"submitted_values": [1]}, {}])).map(on_last_message),
    st.sampled_from([open_as_bob, seen_by_contact]),
)
STEPS = st.one_of(
    st.builds(lambda act, number: act(number), st.sampled_from(unasked.ON_ONE), PLACES),
    st.builds(lambda act, number: act(number), ON_ONE, PLACES),
    st.builds(lambda act, number: act(number), ON_ONE, PLACES),
    st.builds(begin, st.none() | STATUSES),
    st.sampled_from([rename, open_widget, *unasked.ON_ALL]),
)
SEEN_ALONE = PLACES.map(lambda number: [on(conversations.mark_seen)(number)])
"""A mark and a message at the same instant: whether that is unread is nobody's guess, so the mark comes alone."""
REQUESTS = st.tuples(
    st.lists(STEPS, min_size=1, max_size=3) | SEEN_ALONE,
    st.sampled_from([False, False, False, True]),
    st.sampled_from([SECOND, MINUTE, HOUR]),
)


class Ledger:
    """Everything as a receiver knows it who has nothing but the events."""

    def __init__(self) -> None:
        self.last_number = 0
        self.conversations: dict[int, dict[str, Any]] = {}
        self.messages: dict[int, dict[str, Any]] = {}

    def take(self, told: Snapshot) -> None:
        if told.event == "conversation_created":
            assert told.thread is not None
            self.conversations[told.thread.conversation.id] = attributes(told.thread.conversation)
        elif told.event == "conversation_updated":
            assert told.thread is not None
            fold(self.conversations[told.thread.conversation.id], told)
        elif told.event == "message_created":
            assert told.message is not None
            self.messages[told.message.message.id] = attributes(told.message.message)
        elif told.event == "message_updated":
            assert told.message is not None
            fold(self.messages[told.message.message.id], told)


def attributes(noun: Conversation | Message) -> dict[str, Any]:
    names = CONVERSATION_ATTRIBUTES if isinstance(noun, Conversation) else MESSAGE_ATTRIBUTES
    return {name: getattr(noun, name) for name in names}


def fold(kept: dict[str, Any], told: Snapshot) -> None:
    assert told.changes, "no change, no event"
    for change in told.changes:
        assert same(kept[change.attribute], change.previous)
        assert not same(change.previous, change.current)
        kept[change.attribute] = change.current


async def request(world: World, steps: list[Step], *, fail: bool) -> None:
    async with world.database.unit() as unit:
        for step in steps:
            await step(unit, world)
        if fail:
            raise Boom


async def play(world: World, ledger: Ledger, steps: list[Step], *, fail: bool) -> None:
    """One request, and everything that must hold right after it."""
    try:
        await request(world, steps, fail=fail)
        failed = False
    except (Boom, *unasked.REFUSED):
        failed = True
    events = await world.events(ledger.last_number)
    told = await world.snapshots(ledger.last_number)
    assert not (failed and told), "a request that failed has no event"
    assert [one.number for one in events] == list(
        range(ledger.last_number + 1, ledger.last_number + 1 + len(events))
    )
    ledger.last_number += len(events)
    assert [ORDER[one.event] for one in told] == sorted(ORDER[one.event] for one in told)
    check_kinds(told)
    for one in told:
        event(one.event)
        ledger.take(one)
    await check_against_rows(world, ledger, told)


def check_kinds(told: list[Snapshot]) -> None:
    updated = {number(one): one for one in told if one.event == "conversation_updated"}
    assert len(updated) == len([one for one in told if one.event == "conversation_updated"]), "one a request"
    moved = {
        key for key, one in updated.items() if any(change.attribute == "status" for change in one.changes)
    }
    assert {number(one) for one in told if one.event == "conversation_status_changed"} == moved


def number(told: Snapshot) -> int:
    assert told.thread is not None
    return told.thread.conversation.number


async def check_against_rows(world: World, ledger: Ledger, told: list[Snapshot]) -> None:
    async with world.database.read() as reader:
        rows = await views(reader, Filter(account_id=world.account_id), limit=1_000, offset=0)
        now = {view.conversation.id: view.conversation for view in rows}
        assert ledger.conversations.keys() == now.keys()
        for conversation in now.values():
            assert same(ledger.conversations[conversation.id], attributes(conversation))
            since = conversation.agent_last_seen_at or 0
            assert conversation.unread_count == await message_store.unread(reader, conversation.id, since)
        written = [
            view.message
            for conversation_id in now
            for view in await message_store.page(reader, conversation_id, limit=1_000)
            if view.message.rings
        ]
        assert ledger.messages.keys() == {message.id for message in written}
        for message in written:
            assert same(ledger.messages[message.id], attributes(message))
        carla = await access.the_contact(reader, world.alice, world.carla.id)
    for one in told:
        if one.event == "webwidget_triggered":
            continue
        assert one.thread is not None
        assert one.thread.conversation == now[one.thread.conversation.id], "as it was right after the request"
        assert one.contact == one.thread.contact == carla
        last = one.thread.last_message
        if one.message is not None:
            assert one.message.message in written
        if one.event == "message_created" and one.message is not None and one.message.message.public:
            assert last == one.message, "a new message is told with itself"
        elif one.event != "conversation_created":
            assert (last and last.message.id) == one.thread.conversation.last_message_id


def test_events_tell_exactly_what_happened(url: str) -> None:
    fresh = count(1)
    with live_world(url) as (first, run_in):

        @settings(
            max_examples=30,
            deadline=None,
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        )
        @given(st.lists(REQUESTS, min_size=8, max_size=16))
        def check(requests: list[tuple[list[Step], bool, int]]) -> None:
            run_in(story(first, f"{next(fresh)}.example", requests))

        check()


def story(
    first: World, domain: str, requests: list[tuple[list[Step], bool, int]]
) -> Coroutine[object, object, None]:
    async def tell() -> None:
        world = await open_account(first.database, first.clock, domain, domain)
        for place, more in enumerate(TARGETS):
            await world.webhook(f"https://hooks.example.com/{place}", **more)  # type: ignore[arg-type]
        await unasked.enliven(world)
        ledger = Ledger()
        await play(world, ledger, [begin(status) for status in (None, "open", "resolved")], fail=False)
        for steps, fail, pause in requests:
            world.clock.advance(pause)
            await play(world, ledger, steps, fail=fail)

    return tell()
