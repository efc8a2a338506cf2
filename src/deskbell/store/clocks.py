"""What a clock leaves behind that ran ahead and was set right: waits reckoned by it, which would last as long as it was off.

Beside an instant in the future (`due_at` of lanes, `open_until` of breakers) lies `set_at`, the instant it was reckoned by. One that
is later than now tells of such a clock; the wait, or the lease, then begins anew, and is never shorter than it was meant to be. An
agent's `seen_at` in the future tells of it, too.
"""

from deskbell.kit.clock import parse_iso
from deskbell.store.database import Database, Reader
from deskbell.store.statement import Statement

_AHEAD = Statement(
    "SELECT 1 AS found WHERE EXISTS (SELECT 1 FROM lanes WHERE due_at IS NOT NULL AND set_at > :latest) "
    "OR EXISTS (SELECT 1 FROM target_health WHERE open_until IS NOT NULL AND set_at > :latest) "
    "OR EXISTS (SELECT 1 FROM replays WHERE state = 'running' AND next_at > :latest) "
    "OR EXISTS (SELECT 1 FROM account_users WHERE seen_at > :latest)"
)
_MEND_LANES = Statement(
    "UPDATE lanes SET due_at = :now + (due_at - set_at), set_at = :now WHERE id IN (SELECT id FROM lanes "
    "WHERE due_at IS NOT NULL AND set_at > :latest ORDER BY target_id, subject FOR NO KEY UPDATE)"
)
_MEND_BREAKERS = Statement(
    "UPDATE target_health SET open_until = :now + (open_until - set_at), set_at = :now WHERE target_id IN (SELECT target_id "
    "FROM target_health WHERE open_until IS NOT NULL AND set_at > :latest ORDER BY target_id FOR NO KEY UPDATE)"
)
# A replay pauses for a second at most: no need to remember when the pause began.
_MEND_REPLAYS = Statement(
    "UPDATE replays SET next_at = :now WHERE id IN (SELECT id FROM replays WHERE state = 'running' AND next_at > :latest "
    "ORDER BY id FOR NO KEY UPDATE SKIP LOCKED)"
)
# Whoever was seen in the future would count as there until then; who is there says so again within seconds.
_MEND_PRESENCE = Statement(
    "UPDATE account_users SET seen_at = :now WHERE (account_id, user_id) IN (SELECT account_id, user_id FROM account_users "
    "WHERE seen_at > :latest ORDER BY account_id, user_id FOR NO KEY UPDATE SKIP LOCKED)"
)
_TIME = Statement("SELECT CURRENT_TIMESTAMP AS time")


async def ahead(reader: Reader, latest: int) -> bool:
    """Whether any wait was reckoned by an instant after this one."""
    return await reader.one(_AHEAD, latest=latest) is not None


async def mend(database: Database, slack: int) -> None:
    """Let waits begin anew that were reckoned more than the slack (a second or more) after now; any process may, at any time.

    Each kind in a unit of its own, so that no locks are held across them.
    """
    for statement in (_MEND_PRESENCE, _MEND_REPLAYS, _MEND_BREAKERS, _MEND_LANES):
        async with database.unit() as unit:
            values = {"now": unit.now, "latest": unit.now + slack}
            await unit.run(statement, **values)


async def time(reader: Reader) -> int:
    """The instant by the clock of the database's machine; SQLite tells whole seconds."""
    row = await reader.one(_TIME)
    assert row is not None
    return parse_iso(str(row["time"]))
