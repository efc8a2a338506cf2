"""npm's `@rails/actioncable`, the client that Chatwoot's widget and dashboard listen by."""

from typing import Any

from tests.clients.node import play
from tests.clients.office import Office


def messages(heard: list[dict[str, Any]]) -> list[str]:
    return [one["content"] for one in heard if one["event"] == "message.created"]


def test_a_visitor_and_an_agent_hear_what_is_meant_for_them(office: Office) -> None:
    inbox = office.post("/inboxes", {"name": "App", "channel": {"type": "api"}})
    played = play(
        "cable.mjs",
        address=office.address,
        account_id=office.account_id,
        user_id=office.user_id,
        token=office.token,
        inbox_identifier=inbox["inbox_identifier"],
    )
    assert messages(played["visitor"]) == ["Where is my parcel?", "On its way"]
    assert messages(played["agent"]) == ["Where is my parcel?", "She is in a hurry", "On its way"]
    assert "conversation.created" in [one["event"] for one in played["agent"]]
    assert {
        one["conversation"]
        for one in played["visitor"] + played["agent"]
        if one["event"] == "message.created"
    } == {played["conversation"]}
