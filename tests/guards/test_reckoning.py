"""The reckoning of the crash tests finds what it is there to find: a checker that never complains proves nothing."""

import asyncio
import json
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import pytest
from msgspec.structs import replace

from deskbell.runtime.receiver import Received
from tests.support import hooks
from tests.support.aio import run
from tests.support.bells import KEY
from tests.support.process import until
from tests.support.reckoning import Ledger, Message, Reckoning, reckon
from tests.support.witness import Deed, Receipt, Witness, read_request, witnessing

ACKNOWLEDGED = [Message(id=number, conversation=7, content=f"7-{number}") for number in (1, 2, 3)]


def ledger() -> Ledger:
    kept = Ledger(account_id=1)
    kept.acknowledged = list(ACKNOWLEDGED)
    kept.written = [one.content for one in ACKNOWLEDGED]
    return kept


def body(number: int, **other: Any) -> bytes:
    told = {"event": "message_created", "id": number, "content": f"7-{number}", "conversation": {"id": 7}}
    return json.dumps(told | other).encode()


def headers(number: int, content: bytes) -> dict[str, str]:
    signed = {name.lower(): value for name, value in hooks.signed(content, KEY).items()}
    return signed | {"deskbell-delivery": str(number)}


def receipt(number: int, *, accepted: bool = True, **other: Any) -> Receipt:
    content = body(number, **other)
    return Receipt(received(number, content, headers(number, content)), accepted)


def received(number: int, content: bytes, said: dict[str, str]) -> Received:
    """The id is put in afterwards: what signs for these tests knows one id only."""
    return replace(read_request(said, content, KEY, number), event_id=f"evt_1_{number}")


def reckoned(*receipts: Receipt, dead: tuple[str, ...] = ()) -> Reckoning:
    return reckon(ledger(), receipts, dead=dead)


def test_all_is_well_where_everything_came_in_order_and_some_of_it_twice() -> None:
    found = reckoned(receipt(1), receipt(2, accepted=False), receipt(2), receipt(2), receipt(3))
    found.check()
    assert (found.acknowledged, found.events, found.duplicates, found.retries) == (3, 3, 1, 1)


@pytest.mark.parametrize(
    ("receipts", "fault"),
    [
        ([receipt(1), receipt(2)], "lost"),
        ([receipt(1), receipt(2), receipt(3, accepted=False)], "lost"),
        ([receipt(1), receipt(2), receipt(3, content="something else")], "lost"),
        ([receipt(1), receipt(3), receipt(2)], "inversions"),
        ([receipt(1), receipt(2, accepted=False), receipt(3), receipt(2)], "inversions"),
        ([receipt(1), receipt(2), receipt(3), receipt(5, content="7-1")], "gaps"),
        ([receipt(1), receipt(2), receipt(3), receipt(3, more="bytes")], "altered"),
        ([receipt(1), receipt(2), receipt(3), receipt(4, content="never written")], "strangers"),
    ],
)
def test_each_fault_is_found(receipts: list[Receipt], fault: str) -> None:
    found = reckoned(*receipts)
    assert fault in found.faults
    with pytest.raises(AssertionError, match=fault):
        found.check()


def test_what_is_visibly_dead_is_not_lost_and_holds_nothing_up() -> None:
    reckoned(receipt(1), receipt(2, accepted=False), receipt(3), dead=("evt_1_2",)).check()


def test_a_signature_that_does_not_hold_is_found() -> None:
    content = body(3)
    told = received(3, content, headers(3, content) | {"webhook-signature": "v1,bm8="})
    found = reckoned(receipt(1), receipt(2), Receipt(told, accepted=True))
    assert found.faults == {"altered": ["evt_1_3: the signature is not ours"]}


async def send(witness: Witness) -> asyncio.StreamWriter:
    """Send a request and return once it has come, without waiting for the answer."""
    already = len(witness.receipts)
    port = urlsplit(witness.url).port
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(hooks.post(body(1), hooks.signed(body(1), KEY)))
    await until(lambda: len(witness.receipts) > already, "the request")
    return writer


async def close(*writers: asyncio.StreamWriter) -> None:
    for writer in writers:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


def test_two_attempts_of_a_conversation_at_once_are_noticed() -> None:
    async def story() -> None:
        async with witnessing(lambda _: Deed(200, 3600)) as witness:
            writers = [await send(witness), await send(witness)]
            assert len(witness.overlaps) == 1
            await close(*writers)

    run(story())


def test_an_attempt_that_its_sender_cut_is_in_flight_no_more() -> None:
    async def story() -> None:
        async with witnessing(lambda _: Deed(200, 3600)) as witness:
            await close(await send(witness))
            await close(await send(witness))
            assert witness.overlaps == []

    run(story())
