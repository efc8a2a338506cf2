"""A connection that breaks, a server that falls, a session that ends: no message is lost, and none is doubled."""

import asyncio
import socket
from pathlib import Path

import httpx
from playwright.async_api import Route, expect

from tests.support.browsing import PATIENCE, Stage, screenshot, visiting
from tests.support.process import Server, serving, until
from tests.support.widget import Widget, visited

_WATCH = """log => {
  window.seenTwice = [];
  new MutationObserver(() => {
    const texts = [...log.querySelectorAll('.words')].map(one => one.textContent);
    if (new Set(texts).size < texts.length) window.seenTwice.push(texts.join('|'));
  }).observe(log, { childList: true, subtree: true, characterData: true });
}"""
LOST = "ERR_INTERNET_DISCONNECTED|ERR_CONNECTION|ERR_FAILED|ERR_EMPTY_RESPONSE|WebSocket connection"


async def watch_for_doubles(widget: Widget) -> None:
    """Watch for a message that stands in the thread twice, however shortly."""
    await widget.log.evaluate(_WATCH)


async def seen_twice(widget: Widget) -> list[str]:
    found: list[str] = await widget.log.evaluate("() => window.seenTwice")
    return found


def test_what_is_written_offline_is_sent_later_once_and_in_its_order(
    stage: Stage, each_house: Server
) -> None:
    async def story() -> None:
        async with visited(stage, each_house, expected=LOST) as (shop, widget):
            await widget.start()
            await widget.say("Before")
            context = widget.page.context
            await context.set_offline(True)
            await expect(widget.frame.get_by_text("You are offline.")).to_be_visible()
            await widget.write("Typed offline")
            await widget.write("And once more")
            await expect(widget.log.get_by_text("Waiting to be sent")).to_have_count(2)
            await screenshot(widget.page, "offline")
            await shop.desk.say(1, "Said meanwhile")
            await context.set_offline(False)
            await expect(widget.log.get_by_text("Waiting to be sent")).to_have_count(0)
            await expect(widget.line("Said meanwhile")).to_be_visible()
            await widget.reads("Before", "Said meanwhile", "Typed offline", "And once more")
            await expect(widget.frame.get_by_text("You are offline.")).to_have_count(0)
            await shop.holds("Before", "Said meanwhile", "Typed offline", "And once more")

    stage.run(story())


def test_a_server_that_falls_and_comes_back_loses_nothing(
    stage: Stage, tmp_path: Path, sqlite_url: str
) -> None:
    async def story() -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        settings = {"delivery_allow": "127.0.0.1", "port": port}
        async with (
            serving(tmp_path, sqlite_url, **settings) as server,
            visited(stage, server, expected=LOST) as (shop, widget),
        ):
            await widget.start()
            await widget.say("Before")
            await server.kill()
            await widget.write("While you were down")
            await expect(widget.log.get_by_text("Waiting to be sent")).to_be_visible()
            await server.start()
            await shop.desk.say(1, "Back again")
            await expect(widget.line("Back again")).to_be_visible()
            await expect(widget.log.get_by_text("Waiting to be sent")).to_have_count(0)

            async def all_once() -> bool:
                return sorted(await shop.contents()) == ["Back again", "Before", "While you were down"]

            await until(all_once, "every message, once")
            await expect(widget.log.locator(".words")).to_have_count(3)
            await shop.desk.say(1, "And live")
            await expect(widget.line("And live")).to_be_visible()

    stage.run(story())


def test_a_message_whose_answer_was_lost_is_there_once(stage: Stage, house: Server) -> None:
    async def story() -> None:
        async with visited(stage, house, expected=LOST) as (shop, widget):
            attempts: list[str] = []

            heard = asyncio.Event()
            again = asyncio.Event()

            async def swallow(route: Route) -> None:
                """The first time the server hears it, and nobody hears the server; the second time waits."""
                if route.request.method != "POST":
                    await route.continue_()
                    return
                attempts.append(route.request.headers["idempotency-key"])
                if len(attempts) > 1:
                    await again.wait()
                answer = await route.fetch()
                if len(attempts) == 1:
                    await route.abort()
                    heard.set()
                else:
                    await route.fulfill(response=answer)

            await widget.start()
            await widget.page.route("**/api/v1/widget/messages*", swallow)
            await watch_for_doubles(widget)
            await widget.write("Once")
            await heard.wait()
            await until(lambda: len(attempts) == 2, "the second attempt")
            await shop.desk.say(1, "An answer")
            await widget.reads("Once", "An answer")  # it came by itself, before its own answer did
            again.set()
            await expect(widget.log.get_by_text("· Sent")).to_be_visible()
            assert attempts[0] == attempts[1]
            await shop.holds("Once", "An answer")
            await widget.reads("Once", "An answer")
            assert await seen_twice(widget) == [], "at no moment"

    stage.run(story())


def test_a_message_whose_answer_was_lost_is_there_once_after_a_reload_too(
    stage: Stage, house: Server
) -> None:
    async def story() -> None:
        async with visited(stage, house, expected=LOST) as (shop, widget):
            await widget.start()
            await widget.say("Before")
            path = "**/api/v1/widget/messages*"
            lost = asyncio.Event()

            async def swallow(route: Route) -> None:
                if route.request.method == "POST":
                    await route.fetch()
                    await route.abort()
                    lost.set()
                else:
                    await route.continue_()

            await widget.page.route(path, swallow)
            await widget.write("Once")
            await lost.wait()
            await shop.holds("Before", "Once")
            await widget.page.reload()
            await widget.open()
            await widget.reads("Before", "Once")
            await widget.page.unroute(path)
            await widget.write("After")
            await widget.reads("Before", "Once", "After")
            await shop.holds("Before", "Once", "After")

    stage.run(story())


def test_a_reload_keeps_what_was_not_sent_yet(stage: Stage, house: Server) -> None:
    async def story() -> None:
        async with visited(stage, house, expected=LOST) as (shop, widget):
            await widget.start()
            await widget.say("Before")
            down = "**/api/v1/widget/messages*"
            await widget.page.route(down, lambda route: route.abort())
            await widget.write("Not yet sent")
            await expect(widget.log.get_by_text("Waiting to be sent")).to_be_visible()
            await widget.page.unroute(down)
            await widget.page.reload()
            await widget.open()
            await widget.reads("Before", "Not yet sent")
            await expect(widget.log.get_by_text("· Sent")).to_be_visible()
            await shop.holds("Before", "Not yet sent")

    stage.run(story())


def test_a_session_that_ends_shows_nothing_of_it_and_another_begins(stage: Stage, house: Server) -> None:
    async def story() -> None:
        async with visited(stage, house, expected="401") as (shop, widget):
            await widget.start()
            await widget.say("In the old session")
            path = "**/api/v1/widget/messages*"
            ended: list[str] = []

            async def end(route: Route) -> None:
                """The server sees a session that is none any more."""
                token = route.request.headers["x-auth-token"]
                ended.append(token)
                spoilt = {"x-auth-token": token[:-4] + "AAAA"} if ended[0] == token else {}
                await route.continue_(headers={**route.request.headers, **spoilt})

            await widget.page.route(path, end)
            await widget.write("In the new one")
            await expect(widget.log.get_by_text("· Sent")).to_be_visible()
            await widget.reads("In the new one")
            await shop.holds("In the new one", number=2)
            await widget.page.wait_for_function("document.cookie.includes('cw_conversation')")
            (cookie,) = await widget.page.context.cookies()
            assert cookie["value"] not in (ended[0], "null")
            await widget.page.unroute(path)
            await widget.page.reload()
            await widget.open()
            await widget.reads("In the new one")

    stage.run(story())


def test_a_garbled_cookie_is_no_session_and_harms_nobody(stage: Stage, house: Server) -> None:
    async def story() -> None:
        async with visited(stage, house) as (shop, widget):
            await widget.page.evaluate("document.cookie = 'cw_conversation=garbage'")
            await widget.page.reload()
            await widget.start()
            await widget.say("Hello")
            await shop.holds("Hello")

    stage.run(story())


def test_who_writes_too_fast_is_told_and_loses_nothing(stage: Stage, house: Server) -> None:
    async def story() -> None:
        async with visited(stage, house, expected="429") as (shop, widget):
            await widget.start()
            await widget.say("Slowly")
            seen = asyncio.Event()

            async def refuse(route: Route) -> None:
                if seen.is_set() or route.request.method != "POST":
                    await route.continue_()
                    return
                too_many = {"error": "You are sending messages very fast.", "code": "too_many_requests"}
                await route.fulfill(status=429, headers={"Retry-After": "2"}, json=too_many)

            await widget.page.route("**/api/v1/widget/messages*", refuse)
            await widget.write("Quickly")
            await widget.write("More quickly")
            told = widget.log.get_by_text("You are writing very quickly.")
            await expect(told).to_be_visible()
            seen.set()
            await expect(told).to_have_count(0)
            await expect(widget.log.get_by_text("· Sent")).to_be_visible()
            await widget.reads("Slowly", "Quickly", "More quickly")
            await shop.holds("Slowly", "Quickly", "More quickly")

    stage.run(story())


def test_the_sixty_first_message_of_a_minute_waits_and_only_its_visitors(stage: Stage, house: Server) -> None:
    """The limit as it is set unless said otherwise, held by the server itself."""

    async def story() -> None:
        async with visited(stage, house, expected="429") as (shop, widget):
            await widget.start()
            await widget.say("First of sixty")
            await widget.page.wait_for_function("document.cookie.includes('cw_conversation')")
            (cookie,) = await widget.page.context.cookies()
            session = {"X-Auth-Token": cookie["value"]}
            async with httpx.AsyncClient(
                base_url=house.address, headers=session, params={"website_token": shop.token}
            ) as same:
                for number in range(2, 61):
                    said = {"message": {"content": f"{number}."}}
                    answer = await same.post("/api/v1/widget/messages", json=said)
                    assert answer.status_code == 200, answer.text
            await widget.write("The sixty-first")
            await expect(widget.log.get_by_text("You are writing very quickly.")).to_be_visible()
            async with visiting(shop.chromium) as context:
                calm = await shop.page(context)
                await calm.start()
                await calm.say("I have written nothing yet")
                await shop.holds("I have written nothing yet", number=2)
            assert len(await shop.contents()) <= 60
            told = widget.log.get_by_text("You are writing very quickly.")
            await expect(told).to_have_count(0, timeout=PATIENCE + 60_000)
            await expect(widget.log.get_by_text("· Sent")).to_be_visible()
            await expect(widget.line("The sixty-first")).to_have_count(1)

    stage.run(story())
