"""The Platform API's users."""

from urllib.parse import urlencode

from fastapi import Response
from typing_extensions import TypedDict

from deskbell.desk.commands import platform as commands
from deskbell.desk.commands.profiles import UserChanges
from deskbell.desk.queries import platform as queries
from deskbell.kit.passwords import hash_password
from deskbell.web.answers import answer, answers, empty
from deskbell.web.bodies import Body, OptionalText, Password, PathId
from deskbell.web.deps import TheServices
from deskbell.web.faces import PLATFORM, resource, updates
from deskbell.web.platform.deps import TheApp
from deskbell.web.present import people
from deskbell.web.present.people import ProfileJSON

router = resource(f"{PLATFORM}/users", "Platform API")


class UserFields(Body):
    name: OptionalText = None
    display_name: OptionalText = None
    email: OptionalText = None
    password: Password = None

    async def password_hash(self) -> str | None:
        return None if self.password is None else await hash_password(self.password)


class LoginJSON(TypedDict):
    url: str


class TokenUserJSON(TypedDict):
    id: int
    name: str
    display_name: str | None
    email: str
    pubsub_token: str


class TokenJSON(TypedDict):
    access_token: str
    expiry: str | None
    user: TokenUserJSON


@router.post("", summary="Create a user", responses=answers(ProfileJSON))
async def create_user(body: UserFields, app: TheApp, services: TheServices) -> Response:
    hashed = await body.password_hash()
    async with services.database.unit() as unit:
        user_id = await commands.create_user(unit, app, body.changes(UserChanges), hashed)
        return answer(people.profile(await queries.user(unit, app, user_id)))


@router.get("/{user_id}", summary="Show a user", responses=answers(ProfileJSON))
async def show_user(user_id: PathId, app: TheApp, services: TheServices) -> Response:
    async with services.database.read() as reader:
        return answer(people.profile(await queries.user(reader, app, user_id)))


@updates(router, "/{user_id}", summary="Change a user", responses=answers(ProfileJSON))
async def update_user(user_id: PathId, body: UserFields, app: TheApp, services: TheServices) -> Response:
    hashed = await body.password_hash()
    async with services.database.unit() as unit:
        await commands.update_user(unit, app, user_id, body.changes(UserChanges), hashed)
        return answer(people.profile(await queries.user(unit, app, user_id)))


@router.delete("/{user_id}", summary="Delete a user")
async def delete_user(user_id: PathId, app: TheApp, services: TheServices) -> Response:
    done = False
    while not done:
        async with services.database.unit() as unit:
            done = await commands.delete_user(unit, app, user_id)
    return empty()


@router.get(
    "/{user_id}/login", summary="A link that signs the user in once, soon", responses=answers(LoginJSON)
)
async def login(user_id: PathId, app: TheApp, services: TheServices) -> Response:
    async with services.database.unit() as unit:
        token = await commands.make_login_link(unit, app, user_id)
        email = (await queries.user(unit, app, user_id)).user.email
    query = urlencode({"email": email, "sso_auth_token": token})
    return answer({"url": f"{services.public_url}/app/login?{query}"})


@router.get("/{user_id}/token", summary="The user's access token", responses=answers(TokenJSON))
@router.post("/{user_id}/token", summary="The user's access token", responses=answers(TokenJSON))
async def show_token(user_id: PathId, app: TheApp, services: TheServices) -> Response:
    async with services.database.read() as reader:
        found = await queries.user(reader, app, user_id)
    user: TokenUserJSON = {
        "id": found.user.id,
        "name": found.user.name,
        "display_name": found.user.display_name,
        "email": found.user.email,
        "pubsub_token": found.user.pubsub_token,
    }
    return answer({"access_token": found.access_token, "expiry": None, "user": user})
