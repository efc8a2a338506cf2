"""Agent bots that fail: when one talks to itself, and what people are told."""

from collections.abc import Sequence

from msgspec import Struct

from deskbell.kit.clock import MINUTE

LOOP_MESSAGES = 20
"""More messages of bots than this in a row, within the window and with nobody else between them, are a loop."""

LOOP_WINDOW = MINUTE

STOPPED = (
    "Bots wrote more than {limit} messages within a minute with no person in between. "
    "Deskbell takes no more from bots here until a person writes."
)


class Said(Struct, frozen=True):
    """Who said something, and when."""

    by_bot: bool
    at: int


def is_loop(latest: Sequence[Said]) -> bool:
    """Whether the latest messages, newest first, are bots' alone and too many for the time they took.

    It stays one until a person writes: what bots want to say meanwhile is not taken, so nothing newer comes to stand there.
    """
    row = latest[: LOOP_MESSAGES + 1]
    return (
        len(row) > LOOP_MESSAGES and all(one.by_bot for one in row) and row[0].at - row[-1].at <= LOOP_WINDOW
    )


def stopped() -> str:
    return STOPPED.format(limit=LOOP_MESSAGES)


def handed_over(name: str, *, disabled: bool) -> str:
    """The notice of a bot whose conversations people get."""
    why = "was disabled" if disabled else "has not answered for a while"
    then = "mend the bot and enable it" if disabled else "mend the bot"
    return (
        f"The agent bot {name!r} {why}: the conversations that wait for it are opened for people, as they come. "
        f"To let it answer again, {then}."
    )


def why_open(name: str) -> str:
    """The line in the thread."""
    return f"{name} does not answer: the conversation waits for a person now"
