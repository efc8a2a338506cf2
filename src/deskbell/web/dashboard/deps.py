"""What the dashboard's endpoints ask for: who is there, in which account, and what their form says."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

from fastapi import Depends, Request
from msgspec import Struct

from deskbell.desk import access
from deskbell.desk.actor import Actor
from deskbell.desk.commands import browser_sessions as commands
from deskbell.desk.queries import browser_sessions, events, identity
from deskbell.desk.queries.identity import SESSION_OVER, Profile
from deskbell.desk.rules.contact_files import FILE
from deskbell.kit import ids
from deskbell.kit.clock import MINUTE
from deskbell.kit.errors import NotFound, Unauthenticated
from deskbell.model.account import Account
from deskbell.model.browser_session import BrowserSession
from deskbell.web.dashboard import session
from deskbell.web.requests import nested, read_object
from deskbell.web.services import Services
from deskbell.web.uploads import is_multipart, received

SEEN_EVERY = 5 * MINUTE


class Visit(Struct, frozen=True, kw_only=True):
    """Somebody who is signed in."""

    request: Request
    services: Services
    session: BrowserSession
    csrf_token: str
    profile: Profile


class Desk(Struct, frozen=True, kw_only=True):
    """Somebody who is signed in, in one of their accounts."""

    visit: Visit
    actor: Actor
    account: Account
    heard: int
    """The last event before anything of the page was read: the page listens from there on."""

    @property
    def request(self) -> Request:
        return self.visit.request

    @property
    def services(self) -> Services:
        return self.visit.services

    def path(self, rest: str = "") -> str:
        """An address in this account."""
        return f"/app/accounts/{self.account.id}{rest}"


class Form(Struct, frozen=True):
    """What somebody typed. Fields that are not there are blank."""

    fields: dict[str, Any]

    def text(self, name: str) -> str:
        value = self.fields.get(name)
        return value if isinstance(value, str) else ""

    def texts(self, name: str) -> list[str]:
        value = self.fields.get(name)
        return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []

    def ids(self, name: str) -> list[int]:
        """The ids in a list, such as of boxes that are ticked; what is none is left out."""
        return [one for one in map(ids.read, self.texts(name)) if one is not None]

    def id(self, name: str) -> int | None:
        return ids.read(self.text(name))

    def flag(self, name: str) -> bool:
        return bool(self.text(name))


async def the_visit(request: Request) -> Visit:
    """Raises Unauthenticated."""
    services: Services = request.app.state.services
    token = session.token_of(request)
    if token is None:
        raise Unauthenticated(SESSION_OVER)
    async with services.database.glance() as reader:
        found = await browser_sessions.find(reader, token)
        profile = await identity.profile_of_user(reader, found.user_id)
    if services.clock.now() - found.seen_at > SEEN_EVERY:
        async with services.database.unit() as unit:
            await commands.touch_session(unit, found)
    return Visit(
        request=request,
        services=services,
        session=found,
        csrf_token=session.csrf_token(token),
        profile=profile,
    )


async def the_desk(request: Request) -> Desk:
    """Unknown accounts and others' accounts look the same. Raises Unauthenticated, NotFound, NotAllowed."""
    visit = await the_visit(request)
    account_id = ids.read(str(request.path_params["account_id"]))
    if account_id is None:
        raise NotFound
    async with visit.services.database.glance() as reader:
        actor = await identity.user_actor(reader, visit.profile.user.id, account_id)
        return Desk(
            visit=visit,
            actor=actor,
            account=await identity.account(reader, actor),
            heard=await events.last_number(reader, actor),
        )


async def administrators_desk(request: Request) -> Desk:
    """Raises NotAllowed for agents."""
    desk = await the_desk(request)
    access.require_administrator(desk.actor)
    return desk


async def anyones_form(request: Request) -> Form:
    """A form that nobody need be signed in for, from a page of ours. Raises Forbidden."""
    session.require_own_page(request, request.app.state.services)
    return Form(await read_object(request))


async def the_form(request: Request) -> Form:
    """A form of somebody who is signed in. Raises Forbidden, Unauthenticated."""
    return _proven(request, await anyones_form(request))


def _proven(request: Request, form: Form) -> Form:
    token = session.token_of(request)
    if token is None:
        raise Unauthenticated(SESSION_OVER)
    given = request.headers.get(session.HEADER) or form.text(session.FIELD)
    session.require_csrf_token(given, token)
    return form


@asynccontextmanager
async def form_with_files(request: Request, names: frozenset[str]) -> AsyncIterator[Form]:
    """As `the_form`, with files in the fields of these names, which are let go of if what is done with them fails.

    For endpoints that have found out who asks. Raises Forbidden, Unauthenticated, Invalid, TooLarge.
    """
    if not is_multipart(request):
        yield await the_form(request)
        return
    session.require_own_page(request, request.app.state.services)
    if session.HEADER in request.headers:
        _proven(request, Form({}))
    async with received(request, names) as fields:
        yield _proven(request, Form(nested(fields)))


async def contacts_form(request: Request) -> Form:
    """An administrator's form with a file of contacts, which comes as its text. Who asks is found out before it is read.

    Raises as `the_form` and `administrators_desk`; Invalid, TooLarge.
    """
    session.require_own_page(request, request.app.state.services)
    await administrators_desk(request)
    form = Form(await read_object(request, FILE))
    return _proven(request, form)


TheVisit = Annotated[Visit, Depends(the_visit)]
TheDesk = Annotated[Desk, Depends(the_desk)]
TheOwnersDesk = Annotated[Desk, Depends(administrators_desk)]
TheForm = Annotated[Form, Depends(the_form)]
TheContactsForm = Annotated[Form, Depends(contacts_form)]
AnyonesForm = Annotated[Form, Depends(anyones_form)]
