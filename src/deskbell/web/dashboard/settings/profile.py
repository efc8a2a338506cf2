"""One's own: names, password, access token, and where one is signed in."""

from typing import Any

import ua_parser
from fastapi import Request, Response
from msgspec import Struct

from deskbell.desk.commands import browser_sessions as session_commands
from deskbell.desk.commands import profiles as commands
from deskbell.desk.commands.profiles import UserChanges
from deskbell.desk.queries import browser_sessions, identity, two_factor
from deskbell.kit.errors import Invalid
from deskbell.kit.passwords import check_password, hash_password
from deskbell.model.browser_session import BrowserSession
from deskbell.web.bodies import PathId
from deskbell.web.dashboard import pictures
from deskbell.web.dashboard.deps import Desk, Form, TheDesk, TheForm, form_with_files
from deskbell.web.dashboard.entrance.signin import limit, password_problems
from deskbell.web.dashboard.rendering import go, render
from deskbell.web.dashboard.route import ACCOUNT, screen

router = screen(f"{ACCOUNT}/profile")


OWN = ("name", "display_name", "email")


class Place(Struct, frozen=True):
    """A browser somebody is signed in with."""

    session: BrowserSession
    browser: str
    here: bool


@router.get("")
async def show_profile(request: Request, desk: TheDesk) -> Response:
    return await _page(request, desk)


@router.post("")
async def update_profile(request: Request, desk: TheDesk) -> Response:
    form = Form({})
    try:
        async with form_with_files(request, pictures.FILES) as form:
            await _update(desk, form)
    except Invalid as wrong:
        typed = {name: form.text(name) for name in OWN}
        picture = pictures.shown(desk.services, desk.visit.profile.user.avatar_url, form)
        return await _page(request, desk, 422, typed=typed, picture=picture, problems=wrong.fields)
    return go(request, desk.path("/profile"), "Saved.")


async def _update(desk: Desk, form: Form) -> None:
    """Raises Invalid."""
    refused: dict[str, str] = {}
    picture = await pictures.changes(desk.services, desk.visit.profile.user.avatar_url, form, refused)
    if refused:
        raise Invalid(refused)
    typed: dict[str, Any] = {name: form.text(name) for name in OWN}
    changes = UserChanges(**typed, **picture)
    async with desk.services.database.unit() as unit:
        await commands.change_user(unit, desk.actor.id, changes)


@router.post("/password")
async def change_password(request: Request, form: TheForm, desk: TheDesk) -> Response:
    """Everywhere else they are signed out."""
    limit(request, desk.visit.profile.user.email)
    problems = password_problems(form)
    async with desk.services.database.read() as reader:
        kept = await identity.password_hash_of(reader, desk.actor.id)
    if kept is not None and not await check_password(form.text("current_password"), kept):
        problems |= {"current_password": "is not the one you have"}
    if problems:
        return await _page(request, desk, 422, problems=problems)
    hashed = await hash_password(form.text("password"))
    async with desk.services.database.unit() as unit:
        await session_commands.set_password(unit, desk.actor.id, hashed, desk.visit.session.id)
    return go(
        request, desk.path("/profile"), "Your password is changed, and you are signed out everywhere else."
    )


@router.post("/access_token")
async def reset_access_token(request: Request, _form: TheForm, desk: TheDesk) -> Response:
    async with desk.services.database.unit() as unit:
        await commands.reset_access_token(unit, desk.actor.id)
    return go(
        request, desk.path("/profile"), "Here is your new access token. The one before is of no use any more."
    )


@router.post("/sessions/end_others")
async def end_other_sessions(request: Request, _form: TheForm, desk: TheDesk) -> Response:
    async with desk.services.database.unit() as unit:
        await session_commands.end_other_sessions(unit, desk.visit.session)
    return go(request, desk.path("/profile"), "You are signed out everywhere else.")


@router.post("/sessions/{session_id}/end")
async def end_session(session_id: PathId, request: Request, _form: TheForm, desk: TheDesk) -> Response:
    async with desk.services.database.unit() as unit:
        await session_commands.end_session(unit, desk.actor.id, session_id)
    return go(request, desk.path("/profile"), "Signed out there.")


async def _page(request: Request, desk: Desk, status: int = 200, **values: Any) -> Response:
    user = desk.visit.profile.user
    async with desk.services.database.read() as reader:
        found = await browser_sessions.all_sessions(reader, user.id)
        has_password = await identity.password_hash_of(reader, user.id) is not None
        two_factor_on = await two_factor.is_on(reader, user.id)
    shown = {
        "typed": {"name": user.name, "display_name": user.display_name or "", "email": user.email},
        "picture": pictures.shown(desk.services, user.avatar_url),
        "token": desk.visit.profile.access_token,
        "has_password": has_password,
        "two_factor_on": two_factor_on,
        "places": [Place(one, _browser(one.user_agent), one.id == desk.visit.session.id) for one in found],
    }
    return render(desk, request, "settings/profile.html", status, **shown | values)


def _browser(user_agent: str) -> str:
    """What people call it: `Firefox on Linux`."""
    found = ua_parser.parse(user_agent)
    name = found.user_agent.family if found.user_agent else "A browser"
    return f"{name} on {found.os.family}" if found.os else name
