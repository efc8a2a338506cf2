"""The clock of a running server is set back an hour, or forward: nothing is lost, nothing is out of order, the bells go on."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, ClassVar

from deskbell.runtime.receiver import Received
from tests.support.aio import run
from tests.support.chance import chance, rounds
from tests.support.crashing import SETTINGS, Scene, scene
from tests.support.faces import Desk, desk_in
from tests.support.process import Server, until
from tests.support.witness import Deed, sent_ago, witnessing

HOUR = 3600


class SteppingServer(Server):
    """A server whose clock is set by the test."""

    command: ClassVar[tuple[str, ...]] = (
        sys.executable,
        str(Path(__file__).parents[1] / "support" / "stepping.py"),
    )

    def __init__(self, folder: Path, database: str, **settings: Any) -> None:
        self._shift = folder / "shift"
        self.shift(0)
        super().__init__(folder, database, test_shift=self._shift, **settings)

    def shift(self, seconds: int) -> None:
        """Let its clock differ from the machine's by that much from now on."""
        new = self._shift.with_suffix(".new")
        new.write_text(str(seconds))
        new.replace(self._shift)


@asynccontextmanager
async def stepping(
    folder: Path, database: str, **settings: Any
) -> AsyncIterator[tuple[SteppingServer, Desk]]:
    """A server whose clock the test sets, and the administrator of an account on it."""
    server = SteppingServer(folder, database, **{**SETTINGS, **settings})
    try:
        await server.start()
        async with desk_in(server) as desk:
            yield server, desk
    finally:
        server.destroy()


async def goes_on(play: Scene, shift: int) -> None:
    """What is written from now on arrives while the clock is as it is, and every attempt names that clock's time."""
    await play.load.more(30)
    await play.catches_up()
    since = len(play.witness.receipts)
    await play.load.more(30)
    await play.catches_up()
    told = [sent_ago(one) for one in play.witness.receipts[since:]]
    assert all(abs(ago + shift) < HOUR / 2 for ago in told), told


def test_a_clock_set_back_and_forward_by_an_hour_loses_nothing_and_keeps_the_order(
    url: str, tmp_path: Path
) -> None:
    luck = chance("step the clock")

    async def story() -> None:
        async with stepping(tmp_path, url) as (server, desk), scene(server, desk, luck) as play:
            play.load.begin()
            for _ in range(rounds()):  # in the middle of everything
                await play.load.more(luck.randint(1, 100))
                server.shift(-HOUR)
                await play.load.more(luck.randint(1, 100))
                server.shift(0)
                await play.load.more(luck.randint(1, 100))
            server.shift(-HOUR)  # and everything that waits goes on
            await goes_on(play, -HOUR)
            server.shift(HOUR)
            await goes_on(play, HOUR)
            await play.reckoning(f"steps of the clock, {url.partition(':')[0]}, {rounds()} rounds")

    run(story())


def test_a_retry_scheduled_before_a_step_back_does_not_wait_for_its_length(url: str, tmp_path: Path) -> None:
    def fails_first(received: Received) -> Deed:
        return Deed(500 if received.attempt == 1 else 200)

    async def story() -> None:
        async with (
            stepping(tmp_path, url, delivery_schedule="0,2", delivery_timeout=1) as (server, desk),
            witnessing(fails_first) as witness,
        ):
            (number,) = await desk.begin(1)
            webhook = await desk.webhook(witness.url, ["message_created"], secret=witness.secret)
            await desk.say(number, "Hello?")

            async def failed() -> bool:
                return bool((await desk.deliveries(webhook["id"]))[0]["attempts"])

            await until(failed, "the first attempt to fail")
            server.shift(-HOUR)
            await until(lambda: witness.messages, "the second attempt", patience=5)

    run(story())
