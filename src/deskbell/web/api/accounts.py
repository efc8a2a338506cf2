"""`/api/v1/accounts/{id}`: the account itself."""

from typing import Annotated, Any

from fastapi import Response
from pydantic import Field

from deskbell.desk.commands import accounts as commands
from deskbell.desk.commands.accounts import AccountChanges
from deskbell.desk.queries import identity
from deskbell.model.account import PayloadFormat
from deskbell.web.answers import answer, answers
from deskbell.web.bodies import Blankable, Body, Flag, NotFlag, OptionalText
from deskbell.web.deps import TheActor, TheServices
from deskbell.web.faces import ACCOUNT, resource, updates
from deskbell.web.present import account
from deskbell.web.present.account import AccountJSON

router = resource(ACCOUNT, "Account")

Minutes = Annotated[int, Field(ge=10, le=1_439_856)]
SETTINGS = ("auto_resolve_after", "auto_resolve_message", "auto_resolve_ignore_waiting", "auto_resolve_label")
OWN = ("industry", "company_size", "timezone")
"""Fields the reference keeps among an account's own attributes."""


class AccountFields(Body):
    name: OptionalText = None
    locale: OptionalText = None
    domain: OptionalText = None
    support_email: OptionalText = None
    default_payload_format: Annotated[
        PayloadFormat | None,
        Blankable,
        Field(description="What new webhooks, agent bots and API inboxes are sent, unless they say"),
    ] = None
    auto_resolve_after: Annotated[Minutes | None, NotFlag, Blankable] = None
    auto_resolve_message: OptionalText = None
    auto_resolve_ignore_waiting: Flag = None
    auto_resolve_label: OptionalText = None
    industry: OptionalText = None
    company_size: OptionalText = None
    timezone: OptionalText = None

    def wanted(self) -> AccountChanges:
        said = self.said()
        return self.changes(
            AccountChanges,
            settings=_among(said, SETTINGS),
            custom_attributes=_among(said, OWN),
        )


def _among(said: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: said[name] for name in names if name in said}


@router.get("", summary="Show the account", responses=answers(AccountJSON))
async def show_account(actor: TheActor, services: TheServices) -> Response:
    async with services.database.read() as reader:
        return answer(account.account(await identity.account(reader, actor)))


@updates(router, "", summary="Change the account", responses=answers(AccountJSON))
async def update_account(body: AccountFields, actor: TheActor, services: TheServices) -> Response:
    async with services.database.unit() as unit:
        changed = await commands.update_account(unit, actor, body.wanted())
    return answer(account.account(changed))
