"""Second factors, and the codes that stand in for a lost device. Those are kept as hashes."""

from collections.abc import Sequence

from deskbell.model.two_factor import TwoFactor
from deskbell.store.database import Reader, Unit
from deskbell.store.shape import Shape, insert
from deskbell.store.statement import Statement

SHAPE = Shape(TwoFactor)

_BEGIN = Statement(
    "INSERT INTO two_factors (user_id, secret, created_at) VALUES (:user_id, :secret, :now) "
    "ON CONFLICT (user_id) DO UPDATE SET secret = excluded.secret, created_at = excluded.created_at "
    "WHERE two_factors.confirmed_at IS NULL RETURNING user_id"
)
_GET = Statement(f"SELECT {SHAPE.columns('f')} FROM two_factors f WHERE f.user_id = :user_id")
_LOCK = Statement(f"{_GET.text} FOR UPDATE")
_CONFIRM = Statement("UPDATE two_factors SET confirmed_at = :now, last_step = :step WHERE user_id = :user_id")
_USE_STEP = Statement(
    "UPDATE two_factors SET last_step = :step WHERE user_id = :user_id AND last_step < :step RETURNING user_id"
)
_DELETE = Statement("DELETE FROM two_factors WHERE user_id = :user_id")
_ADD_CODE = Statement(insert("recovery_codes", "user_id", "code_hash"))
_TAKE_CODE = Statement(
    "DELETE FROM recovery_codes WHERE user_id = :user_id AND code_hash = :code_hash RETURNING user_id"
)
_DROP_CODES = Statement("DELETE FROM recovery_codes WHERE user_id = :user_id")
_CODES_LEFT = Statement("SELECT COUNT(*) AS codes FROM recovery_codes WHERE user_id = :user_id")


async def begin(unit: Unit, user_id: int, secret: str) -> bool:
    """Keep a secret to be confirmed, in place of one that was not; False where one is confirmed already."""
    return await unit.one(_BEGIN, user_id=user_id, secret=secret, now=unit.now) is not None


async def get(reader: Reader, user_id: int) -> TwoFactor | None:
    row = await reader.one(_GET, user_id=user_id)
    return None if row is None else SHAPE.read(row)


async def lock(unit: Unit, user_id: int) -> TwoFactor | None:
    """One to be confirmed or switched off; others who want to wait."""
    row = await unit.one(_LOCK, user_id=user_id)
    return None if row is None else SHAPE.read(row)


async def confirm(unit: Unit, user_id: int, step: int) -> None:
    await unit.run(_CONFIRM, user_id=user_id, step=step, now=unit.now)


async def use_step(unit: Unit, user_id: int, step: int) -> bool:
    """Let a code of this span of time be the last; False where it, or a later one, was taken already."""
    return await unit.one(_USE_STEP, user_id=user_id, step=step) is not None


async def delete(unit: Unit, user_id: int) -> None:
    """With the recovery codes."""
    await unit.run(_DROP_CODES, user_id=user_id)
    await unit.run(_DELETE, user_id=user_id)


async def replace_codes(unit: Unit, user_id: int, hashes: Sequence[str]) -> None:
    """New recovery codes; those there were are of no use any more."""
    await unit.run(_DROP_CODES, user_id=user_id)
    await unit.run_many(_ADD_CODE, [{"user_id": user_id, "code_hash": one} for one in hashes])


async def take_code(unit: Unit, user_id: int, code_hash: str) -> bool:
    """Use a recovery code up; False for one that is none, or was used."""
    return await unit.one(_TAKE_CODE, user_id=user_id, code_hash=code_hash) is not None


async def codes_left(reader: Reader, user_id: int) -> int:
    row = await reader.one(_CODES_LEFT, user_id=user_id)
    assert row is not None, "a count always has a row"
    return int(row["codes"])
