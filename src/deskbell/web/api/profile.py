"""`/api/v1/profile`: who is asking."""

from typing import Annotated, Any, ClassVar

from fastapi import Response
from msgspec import UNSET
from msgspec.structs import replace

from deskbell.desk.commands import profiles as commands
from deskbell.desk.commands.profiles import UserChanges
from deskbell.desk.queries import identity
from deskbell.desk.rules.fields import Problems
from deskbell.kit.passwords import check_password, hash_password
from deskbell.web import keeping
from deskbell.web.answers import answer, answers
from deskbell.web.bodies import Attributes, Blankable, Body, OptionalText, Password
from deskbell.web.deps import TheProfile, TheServices
from deskbell.web.faces import APPLICATION, resource, updates
from deskbell.web.present import people
from deskbell.web.services import Services
from deskbell.web.uploads import multipart, takes

router = resource(APPLICATION, "Profile")


class ProfileFields(Body):
    wrapper: ClassVar[str] = "profile"
    name: OptionalText = None
    display_name: OptionalText = None
    email: OptionalText = None
    message_signature: OptionalText = None
    avatar_url: OptionalText = None
    avatar: Any = None
    ui_settings: Attributes = None
    current_password: Annotated[str | None, Blankable] = None
    password: Password = None
    password_confirmation: Annotated[str | None, Blankable] = None


@router.get("/profile", summary="Who is asking", responses=answers(people.ProfileJSON))
async def show_profile(profile: TheProfile) -> Response:
    return answer(people.profile(profile))


@updates(
    router,
    "/profile",
    summary="Change oneself",
    responses=answers(people.ProfileJSON),
    openapi_extra=multipart("avatar"),
)
@takes("avatar", "profile[avatar]")
async def update_profile(body: ProfileFields, profile: TheProfile, services: TheServices) -> Response:
    user_id = profile.user.id
    hashed = await _new_password(body, services, user_id)
    changes = replace(
        body.changes(UserChanges, avatar=UNSET), **await keeping.avatar_changes(services, body.avatar)
    )
    async with services.database.unit() as unit:
        await commands.change_user(unit, user_id, changes, hashed)
        return answer(people.profile(await identity.profile_of_user(unit, user_id)))


@router.delete("/profile/avatar", summary="Take one's avatar away", responses=answers(people.ProfileJSON))
async def delete_avatar(profile: TheProfile, services: TheServices) -> Response:
    async with services.database.unit() as unit:
        await commands.change_user(unit, profile.user.id, UserChanges(avatar_url=None))
        return answer(people.profile(await identity.profile_of_user(unit, profile.user.id)))


@router.post(
    "/profile/reset_access_token",
    summary="A new access token; the old one is of no use any more",
    responses=answers(people.ProfileJSON),
)
async def reset_access_token(profile: TheProfile, services: TheServices) -> Response:
    async with services.database.unit() as unit:
        await commands.reset_access_token(unit, profile.user.id)
        return answer(people.profile(await identity.profile_of_user(unit, profile.user.id)))


async def _new_password(body: ProfileFields, services: Services, user_id: int) -> str | None:
    """The hash of the password to be; None where none is asked for. Raises Invalid."""
    if body.password is None:
        return None
    problems = Problems()
    if body.password_confirmation is not None and body.password_confirmation != body.password:
        problems.add("password_confirmation", "doesn't match password")
    async with services.database.read() as reader:
        kept = await identity.password_hash_of(reader, user_id)
    if kept is not None and not await check_password(body.current_password or "", kept):
        problems.add("current_password", "is incorrect")
    problems.raise_any()
    return await hash_password(body.password)
