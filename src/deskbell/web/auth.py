"""`/auth`: signing in with a password or a login link, and what a session proves.

A session is signed, not kept: it ends by its time, with the password it began with, or by signing out, which is kept.
"""

from fastapi import Request, Response
from typing_extensions import TypedDict

from deskbell.desk.commands import profiles as commands
from deskbell.desk.queries import identity
from deskbell.desk.queries.identity import Profile
from deskbell.kit import ids
from deskbell.kit.clock import DAY, SECOND
from deskbell.kit.errors import Unauthenticated
from deskbell.kit.passwords import check_password
from deskbell.store.database import Unit
from deskbell.web.answers import answer, answers
from deskbell.web.bodies import Body, OptionalText
from deskbell.web.deps import SIGN_IN, TheProfile, TheServices, signed_in
from deskbell.web.faces import resource
from deskbell.web.limits import Limits
from deskbell.web.present import people
from deskbell.web.present.people import ProfileJSON
from deskbell.web.security import open_sign_in
from deskbell.web.services import Services

router = resource("/auth", "Signing in")

REFUSED = "Invalid login credentials. Please try again."


class Credentials(Body):
    email: str
    password: OptionalText = None
    sso_auth_token: OptionalText = None


class SignedInJSON(TypedDict):
    data: ProfileJSON


class ValidJSON(TypedDict):
    success: bool
    data: ProfileJSON


class ValidatedJSON(TypedDict):
    payload: ValidJSON


class SignedOutJSON(TypedDict):
    success: bool


@router.post("/sign_in", summary="Sign in", responses=answers(SignedInJSON))
async def sign_in(body: Credentials, request: Request, services: TheServices) -> Response:
    limits: Limits = request.app.state.limits
    limits.require(limits.sign_in, body.email.strip().lower())
    async with services.database.read() as reader:
        known = await identity.by_email(reader, body.email)
    by_password = body.password is not None and await check_password(
        body.password, known.password_hash if known else None
    )
    async with services.database.unit() as unit:
        user_id = known.user_id if known and by_password else await _linked(unit, body)
        if user_id is not None:
            return await _welcome(unit, services, user_id)
    return answer({"success": False, "errors": [REFUSED], "error": REFUSED, "code": "unauthenticated"}, 401)


@router.get("/validate_token", summary="Whether a session holds", responses=answers(ValidatedJSON))
async def validate_token(profile: TheProfile) -> Response:
    return answer({"payload": {"success": True, "data": people.profile(profile)}})


@router.delete("/sign_out", summary="End this session", responses=answers(SignedOutJSON))
async def sign_out(request: Request, services: TheServices) -> Response:
    session = signed_in(request)
    if session is None:
        raise Unauthenticated(SIGN_IN)
    async with services.database.unit() as unit:
        await commands.sign_out(unit, session)
    return answer({"success": True})


async def _linked(unit: Unit, body: Credentials) -> int | None:
    return await commands.use_login_link(unit, body.email, body.sso_auth_token or "")


async def _welcome(unit: Unit, services: Services, user_id: int) -> Response:
    profile: Profile = await identity.profile_of_user(unit, user_id)
    now = services.clock.now()
    until = now + services.settings.sign_in_days * DAY
    mark = await identity.mark_of(unit, user_id)
    response = answer({"data": people.profile(profile)})
    client = ids.token()
    response.headers["access-token"] = open_sign_in(services.secret_key, user_id, mark, client, until)
    response.headers["token-type"] = "Bearer"
    response.headers["client"] = client
    response.headers["expiry"] = str(until // SECOND)
    response.headers["uid"] = profile.user.email
    return response
