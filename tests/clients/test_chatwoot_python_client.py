"""PyPI's `chatwoot-python-client`, generated from Chatwoot's own description: it sends null where nothing is set and reads models back."""

import chatwoot_client as generated
import pytest
from chatwoot_client.rest import ApiException

from tests.clients.office import Office


@pytest.fixture
def api(office: Office) -> generated.ApiClient:
    configuration = generated.Configuration()
    configuration.host = office.address
    configuration.api_key["api_access_token"] = office.token
    return generated.ApiClient(configuration)


def test_a_webhook_is_managed(office: Office, api: generated.ApiClient) -> None:
    webhooks = generated.WebhooksApi(api)
    asked = {"url": "https://example.com/bell", "subscriptions": ["message_created"]}
    webhooks.create_a_webhook(asked, office.account_id)
    (kept,) = office.get("/webhooks")["payload"]["webhooks"]
    assert (kept["url"], kept["subscriptions"]) == ("https://example.com/bell", ["message_created"])
    changed = {"url": "https://example.com/other", "subscriptions": ["conversation_created"]}
    webhooks.update_a_webhook(changed, office.account_id, kept["id"])
    (kept,) = office.get("/webhooks")["payload"]["webhooks"]
    assert (kept["url"], kept["subscriptions"]) == ("https://example.com/other", ["conversation_created"])
    webhooks.delete_a_webhook(office.account_id, kept["id"])
    assert office.get("/webhooks")["payload"]["webhooks"] == []


def test_a_desk_is_set_up_and_a_conversation_led(office: Office, api: generated.ApiClient) -> None:
    account = office.account_id
    inbox = generated.InboxesApi(api).inbox_creation({"name": "Shop", "channel": {"type": "api"}}, account)
    assert (inbox.name, inbox.channel_type) == ("Shop", "Channel::Api")
    team = generated.TeamsApi(api).create_a_team({"name": "repairs"}, account)
    assert [one.name for one in generated.TeamsApi(api).list_all_teams(account)] == ["repairs"]
    contacts = generated.ContactsApi(api)
    contacts.contact_create({"inbox_id": inbox.id, "name": "Carla", "email": "carla@example.com"}, account)
    (carla,) = contacts.contact_list(account)["payload"]
    assert [one["id"] for one in contacts.contact_search(account, q="carla").payload] == [carla["id"]]
    contacts.contact_update({"phone_number": "+41446681800"}, account, carla["id"])

    conversations = generated.ConversationsApi(api)
    thread = conversations.new_conversation(
        {"contact_id": carla["id"], "inbox_id": inbox.id, "message": {"content": "How can we help?"}}, account
    )
    messages = generated.MessagesApi(api)
    messages.create_a_new_message_in_a_conversation({"content": "On its way"}, account, thread.id)
    slip = messages.create_a_new_message_in_a_conversation({"content": "Hm"}, account, thread.id)
    messages.delete_a_message(account, thread.id, slip.id)
    generated.ConversationAssignmentApi(api).assign_a_conversation(
        {"assignee_id": office.user_id, "team_id": team.id}, account, thread.id
    )
    labels = generated.ConversationLabelsApi(api)
    assert labels.conversation_add_labels({"labels": ["parcel"]}, account, thread.id).payload == ["parcel"]
    conversations.toggle_priority_of_a_conversation({"priority": "urgent"}, account, thread.id)
    conversations.toggle_status_of_a_conversation({"status": "resolved"}, account, thread.id)
    assert conversations.conversation_list_meta(account, status="resolved").meta.all_count == 1
    assert conversations.get_details_of_a_conversation(account, thread.id).id == thread.id

    kept = office.get(f"/conversations/{thread.id}")
    assert (kept["status"], kept["priority"], kept["labels"]) == ("resolved", "urgent", ["parcel"])
    assert kept["meta"]["assignee"]["id"] == office.user_id
    assert kept["meta"]["sender"]["phone_number"] == "+41446681800"
    assert office.said(thread.id)[:2] == ["How can we help?", "On its way"]
    assert office.messages(thread.id)[2]["content_attributes"]["deleted"] is True


def test_the_customers_side_speaks_the_client_api(office: Office, api: generated.ApiClient) -> None:
    inbox = office.post("/inboxes", {"name": "App", "channel": {"type": "api"}})["inbox_identifier"]
    contacts = generated.ContactsAPIApi(api)
    carla = contacts.create_a_contact(
        {"identifier": "crm-1", "name": "Carla", "email": "carla@example.com"}, inbox
    )
    assert (carla.name, bool(carla.pubsub_token)) == ("Carla", True)
    contacts.update_a_contact({"name": "Carla B."}, inbox, carla.source_id)
    assert contacts.get_details_of_a_contact(inbox, carla.source_id).name == "Carla B."
    threads = generated.ConversationsAPIApi(api)
    threads.create_a_conversation({}, inbox, carla.source_id)
    (thread,) = threads.list_all_contact_conversations(inbox, carla.source_id)
    messages = generated.MessagesAPIApi(api)
    said = messages.create_a_message(
        {"content": "Where is my parcel?", "echo_id": "mine"}, inbox, carla.source_id, thread.id
    )
    assert said.content == "Where is my parcel?"
    office.post(f"/conversations/{thread.id}/messages", {"content": "On its way"})
    heard = messages.list_all_converation_messages(inbox, carla.source_id, thread.id)
    assert [one.content for one in heard] == ["Where is my parcel?", "On its way"]


def test_errors_arrive_with_status_and_body(office: Office, api: generated.ApiClient) -> None:
    with pytest.raises(ApiException) as missing:
        generated.ConversationsApi(api).get_details_of_a_conversation(office.account_id, 999)
    assert missing.value.status == 404
    with pytest.raises(ApiException) as refused:
        generated.WebhooksApi(api).create_a_webhook({"url": "nowhere"}, office.account_id)
    assert refused.value.status == 422
    assert b"url" in refused.value.body
