"""An account deleted while it is being told of: nothing of it is left, and the worker goes on with the others."""

from deskbell.runtime.receiver import Reply
from deskbell.store import accounts
from deskbell.store.statement import Statement
from tests.support.aio import run
from tests.support.delivering import scene
from tests.support.world import open_account

LEFT = Statement(
    "SELECT (SELECT COUNT(*) FROM attempts) + (SELECT COUNT(*) FROM deliveries) + (SELECT COUNT(*) FROM lanes) "
    "+ (SELECT COUNT(*) FROM event_bodies) + (SELECT COUNT(*) FROM events) + (SELECT COUNT(*) FROM targets) AS left_over"
)


def test_an_account_may_be_deleted_while_a_delivery_is_in_flight(url: str) -> None:
    async def story() -> None:
        async with scene(url, delivery_timeout=0.4) as play:
            await play.world.webhook(play.url)
            play.answer = lambda received: Reply(200, delay=60) if received.path == "/hook" else 200
            async with play.working():
                await play.world.conversation()
                await play.until(lambda: play.has_received(1))
                await play.world.do(accounts.delete, play.world.account_id)
                await play.pause(0.8)
                async with play.world.database.read() as reader:
                    row = await reader.one(LEFT)
                assert row is not None
                assert row["left_over"] == 0
                other = await open_account(play.world.database, play.world.clock, "Other", "example.org")
                await other.webhook(f"{play.url}/other")
                await other.conversation()
                await play.until(lambda: len(play.heard("/hook/other")) >= 1)

    run(story())
