"""What listeners are told of an event: a pure function of the snapshot and of who listens."""

from hypothesis import given
from hypothesis import strategies as st

from deskbell.events.formats import cable
from deskbell.events.snapshot import Snapshot, freeze
from deskbell.kit import json
from deskbell.model.event import Event
from deskbell.model.listener import AgentListener, Listener, Scene, VisitorListener
from deskbell.realtime.told import Cursor, Told
from tests.contract.snapshots import snapshots

SMALL = st.integers(1, 3)
SCENES = st.builds(
    Scene,
    account_id=SMALL,
    inbox_id=SMALL,
    contact_id=SMALL,
    contact_inbox_id=SMALL,
    verified=st.booleans(),
)
VISITORS = st.builds(
    VisitorListener,
    account_id=SMALL,
    inbox_id=SMALL,
    contact_id=SMALL,
    contact_inbox_id=SMALL,
    verified=st.booleans(),
)
INBOXES = st.none() | st.frozensets(SMALL, max_size=2)


def told(snapshot: Snapshot, who: Listener, number: int = 7) -> list[dict[str, object]]:
    event = Event(
        account_id=snapshot.account.id,
        number=number,
        name=snapshot.event,
        inbox_id=snapshot.inbox.id,
        contact_id=snapshot.contact.id,
        conversation_id=None,
        private=False,
        snapshot=freeze(snapshot),
        created_at=snapshot.at,
    )
    return [json.loads(message.text) for message in Told(event).messages(who)]


def visitor_of(scene: Scene) -> VisitorListener:
    return VisitorListener(
        account_id=scene.account_id,
        inbox_id=scene.inbox_id,
        contact_id=scene.contact_id,
        contact_inbox_id=scene.contact_inbox_id,
        verified=scene.verified,
    )


@given(snapshots())
def test_a_visitor_is_told_nothing_private_and_nobody_a_visitors_token(snapshot: Snapshot) -> None:
    scene = cable.scene(snapshot)
    if scene is None:
        assert cable.for_agents(snapshot) == cable.for_visitors(snapshot) == []
        return
    agent = AgentListener(account_id=scene.account_id, user_id=1, role="administrator", inbox_ids=None)
    heard = told(snapshot, visitor_of(scene))
    assert len(heard) <= 1
    if snapshot.message is not None and not snapshot.message.message.public:
        assert heard == []
    for name, data in [*cable.for_agents(snapshot), *cable.for_visitors(snapshot)]:
        assert name.partition(".")[0] in ("message", "conversation", "assignee", "team", "first")
        assert "account_id" in data
        assert "pubsub_token" not in data.get("contact_inbox", {})
    for one in cable.for_visitors(snapshot):
        assert {"email", "meta", "labels", "custom_attributes", "additional_attributes"}.isdisjoint(one[1])
        assert "email" not in one[1].get("sender", {})
    cursors = [str(one["cursor"]) for one in told(snapshot, agent)]
    assert cursors == [*(f"7.{part}" for part in range(1, len(cursors))), *(["7"] if cursors else [])]


@given(VISITORS, SCENES)
def test_a_visitor_may_hear_of_their_address_and_proven_of_proven_ones_of_the_same_contact(
    who: VisitorListener, scene: Scene
) -> None:
    own = who.contact_inbox_id == scene.contact_inbox_id
    proven = who.verified and scene.verified and who.contact_id == scene.contact_id
    here = (who.account_id, who.inbox_id) == (scene.account_id, scene.inbox_id)
    assert who.may_hear(scene) == (here and (own or proven))


@given(SMALL, INBOXES, SCENES)
def test_an_agent_may_hear_of_their_accounts_inboxes(
    account_id: int, inbox_ids: frozenset[int] | None, scene: Scene
) -> None:
    who = AgentListener(account_id=account_id, user_id=1, role="agent", inbox_ids=inbox_ids)
    works_there = inbox_ids is None or scene.inbox_id in inbox_ids
    assert who.may_hear(scene) == (account_id == scene.account_id and works_there)


@given(st.integers(0, 10**17), st.none() | st.integers(1, 9))
def test_a_cursor_is_read_as_it_was_written_and_they_are_in_order(number: int, part: int | None) -> None:
    cursor = Cursor(number) if part is None else Cursor(number, part)
    assert Cursor.parse(str(cursor)) == cursor
    assert Cursor(number - 1) < Cursor(number, 1) <= Cursor(number, part or 1) <= cursor <= Cursor(number)


@given(st.text() | st.integers() | st.booleans() | st.floats() | st.none() | st.lists(st.integers()))
def test_what_is_no_cursor_is_none(said: object) -> None:
    cursor = Cursor.parse(said)
    if cursor is not None:
        assert not isinstance(said, bool | float)
        assert cursor.number >= 0
