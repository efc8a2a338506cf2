"""`/auth`: signing in with a password or a login link, and what a session proves.

A session is signed, not kept: it ends by its time, with the password it began with, when two-factor sign-in is switched on or off,
or by signing out, which is kept.
"""

from typing import Annotated

from fastapi import Request, Response
from pydantic import Field
from typing_extensions import TypedDict

from deskbell.desk.commands import profiles as commands
from deskbell.desk.commands import two_factor as two_factor_commands
from deskbell.desk.queries import identity, two_factor
from deskbell.desk.queries.identity import Profile
from deskbell.kit import ids
from deskbell.kit.clock import DAY, SECOND
from deskbell.kit.errors import DeskbellError, Unauthenticated
from deskbell.kit.passwords import check_password
from deskbell.store.database import Unit
from deskbell.web.answers import answer, answers
from deskbell.web.bodies import Body, OptionalText
from deskbell.web.deps import SIGN_IN, TheProfile, TheServices, signed_in
from deskbell.web.faces import resource
from deskbell.web.limits import Limits, limit_code, limit_email
from deskbell.web.present import people
from deskbell.web.present.people import ProfileJSON
from deskbell.web.security import open_sign_in
from deskbell.web.services import Services

router = resource("/auth", "Signing in")

REFUSED = "Invalid login credentials. Please try again."
CODE = "This user signs in with a code, too: send it as `otp_code`, or use an access token."
WRONG_CODE = "The code is not right, or was used already: wait for the next one, or use an access token."


class Credentials(Body):
    email: str
    password: OptionalText = None
    sso_auth_token: OptionalText = None
    otp_code: Annotated[
        OptionalText,
        Field(
            description="For who switched two-factor sign-in on: the code of their device, or a recovery code"
        ),
    ] = None
    otp_attempt: Annotated[OptionalText, Field(description="The same, by another name")] = None

    @property
    def code(self) -> str:
        return self.otp_code or self.otp_attempt or ""


class CodeWanted(DeskbellError):
    """Raised within the unit, so that a login link that came without its code can be used again."""

    status, code = Unauthenticated.status, "code_required"


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
    limit_email(limits, body.email)
    async with services.database.read() as reader:
        known = await identity.by_email(reader, body.email)
    by_password = body.password is not None and await check_password(
        body.password, known.password_hash if known else None
    )
    try:
        async with services.database.unit() as unit:
            user_id = known.user_id if known and by_password else await _linked(unit, body)
            if user_id is not None:
                mark = known.mark if known and by_password else await identity.mark_of(unit, user_id)
                await _require_code(unit, request, body, user_id)
                return await _welcome(unit, services, user_id, mark)
    except CodeWanted as wanted:
        return _refused(wanted.message, wanted.code)
    return _refused(REFUSED, Unauthenticated.code)


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


async def _require_code(unit: Unit, request: Request, body: Credentials, user_id: int) -> None:
    """Raises CodeWanted, TooManyRequests."""
    if not await two_factor.is_on(unit, user_id):
        return
    if not body.code:
        raise CodeWanted(CODE)
    limit_code(request, user_id)
    if not await two_factor_commands.prove(unit, user_id, body.code):
        raise CodeWanted(WRONG_CODE)


def _refused(message: str, code: str) -> Response:
    return answer({"success": False, "errors": [message], "error": message, "code": code}, 401)


async def _linked(unit: Unit, body: Credentials) -> int | None:
    return await commands.use_login_link(unit, body.email, body.sso_auth_token or "")


async def _welcome(unit: Unit, services: Services, user_id: int, mark: str) -> Response:
    """`mark` is of what was proven, read before it was: what changed meanwhile ends the session at once."""
    profile: Profile = await identity.profile_of_user(unit, user_id)
    now = services.clock.now()
    until = now + services.settings.sign_in_days * DAY
    response = answer({"data": people.profile(profile)})
    client = ids.token()
    response.headers["access-token"] = open_sign_in(services.secret_key, user_id, mark, client, until)
    response.headers["token-type"] = "Bearer"
    response.headers["client"] = client
    response.headers["expiry"] = str(until // SECOND)
    response.headers["uid"] = profile.user.email
    return response
