"""PyPI's `chatwoot-sdk` (by Chatwoot): typed by pydantic, so that an answer of another shape does not even parse."""

import asyncio

import pytest
from chatwoot import AsyncChatwootClient, ChatwootClient
from chatwoot.exceptions import ChatwootAPIError, ChatwootAuthError, ChatwootNotFoundError

from tests.clients.office import Office


def sdk_for(office: Office) -> ChatwootClient:
    return ChatwootClient(base_url=office.address, api_token=office.token)


def test_an_inbox_is_set_up_with_agents_and_a_team(office: Office) -> None:
    account = office.account_id
    with sdk_for(office) as sdk:
        me = sdk.profile.get()
        assert (me.id, me.role, [one.id for one in me.accounts]) == (
            office.user_id,
            "administrator",
            [account],
        )
        inbox = sdk.inboxes.create(account, name="Shop", channel_type="api")
        assert (inbox.channel_type, inbox.name) == ("Channel::Api", "Shop")
        assert sdk.inboxes.update(account, inbox.id, name="Shop and repairs").id == inbox.id
        assert [one.name for one in sdk.inboxes.list(account)] == ["Shop and repairs"]
        bob = sdk.agents.add(
            account, name="Bob", email=f"bob-{account}@{office.user_id}.example", role="agent"
        )
        assert {one.id: one.role.value for one in sdk.agents.list(account)} == {
            office.user_id: "administrator",
            bob.id: "agent",
        }
        sdk.inboxes.agents.add(account, inbox.id, [bob.id])
        members = f"/inbox_members/{inbox.id}"  # the library unwraps them twice and so finds none
        assert [one["id"] for one in office.get(members)["payload"]] == [office.user_id, bob.id]
        team = sdk.teams.create(account, name="repairs", description="They mend")
        sdk.teams.agents.add(account, team.id, [bob.id])
        assert [one.name for one in sdk.teams.agents.list(account, team.id)] == ["Bob"]
        sdk.teams.agents.remove(account, team.id, [bob.id])
        assert sdk.teams.agents.list(account, team.id) == []
        sdk.agents.remove(account, bob.id)
    assert [one["id"] for one in office.get("/agents")] == [office.user_id]
    assert [one["id"] for one in office.get(members)["payload"]] == [office.user_id]


def test_contacts_are_kept_found_labelled_and_merged(office: Office) -> None:
    account = office.account_id
    with sdk_for(office) as sdk:
        inbox = sdk.inboxes.create(account, name="Shop", channel_type="api")
        made = sdk.contacts.create(account, inbox.id, name="Carla", email="carla@example.com")
        carla = made.contact
        assert made.contact_inbox.source_id == carla.contact_inboxes[0].source_id
        changed = sdk.contacts.update(account, carla.id, custom_attributes={"plan": "gold"})
        assert (changed.name, changed.custom_attributes) == ("Carla", {"plan": "gold"})
        assert [one.id for one in sdk.contacts.search(account, "carla@")] == [carla.id]
        assert sdk.contacts.labels.add(account, carla.id, ["vip"]) == ["vip"]
        assert sdk.contacts.contactable_inboxes(account, carla.id)[0]["inbox"]["id"] == inbox.id
        twin = sdk.contacts.create(account, inbox.id, name="C.", phone_number="+41446681800").contact
        assert sdk.contacts.merge(account, carla.id, twin.id).id == carla.id
        kept = sdk.contacts.get(account, carla.id)
        assert (kept.email, kept.phone_number) == ("carla@example.com", "+41446681800")
        assert [one.id for one in sdk.contacts.list(account)] == [carla.id]
        sdk.contacts.delete(account, carla.id)
    assert office.get("/contacts")["payload"] == []


def test_a_conversation_is_led_from_its_beginning_to_its_end(office: Office) -> None:
    account = office.account_id
    with sdk_for(office) as sdk:
        inbox = sdk.inboxes.create(account, name="Shop", channel_type="api")
        made = sdk.contacts.create(account, inbox.id, name="Carla", email="carla@example.com")
        thread = sdk.conversations.create(
            account, made.contact_inbox.source_id, inbox.id, contact_id=made.contact.id
        )
        assert (thread.status.value, thread.inbox_id) == ("open", inbox.id)
        asked = sdk.messages.create(account, thread.id, "Where is my parcel?", message_type="incoming")
        told = sdk.messages.create(account, thread.id, "On its way")
        note = sdk.messages.create(account, thread.id, "She is in a hurry", private=True)
        assert [asked.message_type, told.message_type, note.private] == [0, 1, True]
        assert [one.content for one in sdk.messages.list(account, thread.id) if one.message_type != 2] == [
            "Where is my parcel?",
            "On its way",
            "She is in a hurry",
        ]
        assert sdk.conversations.labels.add(account, thread.id, ["parcel"]) == ["parcel"]
        assert sdk.conversations.update(account, thread.id, priority="high").id == thread.id
        assert [one.id for one in sdk.conversations.list(account, labels=["parcel"])] == [thread.id]
        assert sdk.conversations.list(account, labels=["other"]) == []
        assert sdk.conversations.get_counts(account)["meta"]["all_count"] == 1
        ended = sdk.conversations.toggle_status(account, thread.id, status="resolved")
        assert (ended.success, ended.current_status.value) == (True, "resolved")
        assert [one.id for one in sdk.contacts.conversations(account, made.contact.id)] == [thread.id]
    kept = office.get(f"/conversations/{thread.id}")
    assert (kept["status"], kept["priority"], kept["labels"]) == ("resolved", "high", ["parcel"])


def test_errors_arrive_as_the_librarys_own(office: Office) -> None:
    account = office.account_id
    with sdk_for(office) as sdk:
        inbox = sdk.inboxes.create(account, name="Shop", channel_type="api")
        with pytest.raises(ChatwootNotFoundError):
            sdk.conversations.get(account, 999)
        with pytest.raises(ChatwootAPIError) as refused:
            sdk.contacts.create(account, inbox.id, email="nonsense", phone_number="call me")
        assert refused.value.status_code == 422
        assert {one["field"] for one in refused.value.errors} == {"email", "phone_number"}
        assert refused.value.description.startswith("Email ")
    with (
        ChatwootClient(base_url=office.address, api_token="wrong") as stranger,
        pytest.raises(ChatwootAuthError),
    ):
        stranger.profile.get()


def test_its_asynchronous_half_asks_many_things_at_once(office: Office) -> None:
    account = office.account_id

    async def story() -> None:
        async with AsyncChatwootClient(base_url=office.address, api_token=office.token) as sdk:
            inbox = await sdk.inboxes.create(account, name="Shop", channel_type="api")
            names = [f"Contact {number}" for number in range(8)]
            made = await asyncio.gather(
                *(sdk.contacts.create(account, inbox.id, name=name) for name in names)
            )
            threads = await asyncio.gather(
                *(sdk.conversations.create(account, one.contact_inbox.source_id, inbox.id) for one in made)
            )
            await asyncio.gather(
                *(sdk.messages.create(account, one.id, f"Hello in {one.id}") for one in threads)
            )
            assert sorted(one.id for one in threads) == list(range(1, 9))

    asyncio.run(story())
    assert {number: office.said(number) for number in range(1, 9)} == {
        number: [f"Hello in {number}"] for number in range(1, 9)
    }
