"""Each API inbox's webhook_url is delivered to by its own terms."""

from deskbell.desk.commands import inboxes
from deskbell.desk.commands.inboxes import InboxChanges
from deskbell.model.webhook import Address
from tests.support.aio import run
from tests.support.delivering import scene


def test_each_inbox_is_told_in_its_own_format_with_its_own_headers(url: str) -> None:
    async def story() -> None:
        async with scene(url) as play:
            alice, inbox = play.world.alice, play.world.api_inbox
            await play.world.webhook(f"{play.url}/plain", ["message_created"])
            mine = InboxChanges(
                webhook=Address(play.url), payload_format="chatwoot", headers={"X-Team": "blue"}
            )
            await play.world.do(inboxes.update_inbox, alice, inbox.id, mine)
            await play.world.conversation()
            await play.say(1, "hello")
            async with play.working():
                await play.until(lambda: len(play.heard()) == 2 and len(play.heard("/hook/plain")) == 1)
            for one in play.received:
                to_inbox = one.path == "/hook"
                assert ("x-chatwoot-signature" in one.headers) == to_inbox
                assert one.headers.get("x-team") == ("blue" if to_inbox else None)

    run(story())


def test_what_waits_for_a_paused_inbox_goes_out_in_the_format_it_has_then(url: str) -> None:
    async def story() -> None:
        async with scene(url) as play:
            alice, inbox = play.world.alice, play.world.api_inbox
            paused = InboxChanges(webhook=Address(play.url), status="paused")
            await play.world.do(inboxes.update_inbox, alice, inbox.id, paused)
            await play.world.conversation()
            async with play.working():
                await play.pause(0.1)
                assert play.received == []
                again = InboxChanges(payload_format="chatwoot", status="enabled")
                await play.world.do(inboxes.update_inbox, alice, inbox.id, again)
                await play.until(lambda: play.has_received(1))
            assert play.received[0].headers["x-chatwoot-signature"].startswith("sha256=")

    run(story())
