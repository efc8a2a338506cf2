"""What a message's status may become, and whom a note names."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from deskbell.desk.rules.messages import ERROR, ERROR_LIMIT, fails_undelivered, mentioned, with_status
from deskbell.model.message import Message, MessageType

STATUSES = st.sampled_from(["sent", "delivered", "read", "failed"])
MESSAGE = Message(
    id=1,
    account_id=1,
    inbox_id=1,
    conversation_id=1,
    message_type=MessageType.OUTGOING,
    content="Hello",
    content_type="text",
    content_attributes={"in_reply_to": 7},
    additional_attributes={},
    private=False,
    status="sent",
    source_id=None,
    sender_type="user",
    sender_id=1,
    attachment_count=0,
    created_at=1,
    updated_at=1,
)


@given(STATUSES, STATUSES, st.none() | st.text(max_size=2_000))
def test_only_a_failure_has_an_error_and_what_was_read_stays_read(
    before: str, after: str, error: str | None
) -> None:
    message = replace(MESSAGE, status=before, content_attributes={"in_reply_to": 7, ERROR: "old"})
    told = with_status(message, after, error)  # type: ignore[arg-type]
    assert told.content_attributes["in_reply_to"] == 7
    if (before, after) == ("read", "delivered"):
        assert told == message
        return
    assert told.status == after
    expected = error[:ERROR_LIMIT] if error and after == "failed" else None
    assert told.content_attributes.get(ERROR) == expected


@given(STATUSES, st.sampled_from(MessageType), st.booleans())
def test_only_what_is_said_to_the_contact_and_not_known_to_have_arrived_fails(
    status: str, kind: MessageType, private: bool
) -> None:
    message = replace(MESSAGE, status=status, message_type=kind, private=private)
    assert fails_undelivered(message) == ((status, kind, private) == ("sent", MessageType.OUTGOING, False))


@given(
    st.lists(st.tuples(st.sampled_from(["user", "team"]), st.integers(0, 10**18 - 1), st.text(max_size=5))),
    st.text(alphabet="ab ()[]@:/", max_size=10),
)
def test_a_note_names_whom_it_links_to(links: list[tuple[str, int, str]], between: str) -> None:
    note = between + between.join(
        f"[@{name}](mention://{kind}/{number}/{name})" for kind, number, name in links
    )
    users, teams = mentioned(note)
    assert users == sorted({number for kind, number, _ in links if kind == "user"})
    assert teams == sorted({number for kind, number, _ in links if kind == "team"})


def test_numbers_no_database_holds_name_nobody() -> None:
    assert mentioned("mention://user/99999999999999999999999/x mention://user/x/y mention://bot/1/z") == (
        [],
        [],
    )
