"""Notifications: off until somebody chooses them, told by one tab, and only of what nobody looks at."""

from playwright.async_api import Page, expect

from tests.support import axe
from tests.support.browsing import Stage, screenshot
from tests.support.process import Server, until
from tests.support.seat import Seat, seated

BROWSER = """
  (() => {
    if (window !== top || location.protocol === "about:") return;
    window.shown = []; window.rung = 0; window.asked = 0;
    let allowed = localStorage.getItem("test_allowed") ?? "default";
    window.Notification = class {
      static get permission() { return allowed; }
      static async requestPermission() {
        window.asked++;
        allowed = "granted";
        localStorage.setItem("test_allowed", allowed);
        return allowed;
      }
      constructor(title, options) { Object.assign(this, { title, ...options, closed: false }); shown.push(this); }
      close() { this.closed = true; }
    };
    const start = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function (...when) { window.rung++; return start.apply(this, when); };
  })()
"""
"""What a desktop would show and ask is kept here: a browser without a window shows and asks nothing."""
TOLD = "shown.map(({ title, body }) => `${title}: ${body}`)"

ONE = "/conversations/1?tab=all"


async def told(*pages: Page) -> list[str]:
    return [one for page in pages for one in await page.evaluate(TOLD)]


async def come(*pages: Page, count: int) -> None:
    """Wait until so many notifications show, in whatever tab."""

    async def there() -> bool:
        return len(await told(*pages)) >= count

    await until(there, f"{count} notifications")


async def tab(seat: Seat, path: str) -> Page:
    """A tab of the same browser, that hears what happens."""
    page = await seat.context.new_page()
    await page.goto(seat.at(path))
    await page.locator("body[data-listening]").wait_for(state="attached")
    return page


async def comes(page: Page, condition: str) -> None:
    """Wait for something that no page shows: the policy forbids the browser to look for it by itself."""

    async def there() -> bool:
        return bool(await page.evaluate(condition))

    await until(there, condition)


def test_who_chose_notifications_is_told_once_of_what_they_do_not_look_at(
    stage: Stage, house: Server
) -> None:
    async def story() -> None:
        async with seated(stage, house) as seat:
            await seat.context.add_init_script(BROWSER)
            await seat.desk.begin(3)
            page = await seat.open(ONE)
            await seat.listening()
            await seat.desk.say(2, "Nobody chose to be told", message_type="incoming")
            await expect(page.locator("#conversations")).to_contain_text("Nobody chose")
            await page.goto(seat.at("/profile"))
            desktop, sound = page.get_by_label("On your desktop"), page.get_by_label("A short sound")
            await expect(desktop).not_to_be_checked()
            await expect(sound).not_to_be_checked()
            assert await page.evaluate("asked") == 0, "nobody is asked before a click"
            await desktop.check()
            await comes(page, "asked === 1")
            await sound.check()
            await comes(page, "rung > 0")
            await axe.check(page)
            await screenshot(page, "dashboard-notifications")
            await page.reload()
            await expect(desktop).to_be_checked()
            await expect(sound).to_be_checked()

            await page.goto(seat.at(ONE))
            await seat.listening()
            await page.locator("#thread").click()
            other = await tab(seat, "/contacts")
            await seat.desk.say(1, "You look at this", message_type="incoming")
            await seat.desk.say(2, "Our own word")
            await seat.desk.say(2, "You do not\nlook at this", message_type="incoming")
            await come(page, other, count=1)
            assert await told(page, other) == ["Contact 1: You do not look at this"]
            rung = [bool(await one.evaluate("rung")) for one in (page, other)]
            assert rung.count(True) == 1, "one tab makes the sound"

            teller = page if rung[0] else other
            await teller.evaluate("shown[0].onclick()")
            await expect(teller.locator('#conversation[data-live-conversation="2"]')).to_be_visible()
            await teller.goto(seat.at(ONE))
            await teller.locator("body[data-listening]").wait_for(state="attached")
            assert await told(page, other) == []

            agent = await seat.desk.post(
                "/agents", {"email": f"bob-{seat.desk.account_id}@example.com", "name": "Bob"}
            )
            inbox = (await seat.desk.get("/inboxes"))["payload"][0]["id"]
            await seat.desk.post("/inbox_members", {"inbox_id": inbox, "user_ids": [agent["id"]]})
            await seat.desk.post("/conversations/3/assignments", {"assignee_id": agent["id"]})
            await seat.desk.say(3, "Bob's business", message_type="incoming")
            await seat.desk.post("/conversations/3/assignments", {"assignee_id": seat.desk.user_id})
            await seat.desk.say(3, "A note", private=True)
            await seat.desk.say(3, "And mine", message_type="incoming")
            await come(page, other, count=1)
            assert await told(page, other) == ["Contact 2: And mine"]

    stage.run(story())
