"""`/api/v1/profile`: whether one is there, account by account."""

from typing import ClassVar

from fastapi import Response

from deskbell.desk.commands import availability as commands
from deskbell.desk.queries import identity
from deskbell.model.user import Availability
from deskbell.web.answers import answer, answers, empty
from deskbell.web.bodies import Body, Id
from deskbell.web.deps import TheProfile, TheServices
from deskbell.web.faces import APPLICATION, resource, updates
from deskbell.web.present import people
from deskbell.web.present.people import ProfileJSON

router = resource(f"{APPLICATION}/profile", "Profile")


class InAccount(Body):
    wrapper: ClassVar[str] = "profile"
    account_id: Id


class AvailabilityBody(InAccount):
    availability: Availability


class AutoOfflineBody(InAccount):
    auto_offline: bool


@router.post("/availability", summary="Say whether one is available", responses=answers(ProfileJSON))
async def set_availability(body: AvailabilityBody, profile: TheProfile, services: TheServices) -> Response:
    user_id = profile.user.id
    async with services.database.unit() as unit:
        await commands.set_availability(unit, user_id, body.account_id, body.availability)
        shown = people.profile(await identity.profile_of_user(unit, user_id))
    await services.live.tell_presence(body.account_id)
    return answer(shown)


@router.post("/auto_offline", summary="Say whether one is offline when away", responses=answers(ProfileJSON))
async def set_auto_offline(body: AutoOfflineBody, profile: TheProfile, services: TheServices) -> Response:
    user_id = profile.user.id
    async with services.database.unit() as unit:
        await commands.set_auto_offline(unit, user_id, body.account_id, auto_offline=body.auto_offline)
        shown = people.profile(await identity.profile_of_user(unit, user_id))
    await services.live.tell_presence(body.account_id)
    return answer(shown)


@updates(router, "/set_active_account", summary="Say which account one works in")
async def set_active_account(body: InAccount, profile: TheProfile, services: TheServices) -> Response:
    async with services.database.unit() as unit:
        await commands.set_active_account(unit, profile.user.id, body.account_id)
    return empty()
