"""A change made through any face of the API rings every webhook that asked for it, signed, numbered and in order."""

import json
from pathlib import Path
from typing import Any

from deskbell.model.event import EVENT_NAMES
from tests.blackbox.chatwoot_shape import check_chatwoot_body
from tests.contract.schema import check_body
from tests.support import bells
from tests.support.aio import run
from tests.support.bells import Bell
from tests.support.faces import Chat, Desk, Visitor, create_account, desk_in
from tests.support.process import Server, until

OTHER_KEY = "whsec_b3RoZXJrZXlvdGhlcmtleW90aGVya2V5b3RoZXJrZXk="

Happened = list[tuple[str, int | None]]


async def as_an_agent(desk: Desk, inbox: dict[str, Any]) -> Happened:
    """All an agent does in conversation 1."""
    await desk.post("/contacts", {"name": "Carla", "inbox_id": inbox["id"], "source_id": "carla"})
    await desk.post("/conversations", {"source_id": "carla", "message": {"content": "Hello, Carla — ✓"}})
    note = await desk.say(1, "She called before", private=True)
    await desk.post("/conversations/1/labels", {"labels": ["vip"]})
    await desk.post("/conversations/1/toggle_priority", {"priority": "high"})
    await desk.post("/conversations/1/assignments", {"assignee_id": desk.user_id})
    await desk.post("/conversations/1/custom_attributes", {"custom_attributes": {"plan": "gold"}})
    await desk.post("/conversations/1/toggle_status", {"status": "resolved"})
    await desk.delete(f"/conversations/1/messages/{note['id']}")
    return [
        ("conversation_created", 1),
        ("message_created", 1),
        ("message_created", 1),
        *[("conversation_updated", 1)] * 5,
        ("conversation_status_changed", 1),
        ("message_updated", 1),
    ]


async def as_a_customers_own_chat(desk: Desk, chat: Chat) -> Happened:
    """A contact writes, answers a form, ends conversation 2 and opens it again by writing."""
    await chat.register("Dora")
    assert await chat.begin() == 2
    await chat.say(2, "Is anybody there?")
    choices = {"items": [{"title": "Yes", "value": "yes"}, {"title": "No", "value": "no"}]}
    form = await desk.say(2, "Are you well?", content_type="input_select", content_attributes=choices)
    await chat.patch(
        f"/{chat.source_id}/conversations/2/messages/{form['id']}",
        {"submitted_values": [{"title": "Yes", "value": "yes"}]},
    )
    await desk.post("/conversations/2/update_last_seen")
    await chat.post(f"/{chat.source_id}/conversations/2/toggle_status")
    await chat.say(2, "One more thing")
    return [
        ("conversation_created", 2),
        ("message_created", 2),
        ("message_created", 2),
        ("message_updated", 2),
        ("conversation_updated", 2),
        *[("conversation_updated", 2), ("conversation_status_changed", 2)] * 2,
        ("message_created", 2),
    ]


async def as_a_visitor(desk: Desk, visitor: Visitor) -> Happened:
    """A visitor opens the widget, begins conversation 3, opens the widget again and goes on."""
    opened = {"name": "webwidget.triggered", "event_info": {"referer": "https://shop.example.com/cart"}}
    await visitor.open_session()
    await visitor.does("/events", opened)
    first = {"content": "Where is my parcel?", "referer_url": "https://shop.example.com/cart"}
    contact = {"name": "Vera", "email": "vera@example.com"}
    await visitor.does("/conversations", {"contact": contact, "message": first})
    await visitor.does("/events", opened)
    await visitor.does("/messages", {"message": {"content": "It is late"}})
    await desk.say(3, "It is on its way")
    return [
        ("webwidget_triggered", None),
        ("conversation_created", 3),
        ("message_created", 3),
        ("webwidget_triggered", 3),
        ("message_created", 3),
        ("message_created", 3),
    ]


async def everything(server: Server, desk: Desk) -> Happened:
    """Make all six events happen through three faces of the API; answers them in the order of their numbers."""
    inbox, website = await desk.api_inbox(), await desk.website()
    happened = await as_an_agent(desk, inbox)
    async with Chat(server, inbox, "dora") as chat:
        happened += await as_a_customers_own_chat(desk, chat)
    async with Visitor(server, website) as visitor:
        happened += await as_a_visitor(desk, visitor)
    return happened


def check_receipts(bell: Bell, happened: Happened, account_id: int) -> None:
    by_number = sorted(bell.receipts, key=bells.number_of)
    assert [(one.event, bells.conversation_of(one)) for one in by_number] == happened
    assert {one.event for one in by_number} == set(EVENT_NAMES)
    assert bell.repeats() == 0
    bells.check_numbers(bell, account_id)
    bells.check_order(bell)
    for one in by_number:
        bells.check_headers(one)
        bells.check_signature(one, bell.secret)
        assert one.attempt == 1


async def check_log(desk: Desk, bell: Bell, webhook_id: int) -> None:
    """The log of deliveries tells exactly what was received."""
    log = await desk.deliveries(webhook_id)
    received = {one.delivery: one for one in bell.receipts}
    assert [one["number"] for one in log] == sorted(received)
    for one in log:
        arrived = received[one["number"]]
        assert (one["event_id"], one["event"]) == (arrived.event_id, arrived.event)
        assert one["state"] == "delivered"
        assert one["settled_at"] >= one["created_at"]
        (attempt,) = one["attempts"]
        assert (attempt["number"], attempt["verdict"], attempt["status"]) == (1, "delivered", 200)
    story = await desk.get(f"/webhooks/{webhook_id}/deliveries/{log[0]['number']}")
    assert story["body"] == json.loads(received[log[0]["number"]].body)


def test_all_six_events_reach_both_formats_signed_numbered_in_order_and_are_in_the_log(
    house: Server,
) -> None:
    async def story() -> None:
        async with (
            desk_in(house) as desk,
            bells.listening() as hoory,
            bells.listening(secret=OTHER_KEY) as chatwoot,
        ):
            one = await desk.webhook(hoory.url, EVENT_NAMES, secret=hoory.secret, headers={"X-Shop": "acme"})
            two = await desk.webhook(
                chatwoot.url, EVENT_NAMES, secret=chatwoot.secret, payload_format="chatwoot"
            )
            happened = await everything(house, desk)
            for bell, webhook in ((hoory, one), (chatwoot, two)):
                await bell.has(len(happened))
                check_receipts(bell, happened, desk.account_id)
                await desk.settled(webhook["id"])
                await check_log(desk, bell, webhook["id"])
            check_hoory(hoory)
            check_chatwoot(chatwoot)

    run(story())


def check_hoory(bell: Bell) -> None:
    for one in bell.receipts:
        check_body(one.json)
        assert one.headers["x-shop"] == "acme"
        assert not any(name.startswith("x-chatwoot") for name in one.headers)


def check_chatwoot(bell: Bell) -> None:
    for one in bell.receipts:
        check_chatwoot_body(one.json)
        bells.check_chatwoot_headers(one, bell.secret)
        assert "x-shop" not in one.headers
    identities = {one.headers["x-chatwoot-delivery"] for one in bell.receipts}
    assert len(identities) == len(bell.receipts)


def test_a_webhook_gets_only_what_it_asked_for_numbered_by_itself(house: Server) -> None:
    async def story() -> None:
        async with (
            desk_in(house) as desk,
            bells.listening() as picky,
            bells.listening() as public,
            bells.listening() as elsewhere,
        ):
            inbox, website = await desk.api_inbox(), await desk.website()
            await desk.webhook(
                picky.url, ["message_updated", "conversation_status_changed"], secret=picky.secret
            )
            await desk.webhook(public.url, ["message_created"], secret=public.secret, include_private=False)
            await desk.webhook(elsewhere.url, EVENT_NAMES, secret=elsewhere.secret, inbox_ids=[website["id"]])
            await as_an_agent(desk, inbox)
            async with Visitor(house, website) as visitor:
                await visitor.open_session()
                await visitor.does("/events", {"name": "webwidget.triggered"})
            await until(
                lambda: (len(picky.receipts), len(public.receipts), len(elsewhere.receipts)) == (2, 1, 1),
                "all",
            )
            assert [one.event for one in picky.receipts] == ["conversation_status_changed", "message_updated"]
            assert [one.delivery for one in picky.receipts] == [1, 2]
            assert public.contents() == ["Hello, Carla — ✓"]
            assert elsewhere.receipts[0].event == "webwidget_triggered"

    run(story())


def test_a_server_on_a_database_nobody_has_used_makes_its_tables_and_works(
    empty_url: str, tmp_path: Path
) -> None:
    async def story() -> None:
        server = Server(tmp_path, empty_url, delivery_allow="127.0.0.1")
        try:
            await server.start()
            account = create_account(tmp_path, empty_url)
            async with Desk(server, account) as desk, bells.listening() as bell:
                await desk.webhook(bell.url, EVENT_NAMES, secret=bell.secret)
                happened = await everything(server, desk)
                await bell.has(len(happened))
                check_receipts(bell, happened, account["account_id"])
            assert await server.stop() == 0
        finally:
            server.destroy()

    run(story())
