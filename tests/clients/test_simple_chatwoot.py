"""PyPI's `simple-chatwoot`: ids travel as text, optional fields as null, nothing but 200 is success."""

import pytest
from simple_chatwoot import ChatWoot

from tests.clients.office import Office


def small_for(office: Office, token: str | None = None) -> ChatWoot:
    inbox = office.post("/inboxes", {"name": "Shop", "channel": {"type": "api"}})
    return ChatWoot(office.address, token or office.token, str(office.account_id), str(inbox["id"]))


def test_a_contact_writes_and_is_answered(office: Office) -> None:
    small = small_for(office)
    source_id = small.create_contact("Carla", "carla@example.com", "+41446681800", "crm-1", {"plan": "gold"})
    found = small.search_contacts("carla@example.com")
    assert (found["meta"]["count"], found["payload"][0]["identifier"]) == (1, "crm-1")
    assert found["payload"][0]["custom_attributes"] == {"plan": "gold"}
    number = small.create_conversation(source_id, additional_attributes={"page": "/cart"}, status="pending")
    small.create_message(number, "Where is my parcel?")
    small.create_message(number, "On its way", message_type="outgoing")
    small.create_message(number, "She is in a hurry", message_type="outgoing", is_private=True)
    listed = small.list_messages(number)
    assert [one["private"] for one in listed["payload"]] == [False, False, True]
    assert listed["meta"]["contact"]["email"] == "carla@example.com"
    details = small.get_conversation_details(number)
    assert (details["status"], details["additional_attributes"]) == ("pending", {"page": "/cart"})
    assert details["meta"]["sender"]["phone_number"] == "+41446681800"
    assert small.list_inboxes()["payload"][0]["channel_type"] == "Channel::Api"
    assert office.said(int(number)) == ["Where is my parcel?", "On its way", "She is in a hurry"]


def test_what_is_refused_raises_and_changes_nothing(office: Office) -> None:
    with pytest.raises(Exception, match="Contact Creation Failed"):
        small_for(office).create_contact("Carla", "nonsense", "+41446681800")
    with pytest.raises(Exception, match="Search Contact Failed"):
        small_for(office, token="wrong").search_contacts("carla")
    assert office.get("/contacts")["payload"] == []
