"""The Platform API's agent bots: each belongs to one of the app's accounts."""

from typing import Any, ClassVar

from fastapi import Response
from typing_extensions import override

from deskbell.desk.commands import platform as commands
from deskbell.desk.queries import platform as queries
from deskbell.web.answers import answer, answers, empty
from deskbell.web.api.agent_bots import BotFields
from deskbell.web.bodies import Id, PathId
from deskbell.web.deps import TheServices
from deskbell.web.faces import PLATFORM, resource, updates
from deskbell.web.platform.deps import TheApp
from deskbell.web.present import places
from deskbell.web.present.places import BotJSON
from deskbell.web.slices import TheSlice

router = resource(f"{PLATFORM}/agent_bots", "Platform API")


class NewBot(BotFields):
    shown: ClassVar[frozenset[str]] = BotFields.shown - {"account_id"}
    account_id: Id

    @override
    def said(self) -> dict[str, Any]:
        """What is said of the bot itself."""
        return {name: value for name, value in super().said().items() if name != "account_id"}


@router.get("", summary="List the agent bots the app made", responses=answers(list[BotJSON]))
async def list_bots(app: TheApp, services: TheServices, wanted: TheSlice) -> Response:
    async with services.database.read() as reader:
        found = await queries.bots(reader, app)
    return wanted.answer(found, lambda one: places.bot(one, with_secrets=True))


@router.post("", summary="Create an agent bot in one of the app's accounts", responses=answers(BotJSON))
async def create_bot(body: NewBot, app: TheApp, services: TheServices) -> Response:
    async with services.database.read() as reader:
        await queries.require(reader, app, "account", body.account_id)
    changes = await body.bot_changes(services)
    async with services.database.unit() as unit:
        made = await commands.create_bot(unit, app, body.account_id, changes)
    return answer(places.bot(made, with_secrets=True))


@router.get("/{bot_id}", summary="Show an agent bot", responses=answers(BotJSON))
async def show_bot(bot_id: PathId, app: TheApp, services: TheServices) -> Response:
    async with services.database.read() as reader:
        return answer(places.bot(await queries.bot(reader, app, bot_id), with_secrets=True))


@updates(router, "/{bot_id}", summary="Change an agent bot", responses=answers(BotJSON))
async def update_bot(bot_id: PathId, body: BotFields, app: TheApp, services: TheServices) -> Response:
    async with services.database.read() as reader:
        await queries.bot(reader, app, bot_id)
    changes = await body.bot_changes(services)
    async with services.database.unit() as unit:
        made = await commands.update_bot(unit, app, bot_id, changes)
    return answer(places.bot(made, with_secrets=True))


@router.delete("/{bot_id}", summary="Delete an agent bot; people get its conversations")
async def delete_bot(bot_id: PathId, app: TheApp, services: TheServices) -> Response:
    done = False
    while not done:
        async with services.database.unit() as unit:
            done = await commands.delete_bot(unit, app, bot_id)
    return empty()
