"""Coming back: a listener that says how far it has heard gets what it missed, in order, and then what happens."""

from collections.abc import Sequence

from deskbell.model.listener import Listener
from deskbell.realtime.hub import Subscription
from deskbell.realtime.told import WHOLE, Cursor, Told
from deskbell.store import events, messages
from deskbell.store.database import Database, Reader

MOST = 1_000
"""Missed events that are sent again; who missed more does better to load everything anew."""
WINDOW = 20_000
"""How far back the account's journal is searched for them."""
AT_ONCE = 50
PATIENCE = 30.0
"""Seconds a listener may take nothing of what it missed."""


async def can_resume(reader: Reader, who: Listener, cursor: Cursor) -> bool:
    """Whether all that follows can be sent again: it is there, it is not too much, and the client comes from no other journal."""
    before = _before(cursor)
    pruned, last = await events.extent(reader, who.account_id)
    if before < pruned or cursor.number > last or last - before > WINDOW:
        return False
    return len(await events.heard_numbers(reader, who, before, MOST + 1)) <= MOST


async def catch_up(database: Database, one: Subscription) -> None:
    """Send what follows the subscription's cursor, then let it go on. It holds what happens meanwhile."""
    outbox = one.connection.outbox
    after = _before(one.cursor)
    while await outbox.room(PATIENCE):
        async with database.read() as reader:
            found = await events.heard(reader, one.who, after, AT_ONCE)
            told = [Told(event) for event in found]
            taken_back = await _taken_back(reader, told)
        for event, telling in zip(found, told, strict=True):
            after = event.number
            if not telling.words_of(taken_back):
                one.deliver(telling.messages(one.who))
        if len(found) < AT_ONCE:
            if one.release():
                return
            one.hold()
    outbox.lose()


async def _taken_back(reader: Reader, told: Sequence[Told]) -> set[int]:
    """The messages whose words are no more there: who did not hear them in time does not hear them now."""
    ids = {one.message_id for one in told if one.message_id is not None}
    kept = await messages.views(reader, sorted(ids))
    return ids - {view.message.id for view in kept if not view.message.deleted}


def _before(cursor: Cursor) -> int:
    """The last event that a cursor has had all of."""
    return cursor.number if cursor.part == WHOLE else cursor.number - 1
