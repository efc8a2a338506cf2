"""Signing in with a password or a login link, signing out, and a new password by a link."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query, Request, Response

from deskbell.desk.commands import browser_sessions as commands
from deskbell.desk.commands import profiles
from deskbell.desk.commands.setup import is_empty
from deskbell.desk.queries import first_steps, identity, two_factor
from deskbell.kit.clock import DAY
from deskbell.kit.errors import Invalid, TooManyRequests, Unauthenticated
from deskbell.kit.passwords import check_password, hash_password
from deskbell.model.user import User
from deskbell.store.database import Unit
from deskbell.web.dashboard import session
from deskbell.web.dashboard.deps import AnyonesForm, Form, TheForm, TheVisit, the_visit
from deskbell.web.dashboard.entrance import halfway
from deskbell.web.dashboard.rendering import THEME_COOKIE, THEMES, go, own_path, render
from deskbell.web.dashboard.route import screen
from deskbell.web.deps import TheServices
from deskbell.web.limits import Limits, address_of, limit_email
from deskbell.web.services import Services

router = screen()

WRONG = "That email and password do not go together."
LINK_OVER = "This link was used already, or its time is over. Ask for a new one."
PASSWORD = "should have 8 to 128 characters"  # noqa: S105 - advice

Text = Annotated[str, Query(max_length=1000)]


@router.get("")
async def front_door(request: Request, services: TheServices) -> Response:
    try:
        visit = await the_visit(request)
    except Unauthenticated:
        async with services.database.glance() as reader:
            return go(request, "/app/setup" if await is_empty(reader) else "/app/login")
    active = [one for one in visit.profile.memberships if one.account_status == "active"]
    if not active:
        return render(visit, request, "entrance/homeless.html")
    home = f"/app/accounts/{active[0].account_id}"
    async with services.database.glance() as reader:
        actor = await identity.user_actor(reader, visit.profile.user.id, active[0].account_id)
        return go(request, f"{home}/conversations" if await first_steps.begun(reader, actor) else home)


@router.get("/login")
async def show_sign_in(
    request: Request, services: TheServices, email: Text = "", sso_auth_token: Text = "", next: Text = ""
) -> Response:
    if not sso_auth_token:
        async with services.database.glance() as reader:
            if await is_empty(reader):
                return go(request, "/app/setup")
    return _sign_in_page(request, email, link=sso_auth_token, onward=next)


@router.post("/login")
async def sign_in(request: Request, form: AnyonesForm, services: TheServices) -> Response:
    email, onward, link = form.text("email"), form.text("next"), form.text("sso_auth_token")
    try:
        limit(request, email)
    except TooManyRequests as refused:
        response = _sign_in_page(request, email, onward=onward, wrong=refused.message, status=refused.status)
        response.headers["retry-after"] = str(refused.wait)
        return response
    async with services.database.read() as reader:
        known = await identity.by_email(reader, email)
    if not link and await check_password(form.text("password"), known.password_hash if known else None):
        assert known is not None
        async with services.database.unit() as unit:
            return await admit(unit, request, services, known.user_id, onward)
    async with services.database.unit() as unit:
        user_id = await profiles.use_login_link(unit, email, link)
        if user_id is not None:
            return await admit(unit, request, services, user_id, onward)
    return _sign_in_page(request, email, onward=onward, wrong=LINK_OVER if link else WRONG, status=422)


@router.post("/logout")
async def sign_out(request: Request, _form: TheForm, visit: TheVisit) -> Response:
    async with visit.services.database.unit() as unit:
        await commands.end_session(unit, visit.profile.user.id, visit.session.id)
    response = go(request, "/app/login")
    session.finish(response)
    return response


@router.get("/reset")
async def show_reset(
    request: Request, services: TheServices, email: Text = "", token: Text = "", first: Text = ""
) -> Response:
    """The link somebody was mailed or given; nothing is used up by looking at it."""
    async with services.database.glance() as reader:
        owner = await identity.link_owner(reader, email, token)
    over, name = ("", _chosen_name(owner)) if owner else (LINK_OVER, "")
    return render(
        None,
        request,
        "entrance/reset.html",
        email=email,
        token=token,
        first=bool(first),
        over=over,
        called=name,
    )


@router.post("/reset")
async def reset_password(request: Request, form: AnyonesForm, services: TheServices) -> Response:
    email, token, first = form.text("email"), form.text("token"), form.flag("first")
    name = form.text("name") if first else ""
    limit(request, email)
    problems = password_problems(form)
    over = ""
    if not problems:
        hashed = await hash_password(form.text("password"))
        try:
            async with services.database.unit() as unit:
                user_id = await profiles.use_login_link(unit, email, token)
                if user_id is not None:
                    await commands.choose_password(unit, user_id, hashed, name)
                    return await admit(unit, request, services, user_id)
            over = LINK_OVER
        except Invalid as wrong:
            problems = wrong.fields
    typed = {"email": email, "token": token, "first": first, "called": name}
    return render(None, request, "entrance/reset.html", 422, **typed, over=over, problems=problems)


@router.post("/theme")
async def choose_theme(request: Request, form: AnyonesForm) -> Response:
    """Where no script does it at once."""
    response = go(request, own_path(form.text("next")))
    chosen = form.text("theme")
    if chosen in THEMES:
        response.set_cookie(THEME_COOKIE, chosen, max_age=365 * 86_400, path="/app", samesite="lax")
    else:
        response.delete_cookie(THEME_COOKIE, path="/app")
    return response


async def admit(unit: Unit, request: Request, services: Services, user_id: int, onward: str = "") -> Response:
    """Whose password or link was right is asked for a code, if they switched that on, or let in."""
    if not await two_factor.is_on(unit, user_id):
        return await welcome(unit, request, services, user_id, onward)
    who = halfway.Halfway(
        user_id=user_id, mark=await identity.mark_of(unit, user_id), onward=own_path(onward)
    )
    response = go(request, f"{halfway.PATH}/code")
    halfway.begin(response, request, services, who)
    return response


async def welcome(
    unit: Unit, request: Request, services: Services, user_id: int, onward: str = ""
) -> Response:
    """Begin a session, and go where they wanted to."""
    token = await commands.open_session(
        unit,
        user_id,
        user_agent=request.headers.get("user-agent", ""),
        address=request.client.host if request.client else "",
        life=services.settings.sign_in_days * DAY,
    )
    response = go(request, own_path(onward))
    session.begin(response, request, services, token)
    return response


def _chosen_name(user: User) -> str:
    """What somebody is called, unless it was only guessed from their address."""
    return "" if user.name == user.email.partition("@")[0] else user.name


def limit(request: Request, email: str) -> None:
    """Count an attempt, by address and by email. Raises TooManyRequests."""
    limits: Limits = request.app.state.limits
    limits.require(limits.sign_in, address_of(request.scope), "Too many attempts.")
    limit_email(limits, email)


def password_problems(form: Form) -> dict[str, str]:
    return {} if 8 <= len(form.text("password")) <= 128 else {"password": PASSWORD}


def reset_link(address: str, email: str, token: str, *, first: bool = False) -> str:
    """Where somebody chooses a password, once."""
    query = urlencode({"email": email, "token": token} | ({"first": "1"} if first else {}))
    return f"{address.rstrip('/')}/app/reset?{query}"


def _sign_in_page(
    request: Request, email: str, *, link: str = "", onward: str = "", wrong: str = "", status: int = 200
) -> Response:
    return render(
        None,
        request,
        "entrance/login.html",
        status,
        email=email,
        link=link,
        onward=own_path(onward) if onward else "",
        wrong=wrong,
    )
