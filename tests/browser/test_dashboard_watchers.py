"""Colleagues who have the same conversation open see each other, and no more once one has left."""

from typing import Any

import pytest
from playwright.async_api import expect

from tests.support import axe
from tests.support.browsing import PHONE, Stage, screenshot, visiting
from tests.support.process import Server
from tests.support.seat import seated, sign_in


@pytest.mark.parametrize("name", ["desktop", "phone"])
def test_who_looks_too_is_seen_until_they_leave(stage: Stage, each_house: Server, name: str) -> None:
    options: dict[str, Any] = {"viewport": PHONE, "color_scheme": "dark"} if name == "phone" else {}

    async def story() -> None:
        async with seated(stage, each_house, **options) as seat:
            await seat.desk.begin(2)
            for words in ("Hello! Is anybody there?", "My order 48213 still says *preparing*."):
                await seat.desk.say(1, words, message_type="incoming")
            await seat.desk.say(1, "One moment, please.")
            agent = await seat.desk.post(
                "/agents", {"email": f"omar-{seat.desk.account_id}@example.com", "name": "Omar Haddad"}
            )
            inbox = (await seat.desk.get("/inboxes"))["payload"][0]["id"]
            await seat.desk.post("/inbox_members", {"inbox_id": inbox, "user_ids": [agent["id"]]})
            page = await seat.open("/conversations/1")
            await seat.listening()
            told = page.locator("#conversation [data-live-watchers]")
            await expect(told).to_be_empty()
            async with visiting(await stage.browser()) as context:
                await sign_in(each_house, context, agent["id"])
                omar = await context.new_page()
                await omar.goto(seat.at("/conversations/1"))
                await expect(told).to_have_text("OHOmar Haddad is looking too")
                await expect(told).to_have_role("status")
                await expect(told.locator(".watchers-words")).to_be_visible()
                await expect(omar.locator("[data-live-watchers]")).to_contain_text("is looking too")
                await screenshot(page, f"dashboard-watchers-{name}")
                # The head is fetched anew, and goes on showing who looks.
                await seat.desk.post("/conversations/1/toggle_priority", {"priority": "urgent"})
                await expect(page.locator("#priority-button")).to_contain_text("Urgent")
                await expect(told).to_have_text("OHOmar Haddad is looking too")
                await axe.check(page)
                await omar.goto(seat.at("/conversations/2"))
                await expect(told).to_be_empty()
                await omar.goto(seat.at("/conversations/1"))
                await expect(told).to_contain_text("Omar Haddad")
            await expect(told).to_be_empty()

    stage.run(story())
