"""The Platform API's accounts, and who is in them."""

from typing import Annotated

from fastapi import Response
from typing_extensions import TypedDict

from deskbell.desk.commands import platform as commands
from deskbell.desk.commands.accounts import AccountChanges
from deskbell.desk.queries import platform as queries
from deskbell.model.account import AccountStatus, PayloadFormat
from deskbell.model.user import Agent, UserRole
from deskbell.web.answers import answer, answers, empty
from deskbell.web.bodies import Attributes, Blankable, Body, Id, OptionalText, PathId
from deskbell.web.deps import TheServices
from deskbell.web.faces import PLATFORM, resource, updates
from deskbell.web.platform.deps import TheApp
from deskbell.web.present import account
from deskbell.web.present.account import AccountJSON
from deskbell.web.slices import TheSlice

router = resource(f"{PLATFORM}/accounts", "Platform API")


class AccountFields(Body):
    name: OptionalText = None
    locale: OptionalText = None
    domain: OptionalText = None
    support_email: OptionalText = None
    status: Annotated[AccountStatus | None, Blankable] = None
    default_payload_format: Annotated[PayloadFormat | None, Blankable] = None
    custom_attributes: Attributes = None


class AccountUser(Body):
    user_id: Id
    role: UserRole


class OneUser(Body):
    user_id: Id


class AccountUserJSON(TypedDict):
    account_id: int
    user_id: int
    role: str


def _member(one: Agent) -> AccountUserJSON:
    return {"account_id": one.account_id, "user_id": one.user.id, "role": one.role}


@router.post("", summary="Create an account", responses=answers(AccountJSON))
async def create_account(body: AccountFields, app: TheApp, services: TheServices) -> Response:
    async with services.database.unit() as unit:
        made = await commands.create_account(unit, app, body.changes(AccountChanges))
    return answer(account.account(made))


@router.get("/{account_id}", summary="Show an account", responses=answers(AccountJSON))
async def show_account(account_id: PathId, app: TheApp, services: TheServices) -> Response:
    async with services.database.read() as reader:
        return answer(account.account(await queries.account(reader, app, account_id)))


@updates(router, "/{account_id}", summary="Change an account", responses=answers(AccountJSON))
async def update_account(
    account_id: PathId, body: AccountFields, app: TheApp, services: TheServices
) -> Response:
    async with services.database.unit() as unit:
        changed = await commands.update_account(unit, app, account_id, body.changes(AccountChanges))
    return answer(account.account(changed))


@router.delete("/{account_id}", summary="Delete an account and everything in it")
async def delete_account(account_id: PathId, app: TheApp, services: TheServices) -> Response:
    async with services.database.unit() as unit:
        await commands.delete_account(unit, app, account_id)
    return empty()


@router.get(
    "/{account_id}/account_users",
    summary="Who is in an account",
    responses=answers(list[AccountUserJSON]),
)
async def list_account_users(
    account_id: PathId, app: TheApp, services: TheServices, wanted: TheSlice
) -> Response:
    async with services.database.read() as reader:
        return wanted.answer(await queries.account_users(reader, app, account_id), _member)


@router.post(
    "/{account_id}/account_users",
    summary="Put a user into an account, or give them another role",
    responses=answers(AccountUserJSON),
)
async def add_account_user(
    account_id: PathId, body: AccountUser, app: TheApp, services: TheServices
) -> Response:
    async with services.database.unit() as unit:
        member = await commands.add_account_user(unit, app, account_id, body.user_id, body.role)
    return answer(_member(member))


@router.delete("/{account_id}/account_users", summary="Take a user out of an account")
async def remove_account_user(
    account_id: PathId, body: OneUser, app: TheApp, services: TheServices
) -> Response:
    done = False
    while not done:
        async with services.database.unit() as unit:
            done = await commands.remove_account_user(unit, app, account_id, body.user_id)
    return empty()
