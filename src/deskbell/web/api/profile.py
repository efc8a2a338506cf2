"""`/api/v1/profile`: who the token belongs to."""

from fastapi import Response

from deskbell.desk.queries import identity
from deskbell.web.answers import answer, answers
from deskbell.web.deps import TheServices, Token
from deskbell.web.faces import APPLICATION, resource
from deskbell.web.present import people

router = resource(APPLICATION, "Profile")


@router.get("/profile", summary="The user the token belongs to", responses=answers(people.ProfileJSON))
async def show_profile(token: Token, services: TheServices) -> Response:
    async with services.database.glance() as reader:
        return answer(people.profile(await identity.profile_of(reader, token)))
