"""The second factor of those who want one: switched on by a first code, asked for at each sign-in, switched off."""

import pyotp

from deskbell.desk.actor import Actor
from deskbell.desk.commands import audit, browser_sessions
from deskbell.desk.rules import two_factor as rules
from deskbell.kit import ids
from deskbell.kit.errors import Conflict, Invalid
from deskbell.store import profiles, two_factors, users
from deskbell.store.database import Unit

ON = "Two-factor sign-in is on already."
WRONG = "is not right, or was used already: wait for the next one"


async def begin(unit: Unit, user_id: int) -> None:
    """Make a secret to be confirmed. Raises Conflict where one is confirmed already."""
    if not await two_factors.begin(unit, user_id, pyotp.random_base32()):
        raise Conflict(ON)


async def confirm(unit: Unit, user_id: int, code: str, keep: int = 0) -> list[str]:
    """Ask for codes from now on; answers the recovery codes, which nobody is shown again.

    Sessions that began without a code end, by browsers and by programs, but the one that `keep` names. Raises Conflict, Invalid.
    """
    kept = await two_factors.lock(unit, user_id)
    if kept is None or kept.confirmed_at is not None:
        raise Conflict(ON if kept else "Begin anew: there is no secret to confirm.")
    step = rules.step_of(kept.secret, rules.cleaned(code), unit.now)
    if step is None:
        raise Invalid({"code": "is not the one your device shows: is its clock right?"})
    await two_factors.confirm(unit, user_id, step)
    await profiles.change_proof(unit, user_id)
    await browser_sessions.keep_only(unit, user_id, keep)
    await _note(unit, user_id, on=True)
    return await renew_codes(unit, user_id)


async def prove(unit: Unit, user_id: int, code: str) -> bool:
    """Whether a code is one of the user's: their device's, of a time that none was taken of yet, or a recovery code, which is used up."""
    kept = await two_factors.get(unit, user_id)
    if kept is None or kept.confirmed_at is None:
        return False
    code = rules.cleaned(code)
    step = rules.step_of(kept.secret, code, unit.now)
    if step is not None:
        return await two_factors.use_step(unit, user_id, step)
    return await two_factors.take_code(unit, user_id, rules.code_hash(user_id, code))


async def renew_codes(unit: Unit, user_id: int) -> list[str]:
    """New recovery codes in place of those there were."""
    codes = [ids.readable() for _ in range(rules.CODES)]
    await two_factors.replace_codes(unit, user_id, [rules.code_hash(user_id, code) for code in codes])
    return codes


async def switch_off(unit: Unit, user_id: int, keep: int = 0) -> bool:
    """Ask for no codes any more; whether any were asked for. Sessions end, but the one that `keep` names."""
    kept = await two_factors.lock(unit, user_id)
    await two_factors.delete(unit, user_id)
    if kept is None or kept.confirmed_at is None:
        return False
    await profiles.change_proof(unit, user_id)
    await browser_sessions.keep_only(unit, user_id, keep)
    await _note(unit, user_id, on=False)
    return True


async def _note(unit: Unit, user_id: int, *, on: bool) -> None:
    for one in await users.memberships(unit, user_id):
        actor = Actor(kind="user", account_id=one.account_id, id=user_id)
        await audit.note(unit, actor, "update", ("AccountUser", user_id), {"two_factor": [not on, on]})
