"""Test sends: one event's sample to a target, now, with the answer to look at."""

from deskbell.delivery import attempt
from deskbell.delivery.http import Client
from deskbell.delivery.run import attempt_of
from deskbell.events.formats import render
from deskbell.events.samples import SAMPLES
from deskbell.kit.errors import Invalid
from deskbell.model.delivery import Attempt
from deskbell.model.event import EventName
from deskbell.model.webhook import Target


async def send(client: Client, target: Target, event: EventName, now: int) -> Attempt:
    """Send the event's sample once, signed like any delivery, and answer what became of it. Nothing is recorded.

    Raises Invalid where the address cannot be sent to any more.
    """
    try:
        to = attempt.destination(target)
    except ValueError as error:
        raise Invalid({"url": str(error)}) from None
    outcome = await client.send(attempt.trial(to, event, render(SAMPLES[event], target.payload_format), now))
    return attempt_of(1, outcome, now)
