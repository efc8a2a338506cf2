"""What a site does with the widget: snippets, settings, methods, events, and what it keeps out."""

import json
from typing import Any

import pytest
from playwright.async_api import expect

from tests.support.browsing import BrowserError, Stage, embedding, page_with, screenshot, site, visiting
from tests.support.process import Server, until
from tests.support.widget import Shop, Widget, shop_in, visited

PREFIXES = ("chatwoot", "hoory", "deskbell")


def their_snippet(server: Server, token: str, sdk: str) -> str:
    """What people have on their sites already; only the address differs."""
    return page_with(
        f"""<script>
  (function(d,t) {{
    var BASE_URL="{server.address}";
    var g=d.createElement(t),s=d.getElementsByTagName(t)[0];
    g.src=BASE_URL+"/packs/js/sdk.js";
    g.defer = true;
    g.async = true;
    s.parentNode.insertBefore(g,s);
    g.onload=function(){{
      window.{sdk}.run({{
        websiteToken: '{token}',
        baseUrl: BASE_URL
      }})
    }}
  }})(document,"script");
</script>"""
    )


@pytest.mark.parametrize("sdk", ["chatwootSDK", "hoorySDK", "deskbellSDK"])
def test_the_snippets_people_have_work_unchanged(stage: Stage, house: Server, sdk: str) -> None:
    async def story() -> None:
        async with shop_in(stage, house) as shop, visiting(shop.chromium) as context:
            widget = await shop.page(context, html=their_snippet(house, shop.token, sdk))
            await widget.start()
            await widget.say(f"By {sdk}")
            await shop.holds(f"By {sdk}")
            same = "$chatwoot === $deskbell && $hoory === $deskbell"
            assert await widget.page.evaluate(same) is True

    stage.run(story())


def test_events_reach_the_sites_window_under_every_name(stage: Stage, house: Server) -> None:
    async def story() -> None:
        async with shop_in(stage, house) as shop, visiting(shop.chromium) as context:
            names = ["ready", "opened", "closed", "on-message", "on-start-conversation", "error"]
            listen = f"""<script>window.heard = [];
                for (const prefix of {json.dumps(PREFIXES)}) for (const name of {json.dumps(names)})
                  addEventListener(`${{prefix}}:${{name}}`, (told) => heard.push(`${{prefix}}:${{name}}`));
                addEventListener("deskbell:on-message", (told) => (window.message = told.detail));</script>"""
            html = embedding(house, shop.token).replace("</head>", f"{listen}</head>")
            widget = await shop.page(context, html=html)
            await widget.start()
            await widget.say("Hello")
            await shop.desk.say(1, "An answer")
            await widget.page.wait_for_function("window.message")
            assert (await widget.page.evaluate("message"))["content"] == "An answer"
            await widget.page.evaluate("$chatwoot.setColorScheme('purple')")
            await widget.page.evaluate("$hoory.toggle('close')")
            await widget.page.wait_for_function("heard.includes('deskbell:error')")
            heard = await widget.page.evaluate("heard")
            for name in names:
                assert {f"{prefix}:{name}" for prefix in PREFIXES} <= set(heard), name

    stage.run(story())


def test_methods_say_who_writes_and_what_about(stage: Stage, house: Server) -> None:
    async def story() -> None:
        async with visited(stage, house) as (shop, widget):
            await shop.desk.post("/labels", {"title": "vip"})
            await widget.page.evaluate(
                """$chatwoot.setCustomAttributes({ plan: "gold", seats: 3, gone: true });
                $chatwoot.deleteCustomAttribute("gone");
                $chatwoot.setConversationCustomAttributes({ cart: "full", gone: true });
                $chatwoot.deleteConversationCustomAttribute("gone");
                $chatwoot.setLabel("vip");"""
            )
            await widget.start()
            await widget.say("Hello")

            async def told() -> bool:
                found = await shop.conversation()
                return bool(
                    found["meta"]["sender"]["custom_attributes"] == {"plan": "gold", "seats": 3}
                    and found["custom_attributes"] == {"cart": "full"}
                    and found["labels"] == ["vip"]
                )

            await until(told, "all that the site said")
            await widget.page.evaluate("$chatwoot.removeLabel('vip')")

            async def taken_off() -> bool:
                return not (await shop.conversation())["labels"]

            await until(taken_off, "the label to be taken off")

    stage.run(story())


def test_methods_open_close_hide_and_translate(stage: Stage, house: Server) -> None:
    async def story() -> None:
        async with visited(stage, house) as (shop, widget):
            page, main = widget.page, widget.frame.get_by_role("main")
            assert await page.evaluate("[$deskbell.hasLoaded, $deskbell.isOpen]") == [True, False]
            await page.evaluate("$deskbell.toggle('open')")
            await expect(main).to_be_visible()
            await shop.rung("webwidget_triggered")
            await page.evaluate("$deskbell.toggle('open')")
            assert await page.evaluate("$deskbell.isOpen") is True
            await page.evaluate("$deskbell.toggle()")
            await expect(main).to_be_hidden()
            await page.evaluate("$deskbell.toggle('close')")
            await page.evaluate("$deskbell.toggle()")
            await shop.rung("webwidget_triggered", 2)
            await page.evaluate("$deskbell.toggleBubbleVisibility('hide')")
            await expect(widget.bubble).to_be_hidden()
            await page.evaluate("$deskbell.toggleBubbleVisibility('show')")
            await expect(widget.bubble).to_be_visible()
            await page.evaluate("$deskbell.setLocale('de')")
            await expect(widget.frame.get_by_role("button", name="Chat schließen")).to_be_visible()
            await page.evaluate("$deskbell.setColorScheme('dark')")
            await expect(widget.frame.locator("html[data-theme=dark]")).to_be_attached()

    stage.run(story())


def test_settings_of_the_page_are_followed(stage: Stage, house: Server) -> None:
    async def story() -> None:
        settings = """{ locale: "fr", position: "left", type: "expanded_bubble", launcherTitle: "Chat with us", darkMode: "dark",
            widgetStyle: "flat", welcomeTitle: "A title of ours", welcomeDescription: "And a word.", unavailableMessage: "Gone ringing",
            enableFileUpload: false, enableEmojiPicker: false, enableEndConversation: false, showPopoutButton: true }"""
        async with visited(stage, house, page=settings) as (_, widget):
            box = await widget.bubble.bounding_box()
            assert box is not None
            assert box["x"] < 50
            await expect(widget.bubble).to_contain_text("Chat with us")
            await widget.open()
            for text in ("A title of ours", "And a word.", "Gone ringing"):
                await expect(widget.frame.get_by_text(text)).to_be_visible()
            root = widget.frame.locator("html[data-theme=dark][data-style=flat][lang=fr]")
            await expect(root).to_be_attached()
            await screenshot(widget.page, "flat-left-dark-french")
            await widget.frame.locator(".card .main").click()
            await expect(widget.frame.locator("input[type=file]")).to_have_count(0)

    stage.run(story())


def test_the_inboxes_own_texts_and_colour_are_shown(stage: Stage, house: Server) -> None:
    async def story() -> None:
        channel = {
            "welcome_title": "Bells & more",
            "welcome_tagline": "We answer as fast as sound.",
            "widget_color": "#8a2be2",
            "reply_time": "in_a_few_hours",
        }
        async with visited(stage, house, channel=channel) as (_, widget):
            await widget.open()
            for text in (
                "Bells & more",
                "We answer as fast as sound.",
                "We usually reply within a few hours",
            ):
                await expect(widget.frame.get_by_text(text)).to_be_visible()
            colour = await widget.inside("root => getComputedStyle(root).getPropertyValue('--color')")
            assert colour == "#8a2be2"
            await screenshot(widget.page, "own-colour")

    stage.run(story())


def test_a_page_that_hides_the_bubble_opens_by_itself_and_escape_closes(stage: Stage, house: Server) -> None:
    async def story() -> None:
        async with visited(stage, house, page="{ hideMessageBubble: true }") as (_, widget):
            await expect(widget.bubble).to_be_hidden()
            await widget.page.evaluate("$deskbell.toggle('open')")
            await expect(widget.frame.get_by_role("main")).to_be_visible()
            await widget.page.keyboard.press("Escape")
            await expect(widget.frame.get_by_role("main")).to_be_hidden()

    stage.run(story())


STRANGER = """<script>
  const say = () => parent.postMessage({ deskbell: 1, event: "session", token: "stolen" }, "*");
  setInterval(say, 50);
</script>"""


async def pretend(widget: Widget) -> None:
    """The page's own window, and a frame of a stranger's, say what only our frame may say."""
    await widget.page.evaluate(
        """() => {
            const said = [{ event: "session", token: "stolen" }, { event: "unread", count: 9, text: "Not true" },
                          { event: "popout" }, { event: "close" }];
            for (const one of said) window.postMessage({ deskbell: 1, ...one }, "*");
        }"""
    )


def test_what_strangers_post_is_ignored_on_both_sides(stage: Stage, house: Server) -> None:
    async def story() -> None:
        async with (
            site(page_with(STRANGER)) as stranger,
            shop_in(stage, house) as shop,
            visiting(shop.chromium) as context,
        ):
            frame = f'<iframe src="{stranger}" title="A stranger"></iframe>'
            widget = await shop.page(context, html=embedding(house, shop.token, more=frame))
            await widget.start()
            await pretend(widget)
            # A window that is not the page's, but of whatever origin, speaks to our frame.
            await widget.inside(
                """() => window.postMessage({ deskbell: 1, event: "call", method: "reset", args: [] }, "*")"""
            )
            await widget.page.frames[1].evaluate(
                """() => { for (let one = 0; one < parent.length; one++) parent[one].postMessage(
                    { deskbell: 1, event: "call", method: "setLocale", args: ["de"] }, "*"); }"""
            )
            await widget.say("Unimpressed")
            await expect(widget.frame.get_by_role("button", name="Close chat")).to_be_visible()
            (cookie,) = await context.cookies()
            assert cookie["value"].count(".") == 2
            assert len(context.pages) == 1
            await expect(widget.page.get_by_text("Not true")).to_have_count(0)

    stage.run(story())


def test_a_site_that_is_not_listed_gets_no_frame(stage: Stage, house: Server) -> None:
    async def story() -> None:
        async with visited(
            stage,
            house,
            expected="frame-ancestors|ERR_BLOCKED",
            channel={"allowed_domains": "shop.example.com"},
        ) as (shop, widget):
            await widget.bubble.click()
            await until(lambda: len(widget.page.frames) > 1, "the frame")
            await expect(widget.frame.get_by_role("main")).to_have_count(0)
            assert await shop.contacts() == 0
            host = "localhost:*"
            await shop.change(channel={"allowed_domains": f"shop.example.com, {host}"})
            await widget.page.reload()
            await widget.start()
            await widget.say("From a listed one")

    stage.run(story())


def test_a_sites_own_policy_needs_only_our_address(stage: Stage, house: Server) -> None:
    async def story() -> None:
        async with shop_in(stage, house) as shop, visiting(shop.chromium) as context:
            policy = f"default-src 'none'; script-src {house.address}; connect-src {house.address}; frame-src {house.address}; img-src data:"
            head = (
                f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
                f'<script async src="{house.address}/packs/js/sdk.js" data-website-token="{shop.token}"></script>'
            )
            widget = await shop.page(context, html=page_with(head))
            await widget.start()
            await widget.say("Within the policy")

    stage.run(story())


async def popped_out(shop: Shop, widget: Widget) -> Any:
    async with widget.page.expect_popup() as opening:
        await widget.page.evaluate("$deskbell.popoutChatWindow()")
    return await opening.value


def test_a_window_of_its_own_goes_on_with_the_conversation(stage: Stage, house: Server) -> None:
    async def story() -> None:
        async with visited(stage, house) as (shop, widget):
            await widget.start()
            await widget.say("On the page")
            window = await popped_out(shop, widget)
            log = window.get_by_role("log")
            await expect(log.get_by_text("On the page")).to_be_visible()
            await expect(widget.frame.get_by_role("main")).to_be_hidden()
            assert "#" not in window.url
            write = window.get_by_role("textbox", name="Write a message…")
            await write.fill("In the window")
            await write.press("Enter")
            await expect(log.get_by_text("· Sent")).to_be_visible()
            await shop.desk.say(1, "To both")
            await expect(log.get_by_text("To both")).to_be_visible()
            await screenshot(window, "popout")
            await window.reload()
            await expect(log.get_by_text("In the window")).to_be_visible()
            await shop.holds("On the page", "In the window", "To both")
            assert len(await shop.rung("webwidget_triggered")) == 1

    stage.run(story())


_NOTHING_IS_KEPT = """
if (!location.pathname.startsWith("/widget")) {
  const refuse = () => { throw new DOMException("The operation is insecure.", "SecurityError"); };
  for (const name of ["sessionStorage", "localStorage", "indexedDB"]) Object.defineProperty(window, name, { get: refuse });
  Object.defineProperty(Document.prototype, "cookie", { get: refuse, set: refuse });
}
"""


def test_where_the_site_may_keep_nothing_all_works_and_is_forgotten(stage: Stage, house: Server) -> None:
    async def story() -> None:
        # As the reset comes, what is being asked for is refused, and told in the console.
        async with shop_in(stage, house) as shop, visiting(shop.chromium, "status of 401") as context:
            await context.add_init_script(_NOTHING_IS_KEPT)
            widget = await shop.page(context)
            with pytest.raises(BrowserError, match="insecure"):
                await widget.page.evaluate("document.cookie")
            with pytest.raises(BrowserError, match="insecure"):
                await widget.page.evaluate("sessionStorage")
            await widget.start()
            await widget.page.evaluate("$deskbell.setUser('vera', { name: 'Vera' })")
            await widget.say("Hello")
            await shop.desk.say(1, "Hello yourself")
            await widget.reads("Hello", "Hello yourself")
            await widget.page.evaluate("$deskbell.setUser('vera', { name: 'Vera' })")
            await widget.close()
            await widget.page.evaluate("$deskbell.toggle('open')")
            await widget.reads("Hello", "Hello yourself")
            await widget.page.evaluate("$deskbell.reset()")
            await widget.open()
            await expect(widget.frame.get_by_text("Hello yourself")).to_have_count(0)
            await widget.page.reload()
            await widget.page.wait_for_function("window.$deskbell")
            await widget.start()
            await widget.say("Somebody new")
            await shop.holds("Somebody new", number=2)
            assert await context.cookies() == []

    stage.run(story())
