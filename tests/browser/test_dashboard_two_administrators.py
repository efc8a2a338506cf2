"""Two administrators before the same settings, each in a window of their own."""

from playwright.async_api import expect

from tests.support import axe
from tests.support.browsing import PHONE, Stage, screenshot
from tests.support.process import Server
from tests.support.seat import seated


def test_who_saves_second_sees_what_was_changed_meanwhile_and_chooses(stage: Stage, house: Server) -> None:
    async def story() -> None:
        async with seated(stage, house, "409") as seat:
            first = await seat.open("/settings/account")
            second = await seat.context.new_page()
            await second.goto(seat.at("/settings/account"))
            await first.get_by_label("Name").fill("Bells of Acme")
            await first.get_by_label("Support email").fill("help@example.com")
            await first.get_by_role("button", name="Save").click()
            await expect(first.get_by_text("Saved.")).to_be_visible()

            name = second.get_by_label("Name")
            await name.fill("Acme & Daughters")
            await second.get_by_role("button", name="Save").click()
            warning = second.get_by_role("alert").filter(has_text="Somebody else changed this")
            await expect(warning).to_contain_text("Name was changed meanwhile: it is “Bells of Acme” now.")
            await expect(name).to_have_value("Acme & Daughters")
            await expect(name).to_have_attribute("aria-invalid", "true")
            await expect(second.get_by_label("Support email")).to_have_value("help@example.com")
            await axe.check(second)
            await screenshot(second, "two-administrators")
            await second.emulate_media(color_scheme="dark")
            await second.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
            await screenshot(second, "two-administrators-phone")

            await second.get_by_role("link", name="take what is there now").click()
            await expect(name).to_have_value("Bells of Acme")
            await second.go_back()
            await second.get_by_label("Name").fill("Acme & Daughters")
            await second.get_by_role("button", name="Save").click()
            await expect(second.get_by_text("Saved.")).to_be_visible()
            await first.reload()
            await expect(first.get_by_label("Name")).to_have_value("Acme & Daughters")
            await expect(first.get_by_label("Support email")).to_have_value("help@example.com")

    stage.run(story())
