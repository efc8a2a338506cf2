"""What endpoints ask for: the services, and who is asking."""

from typing import Annotated

from fastapi import Depends, Query, Request

from deskbell.desk.actor import Actor
from deskbell.desk.queries import identity
from deskbell.desk.queries.identity import Profile, SignedIn
from deskbell.kit import ids
from deskbell.kit.errors import NotFound, Unauthenticated
from deskbell.web import bots, credentials
from deskbell.web.bodies import LARGEST
from deskbell.web.security import read_sign_in
from deskbell.web.services import Services

TOKEN_LIMIT = 200
SIGN_IN = "You need to sign in or sign up before continuing."


async def services_of(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


TheServices = Annotated[Services, Depends(services_of)]


async def access_token(request: Request) -> str:
    """The token of the Application API. Raises Unauthenticated."""
    token = credentials.token(request.headers)
    if not token:
        raise Unauthenticated(SIGN_IN)
    if len(token) > TOKEN_LIMIT:
        raise Unauthenticated("Invalid Access Token")
    return token


Token = Annotated[str, Depends(access_token)]


def signed_in(request: Request) -> SignedIn | None:
    """The session of somebody who signed in, where no access token comes along. Raises Unauthenticated for one that is over."""
    session = credentials.session(request.headers)
    if session is None:
        return None
    services: Services = request.app.state.services
    return read_sign_in(services.secret_key, session, services.clock.now())


async def the_profile(request: Request) -> Profile:
    session = signed_in(request)
    services: Services = request.app.state.services
    async with services.database.glance() as reader:
        if session is not None:
            return await identity.signed_in_profile(reader, session)
        return await identity.profile_of(reader, await access_token(request))


TheProfile = Annotated[Profile, Depends(the_profile)]


async def account_actor(request: Request) -> Actor:
    """Who a token is in the account of the path. Unknown accounts and others' accounts look the same.

    Asks for nothing but the request: every dependency of a dependency costs each request more than this whole function.
    """
    session = signed_in(request)
    token = "" if session else await access_token(request)
    account_id = ids.read(str(request.path_params["account_id"]))
    if account_id is None:
        raise NotFound
    async with request.app.state.services.database.glance() as reader:
        if session is not None:
            return await identity.signed_in_actor(reader, session, account_id)
        return bots.require_open_to(await identity.actor_of(reader, token, account_id), request)


TheActor = Annotated[Actor, Depends(account_actor)]
PageNumber = Annotated[int, Query(alias="page", ge=1, le=1_000_000)]
PageSize = Annotated[int, Query(alias="per_page", ge=1, le=100)]
MessageId = Annotated[int | None, Query(ge=0, le=LARGEST)]
