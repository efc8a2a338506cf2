"""Every page of the dashboard is fit for everybody: axe-core finds nothing serious, on a desk and on a phone, in the light and in the dark.

To add a page: put its address into PAGES, or into OUTSIDE where nobody is signed in. `{webhook}` and the like are the ids of what `furnish`
makes.
"""

import json
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.support.axe import problems
from tests.support.browsing import DESKTOP, PHONE, Stage, screenshot, visiting
from tests.support.process import Server, serving
from tests.support.seat import Seat, seated

TABLE = """
/
/conversations
/conversations?tab=all
/conversations/new
/conversations/1
/conversations/1?tab=all
/contacts
/contacts/new
/contacts/import
/contacts/{contact}
/contacts/{contact}/edit
/contacts/{contact}/merge
/contacts/{contact}/delete
/settings/account
/settings/agents
/settings/teams
/settings/teams/new
/settings/teams/{team}
/settings/labels
/settings/labels/new
/settings/labels/{label}
/settings/canned_responses
/settings/canned_responses/new
/settings/canned_responses/{canned}
/settings/attributes
/settings/attributes/new
/settings/attributes/{attribute}
/settings/agent_bots
/settings/agent_bots/new
/settings/agent_bots/{bot}
/settings/agent_bots/{bot}/edit
/settings/agent_bots/{bot}/pulse
/settings/agent_bots/{bot}/deliveries
/settings/inboxes
/settings/inboxes/new
/settings/inboxes/{website}
/settings/inboxes/{website}/look
/settings/inboxes/{website}/form
/settings/inboxes/{website}/hours
/settings/inboxes/{website}/members
/settings/inboxes/{website}/security
/settings/inboxes/{website}/snippet
/settings/inboxes/{inbox}
/settings/inboxes/{inbox}/webhook
/settings/webhooks
/settings/webhooks/new
/settings/webhooks/{webhook}
/settings/webhooks/{webhook}/edit
/settings/webhooks/{webhook}/deliveries
/settings/webhooks/{webhook}/deliveries/1
/settings/webhooks/{webhook}/replays/new
/profile
/profile/two_factor
"""
PAGES = [line for line in TABLE.splitlines() if line]
OUTSIDE = ("/app/login", "/app/forgot", "/app/reset?email=ada%40example.com&token=x", "/app/nowhere")
"""Pages nobody need be signed in for."""


async def furnish(seat: Seat) -> dict[str, object]:
    """Something of everything; answers the ids."""
    desk = seat.desk
    webhook = await desk.webhook("http://127.0.0.1:48999/bell", ["conversation_created", "message_created"])
    website = await desk.website()
    await desk.begin(3)
    for content, more in (
        ("Hello, see https://example.com", {"message_type": "incoming"}),
        ("**Bold** words, a [link](https://example.com) and `code`", {}),
        ("Only for us", {"private": True}),
    ):
        await desk.say(1, content, **more)
    label = await desk.post("/labels", {"title": "billing", "color": "#ffd400"})
    await desk.post("/conversations/1/labels", {"labels": ["billing"]})
    await desk.post("/conversations/1/toggle_priority", {"priority": "high"})
    await desk.post("/conversations/1/assignments", {"assignee_id": desk.user_id})
    canned = await desk.post(
        "/canned_responses", {"short_code": "hello", "content": "Hello, how can we help?"}
    )
    team = await desk.post("/teams", {"name": "support"})
    bot = await desk.post("/agent_bots", {"name": "Bell", "outgoing_url": "http://127.0.0.1:48999/bot"})
    attribute = await desk.post(
        "/custom_attribute_definitions",
        {
            "attribute_display_name": "Plan",
            "attribute_key": "plan",
            "attribute_display_type": "list",
            "attribute_values": ["Free", "Paid"],
            "attribute_model": "contact_attribute",
        },
    )
    told = await desk.get("/conversations/1")
    return {
        "webhook": webhook["id"],
        "website": website["id"],
        "inbox": told["inbox_id"],
        "contact": told["meta"]["sender"]["id"],
        "label": label["id"],
        "canned": canned["id"],
        "team": team["id"],
        "bot": bot["id"],
        "attribute": attribute["id"],
    }


def named(address: str) -> str:
    return "".join(one if one.isalnum() else "-" for one in address).strip("-") or "home"


async def fits(page: Page) -> bool:
    """Nothing makes the page wider than the window."""
    return bool(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.parametrize(
    ("name", "viewport", "scheme"), [("desktop", DESKTOP, "light"), ("phone", PHONE, "dark")]
)
def test_axe_finds_nothing_serious_on_any_page(
    stage: Stage, house: Server, name: str, viewport: dict[str, int], scheme: str
) -> None:
    async def story() -> None:
        async with seated(stage, house, viewport=viewport, color_scheme=scheme) as seat:
            ids = await furnish(seat)
            found: dict[str, object] = {}
            for address in PAGES:
                answer = await seat.page.goto(seat.at(address.format(**ids).rstrip("/")))
                page = seat.page
                await expect(page.get_by_role("main")).to_be_visible()
                if answer is None or answer.status != 200:
                    found[f"{address} answers {answer and answer.status}"] = []
                if wrong := await problems(page):
                    found[address] = wrong
                if not await fits(page):
                    found[f"{address} is too wide"] = []
                await screenshot(page, f"page-{named(address)}-{name}")
            assert not found, json.dumps(found, indent=1, ensure_ascii=False)

    stage.run(story())


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_outside_nor_in_what_opens(
    stage: Stage, house: Server, tmp_path: Path, scheme: str
) -> None:
    async def story() -> None:
        found: dict[str, object] = {}
        async with (
            serving(tmp_path, "sqlite:///data/deskbell.db") as empty,
            visiting(await stage.browser(), "status of 404", color_scheme=scheme) as context,
        ):
            page = await context.new_page()
            for address in (f"{empty.address}/app/setup", *(f"{house.address}{one}" for one in OUTSIDE)):
                await page.goto(address)
                await expect(page.get_by_role("main")).to_be_visible()
                if wrong := await problems(page):
                    found[address] = wrong
        async with seated(stage, house, color_scheme=scheme) as seat:
            await furnish(seat)
            page = await seat.open("/conversations/1?tab=all")
            await page.keyboard.press("?")
            await expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
            if wrong := await problems(page):
                found["the sheet of shortcuts"] = wrong
            await page.keyboard.press("Escape")
            await page.keyboard.press("Control+k")
            await expect(page.get_by_role("group", name="Recent conversations")).to_be_visible()
            await screenshot(page, f"dashboard-palette-{scheme}")
            if wrong := await problems(page):
                found["the palette"] = wrong
        assert not found, json.dumps(found, indent=1, ensure_ascii=False)

    stage.run(story())
