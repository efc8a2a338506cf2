"""npm's `@figuro/chatwoot-sdk`: Application API and Client API, by axios, with both kinds of credentials on every request."""

from typing import Any

import pytest

from tests.clients.node import play
from tests.clients.office import Office


@pytest.fixture
def played(office: Office) -> Any:
    """What the library returned in the course of its story."""
    return play(
        "figuro.mjs",
        address=office.address,
        account_id=office.account_id,
        user_id=office.user_id,
        token=office.token,
    )


def test_a_desk_and_a_customers_chat_talk_by_the_library(office: Office, played: Any) -> None:
    webhooks = played["webhooks"]
    assert webhooks["created"]["payload"]["webhook"]["subscriptions"] == ["message_created"]
    (changed,) = webhooks["listed"]["payload"]["webhooks"]
    assert (changed["url"], changed["subscriptions"]) == (
        "https://example.com/other",
        ["conversation_created"],
    )
    assert webhooks["left"]["payload"]["webhooks"] == []

    told = played["conversation"]
    number = told["begun"]["id"]
    assert (told["contact"]["name"], bool(told["contact"]["pubsub_token"])) == ("Carla", True)
    assert (told["asked"]["message_type"], told["answered"]["message_type"]) == (0, 1)
    assert [one["content"] for one in told["heard"]] == ["Where is my parcel?", "On its way"]
    assert told["labels"]["payload"] == ["parcel"]
    assert [one["id"] for one in told["mine"]["data"]["payload"]] == [number]
    assert told["none"]["data"]["payload"] == []
    assert told["found"]["meta"]["count"] == 1
    assert told["ended"]["payload"]["current_status"] == "resolved"

    kept = office.get(f"/conversations/{number}")
    assert (kept["status"], kept["labels"]) == ("resolved", ["parcel"])
    assert kept["meta"]["assignee"]["id"] == office.user_id
    assert kept["meta"]["sender"]["phone_number"] == "+41446681800"
    assert office.said(number) == ["Where is my parcel?", "On its way"]

    refusals = played["refusals"]
    assert (refusals["missing"]["status"], refusals["missing"]["message"]) == (404, "Conversation not found")
    assert (refusals["invalid"]["status"], refusals["invalid"]["body"]["attributes"]) == (422, ["url"])
    assert (refusals["unknown"]["status"], refusals["unknown"]["body"]["error"]) == (
        401,
        "Invalid Access Token",
    )
