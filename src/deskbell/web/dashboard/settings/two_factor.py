"""One's own second factor: switched on with a first code, its recovery codes, switched off."""

from typing import Any

import segno
from fastapi import Request, Response

from deskbell.desk.commands import two_factor as commands
from deskbell.desk.queries import identity
from deskbell.desk.queries import two_factor as queries
from deskbell.desk.rules import two_factor as rules
from deskbell.kit.errors import Invalid
from deskbell.kit.passwords import check_password
from deskbell.web.dashboard.deps import Desk, Form, TheDesk, TheForm
from deskbell.web.dashboard.rendering import go, render
from deskbell.web.dashboard.route import ACCOUNT, screen
from deskbell.web.limits import limit_code

router = screen(f"{ACCOUNT}/profile/two_factor")


@router.get("")
async def show_two_factor(request: Request, desk: TheDesk) -> Response:
    return await _page(request, desk)


@router.post("")
async def begin(request: Request, _form: TheForm, desk: TheDesk) -> Response:
    async with desk.services.database.unit() as unit:
        await commands.begin(unit, desk.actor.id)
    return go(request, _path(desk))


@router.post("/confirm")
async def confirm(request: Request, form: TheForm, desk: TheDesk) -> Response:
    """The recovery codes are shown on the page that answers, and nowhere again."""
    limit_code(request, desk.actor.id)
    try:
        async with desk.services.database.unit() as unit:
            codes = await commands.confirm(unit, desk.actor.id, form.text("code"), desk.visit.session.id)
    except Invalid as wrong:
        return await _page(request, desk, 422, problems=wrong.fields)
    return await _page(request, desk, codes=codes, began=True)


@router.post("/recovery_codes")
async def renew_codes(request: Request, form: TheForm, desk: TheDesk) -> Response:
    limit_code(request, desk.actor.id)
    async with desk.services.database.unit() as unit:
        right = await commands.prove(unit, desk.actor.id, form.text("code"))
        codes = await commands.renew_codes(unit, desk.actor.id) if right else []
    if not right:
        return await _page(request, desk, 422, problems={"code": commands.WRONG})
    return await _page(request, desk, codes=codes)


@router.post("/off")
async def switch_off(request: Request, form: TheForm, desk: TheDesk) -> Response:
    """Whoever sits down at an open desk knows neither the password nor the code."""
    limit_code(request, desk.actor.id)
    problems = await _password_problems(desk, form)
    if not problems:
        async with desk.services.database.unit() as unit:
            if await commands.prove(unit, desk.actor.id, form.text("off_code")):
                await commands.switch_off(unit, desk.actor.id, desk.visit.session.id)
                return go(request, desk.path("/profile"), "Two-factor sign-in is off.")
        problems = {"off_code": commands.WRONG}
    return await _page(request, desk, 422, problems=problems)


async def _password_problems(desk: Desk, form: Form) -> dict[str, str]:
    async with desk.services.database.read() as reader:
        kept = await identity.password_hash_of(reader, desk.actor.id)
    if kept is None or await check_password(form.text("password"), kept):
        return {}
    return {"password": "is not the one you have"}


async def _page(request: Request, desk: Desk, status: int = 200, **values: Any) -> Response:
    user = desk.visit.profile.user
    async with desk.services.database.read() as reader:
        state = await queries.state(reader, user.id)
        has_password = await identity.password_hash_of(reader, user.id) is not None
    address = rules.address(state.secret, user.email) if state.secret else ""
    shown = {
        "state": state,
        "has_password": has_password,
        "picture": _picture(address) if address else "",
        "address": address,
        "codes": [],
        "began": False,
    }
    return render(desk, request, "settings/two_factor.html", status, **shown | values)


def _picture(address: str) -> str:
    """A QR code, dark on light in whatever colours the page is: phones read no other."""
    return segno.make(address, error="m", micro=False).svg_inline(
        dark="#000", light="#fff", border=3, omitsize=True, svgclass="qr", lineclass=None
    )


def _path(desk: Desk) -> str:
    return desk.path("/profile/two_factor")
