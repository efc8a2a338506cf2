"""What a step of a conversation is counted as."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from deskbell.desk.actor import ActorKind
from deskbell.desk.rules.measures import due, measured
from deskbell.kit.clock import HOUR
from deskbell.model.conversation import Conversation, Status
from deskbell.model.measure import Measure, MeasureName, Past

STATUSES: list[Status] = ["open", "pending", "snoozed", "resolved"]
KINDS: list[ActorKind] = ["user", "agent_bot", "contact", "system"]
BORN = 1_000 * HOUR

statuses = st.sampled_from(STATUSES)
kinds = st.sampled_from(KINDS)
marks = st.none() | st.integers(BORN, BORN + 100 * HOUR)


SOME = Conversation(
    id=1,
    account_id=1,
    number=1,
    uuid="u",
    inbox_id=1,
    contact_id=1,
    contact_inbox_id=1,
    status="open",
    priority=None,
    assignee_id=None,
    assignee_agent_bot_id=None,
    team_id=None,
    labels=[],
    snoozed_until=None,
    additional_attributes={},
    custom_attributes={},
    agent_last_seen_at=None,
    assignee_last_seen_at=None,
    contact_last_seen_at=None,
    waiting_since=None,
    first_reply_created_at=None,
    last_incoming_at=None,
    last_activity_at=BORN,
    unread_count=0,
    last_message_id=None,
    created_at=BORN,
    updated_at=BORN,
)


def at(status: Status, *, first: int | None = None, waiting: int | None = None) -> Conversation:
    return replace(SOME, status=status, first_reply_created_at=first, waiting_since=waiting)


def of(name: MeasureName, before: Conversation, past: Past) -> Measure | None:
    return measured(name, before, past, 5, 7)


@given(statuses, marks, marks, kinds)
def test_where_nothing_is_written_and_no_status_changes_nothing_is_measured(
    status: Status, first: int | None, waiting: int | None, by: ActorKind
) -> None:
    before = at(status, first=first, waiting=waiting)
    after = replace(before, waiting_since=None, unread_count=9, assignee_id=3)
    assert due(before, after, by, None) == ()


@given(statuses, marks, marks)
def test_a_users_words_are_a_first_response_or_a_reply_and_never_both(
    status: Status, first: int | None, waiting: int | None
) -> None:
    before = at(status, first=first, waiting=waiting)
    names = due(before, replace(before, waiting_since=None), "user", 5)
    expected = ("first_response",) if first is None else ("reply_time",) if waiting is not None else ()
    assert names == expected


@given(statuses, statuses, kinds, marks)
def test_each_change_of_status_is_counted_as_what_it_came_to(
    old: Status, new: Status, by: ActorKind, first: int | None
) -> None:
    names = due(at(old, first=first), at(new, first=first), by, None)
    changed = old != new
    assert ("conversation_resolved" in names) == (changed and new == "resolved")
    assert ("conversation_opened" in names) == (changed and new == "open")
    assert ("conversation_bot_resolved" in names) == (changed and new == "resolved" and first is None)
    handed_over = old == "pending" and new == "open" and by in ("agent_bot", "system")
    assert ("conversation_bot_handoff" in names) == handed_over


def test_people_answer_from_when_the_conversation_was_theirs() -> None:
    before = at("open", waiting=BORN)
    for past, since in (
        (Past(), BORN),
        (Past(bot_resolved=BORN + 5), BORN + 5),
        (Past(bot_resolved=BORN + 9, bot_handoff=BORN + 4), BORN + 4),
        (Past(opened=BORN + 6, bot_handoff=BORN + 4), BORN + 6),
    ):
        found = of("first_response", before, past)
        assert found == Measure(name="first_response", user_id=5, started_at=since)


def test_the_other_measures_count_from_where_they_began() -> None:
    before = at("open", first=BORN + 1, waiting=BORN + 3)
    assert of("reply_time", before, Past()) == Measure(name="reply_time", user_id=5, started_at=BORN + 3)
    for name in ("conversation_resolved", "conversation_bot_handoff"):
        assert of(name, before, Past(opened=BORN + 2)) == Measure(name=name, user_id=7, started_at=BORN)
    opened = Measure(name="conversation_opened", user_id=7, started_at=BORN, timed=False)
    assert of("conversation_opened", before, Past()) == opened, "nothing was waited for"
    again = of("conversation_opened", before, Past(resolved=BORN + 8))
    assert again == Measure(name="conversation_opened", user_id=7, started_at=BORN + 8)


def test_a_bot_resolves_only_where_there_is_one_and_hands_over_once() -> None:
    before = at("pending")
    assert of("conversation_bot_resolved", before, Past()) is None
    for found in (
        of("conversation_bot_resolved", before, Past(has_bot=True)),
        of("conversation_bot_resolved", replace(before, assignee_agent_bot_id=2), Past()),
    ):
        assert found == Measure(name="conversation_bot_resolved", user_id=7, started_at=BORN)
    assert of("conversation_bot_handoff", before, Past(bot_handoff=BORN)) is None
