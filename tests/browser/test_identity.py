"""A site says who its visitor is, and proves it; nobody sees what is another's."""

import asyncio
import hashlib
import hmac
from typing import Any

from playwright.async_api import Route, expect

from tests.support.browsing import Stage
from tests.support.process import Server
from tests.support.widget import Shop, Widget, visited

REFUSED = "401|403|422"


async def hashed(shop: Shop, identifier: str) -> str:
    key = (await shop.desk.get(f"/inboxes/{shop.website['id']}"))["hmac_token"]
    return hmac.new(key.encode(), identifier.encode(), hashlib.sha256).hexdigest()


async def set_user(widget: Widget, identifier: str, name: str, proof: str | None) -> None:
    user: dict[str, Any] = {"name": name, "email": f"{identifier}@example.com"}
    if proof is not None:
        user["identifier_hash"] = proof
    await widget.page.evaluate("([id, user]) => $deskbell.setUser(id, user)", [identifier, user])


async def errors(widget: Widget) -> None:
    """Keep what the site's window is told went wrong."""
    await widget.page.evaluate(
        "window.errors = []; addEventListener('deskbell:error', (told) => errors.push(told.detail.message))"
    )


async def sender(shop: Shop, number: int) -> dict[str, Any]:
    found: dict[str, Any] = (await shop.conversation(number))["meta"]["sender"]
    return found


def test_a_user_with_the_right_hash_is_verified(stage: Stage, house: Server) -> None:
    async def story() -> None:
        async with visited(stage, house) as (shop, widget):
            await errors(widget)
            await widget.start()
            await set_user(widget, "vera", "Vera", await hashed(shop, "vera"))
            await widget.say("It is me")
            (created,) = await shop.rung("message_created")
            assert created.json["sender"]["name"] == "Vera"
            assert created.json["conversation"]["contact_inbox"]["hmac_verified"] is True
            assert (await sender(shop, 1))["identifier"] == "vera"
            assert await widget.page.evaluate("errors") == []

    stage.run(story())


def test_a_wrong_hash_is_refused_clearly_and_changes_nothing(stage: Stage, house: Server) -> None:
    async def story() -> None:
        async with visited(stage, house, expected=REFUSED) as (shop, widget):
            await errors(widget)
            await widget.start()
            await widget.say("Nobody in particular")
            await set_user(widget, "vera", "Vera", "0" * 64)
            await widget.page.wait_for_function("errors.length")
            assert "Invalid Identifier Hash" in (await widget.page.evaluate("errors"))[0]
            await widget.say("Still nobody")
            assert (await sender(shop, 1))["identifier"] is None
            created = (await shop.rung("message_created", 2))[1].json
            assert created["conversation"]["contact_inbox"]["hmac_verified"] is False

    stage.run(story())


def test_an_inbox_may_ask_everybody_for_proof(stage: Stage, house: Server) -> None:
    async def story() -> None:
        async with visited(stage, house, expected=REFUSED, channel={"hmac_mandatory": True}) as (
            shop,
            widget,
        ):
            await errors(widget)
            await widget.open()
            await set_user(widget, "vera", "Vera", None)
            await widget.page.wait_for_function("errors.length")
            assert await shop.contacts() == 1  # who opened it
            await set_user(widget, "vera", "Vera", await hashed(shop, "vera"))
            await widget.press("Start a conversation")
            await widget.say("Now it is proven")
            assert (await sender(shop, 1))["identifier"] == "vera"

    stage.run(story())


def test_switching_users_never_shows_ones_conversation_to_the_other(stage: Stage, house: Server) -> None:
    async def story() -> None:
        async with visited(stage, house) as (shop, widget):
            vera, wim = await hashed(shop, "vera"), await hashed(shop, "wim")
            await set_user(widget, "vera", "Vera", vera)
            await widget.start()
            await widget.say("Vera's secret")
            await shop.desk.say(1, "For Vera only")
            await widget.reads("Vera's secret", "For Vera only")
            await set_user(widget, "wim", "Wim", wim)
            await expect(widget.frame.get_by_text("Vera", exact=False)).to_have_count(0)
            await widget.press("Start a conversation")
            await widget.say("Wim's secret")
            await widget.reads("Wim's secret")
            await shop.desk.say(1, "Still for Vera")
            await shop.desk.say(2, "For Wim")
            await widget.reads("Wim's secret", "For Wim")
            await widget.page.reload()
            await widget.open()
            await widget.reads("Wim's secret", "For Wim")
            await set_user(widget, "vera", "Vera", vera)
            await widget.press("Continue the conversation")
            await widget.reads("Vera's secret", "For Vera only", "Still for Vera")
            assert [(await sender(shop, number))["identifier"] for number in (1, 2)] == ["vera", "wim"]

    stage.run(story())


def test_the_same_user_is_not_sent_from_every_page(stage: Stage, house: Server) -> None:
    async def story() -> None:
        async with visited(stage, house) as (shop, widget):
            sent: list[str] = []
            widget.page.context.on(
                "request", lambda one: sent.append(one.method) if "set_user" in one.url else None
            )
            proof = await hashed(shop, "vera")
            await widget.open()
            for _ in range(4):
                await set_user(widget, "vera", "Vera", proof)
                await widget.page.wait_for_function("sessionStorage.getItem('deskbell_user')")
                await widget.page.reload()
                await widget.page.wait_for_function("window.$deskbell")
                await widget.open()
            assert sent == ["PATCH"]

    stage.run(story())


def test_a_user_who_left_the_page_before_they_were_known_is_sent_from_the_next(
    stage: Stage, house: Server
) -> None:
    async def story() -> None:
        async with visited(stage, house) as (shop, widget):
            proof = await hashed(shop, "vera")
            path = "**/api/v1/widget/contact/set_user*"
            begun = asyncio.Event()

            async def never_answered(_: Route) -> None:
                begun.set()

            await widget.page.route(path, never_answered)
            await widget.start()
            await widget.say("Who am I?")
            await set_user(widget, "vera", "Vera", proof)
            await begun.wait()
            await widget.page.unroute(path)
            await widget.page.reload()
            await widget.page.wait_for_function("window.$deskbell")
            await set_user(widget, "vera", "Vera", proof)
            await widget.page.wait_for_function("sessionStorage.getItem('deskbell_user')")
            assert (await sender(shop, 1))["identifier"] == "vera"

    stage.run(story())


def test_reset_forgets_the_visitor(stage: Stage, house: Server) -> None:
    async def story() -> None:
        # What was being asked for as the reset came is refused, and told in the console.
        async with visited(stage, house, expected="status of 401") as (shop, widget):
            await widget.start()
            await widget.say("Before the reset")
            assert await widget.page.context.cookies() != []
            await widget.page.evaluate("$deskbell.reset()")
            await expect(widget.frame.get_by_role("main")).to_be_hidden()
            assert await widget.page.context.cookies() == []
            await widget.start()
            await expect(widget.log.locator(".words")).to_have_count(0)
            await widget.say("As somebody new")
            await widget.reads("As somebody new")
            await shop.holds("As somebody new", number=2)
            assert await shop.contacts() == 2

    stage.run(story())


def test_the_other_tabs_follow_a_switch_and_a_reset_at_once(stage: Stage, house: Server) -> None:
    async def story() -> None:
        async with visited(stage, house) as (shop, widget):
            vera, wim = await hashed(shop, "vera"), await hashed(shop, "wim")
            await set_user(widget, "vera", "Vera", vera)
            await widget.start()
            await widget.say("Vera's secret")
            other = await shop.goto(widget.page.context, widget.page.url)
            await other.open()
            await other.reads("Vera's secret")

            await set_user(widget, "wim", "Wim", wim)
            await expect(other.frame.get_by_text("Vera", exact=False)).to_have_count(0)
            await other.press("Start a conversation")
            await other.say("Wim's word")
            assert (await sender(shop, 2))["identifier"] == "wim"
            await widget.frame.get_by_role("button", name="Continue the conversation").click()
            await widget.reads("Wim's word")

            await other.page.evaluate("$deskbell.reset()")
            await expect(widget.frame.get_by_text("Wim's word")).to_have_count(0)
            await widget.press("Start a conversation")
            await widget.say("Nobody's word")
            assert (await sender(shop, 3))["identifier"] is None
            await expect(widget.log.locator(".words")).to_have_count(1)

    stage.run(story())


def test_a_tab_that_was_there_before_the_first_word_goes_on_with_it(stage: Stage, house: Server) -> None:
    async def story() -> None:
        async with visited(stage, house) as (shop, widget):
            other = await shop.goto(widget.page.context, widget.page.url)
            await widget.start()
            await widget.say("In the first tab")
            await other.open()
            await other.reads("In the first tab")
            assert await shop.contacts() == 1

    stage.run(story())
