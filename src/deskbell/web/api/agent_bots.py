"""Agent bots: programs that answer in an inbox before people do."""

from typing import Annotated, Any, ClassVar, Literal

from fastapi import Response
from msgspec import UNSET, UnsetType
from pydantic import BeforeValidator, ConfigDict, Field
from typing_extensions import TypedDict

from deskbell.desk import access
from deskbell.desk.commands import agent_bots as commands
from deskbell.desk.commands import targets as target_commands
from deskbell.desk.commands.agent_bots import BotChanges
from deskbell.desk.queries import agent_bots as queries
from deskbell.model.webhook import Address
from deskbell.web import keeping
from deskbell.web.answers import answer, answers, empty
from deskbell.web.api.targets import NULLABLE_TERMS, Rotation, TargetFields
from deskbell.web.bodies import Attributes, Body, NumberAsText, OptionalId, OptionalText, PathId
from deskbell.web.deps import TheActor, TheServices
from deskbell.web.faces import ACCOUNT, resource, updates
from deskbell.web.present import places
from deskbell.web.present.places import BotJSON
from deskbell.web.services import Services
from deskbell.web.slices import TheSlice
from deskbell.web.uploads import multipart, takes
from deskbell.web.vetting import vet

router = resource(f"{ACCOUNT}/agent_bots", "Agent bots")
inboxes_router = resource(f"{ACCOUNT}/inboxes/{{inbox_id}}", "Inboxes")


class InboxBotJSON(TypedDict):
    agent_bot: BotJSON | dict[str, Any]


def _bot_type(value: Any) -> Any:
    """The reference's only kind, by its name or its number."""
    return "webhook" if value in (0, "0", None, "") and value is not False else value


class BotFields(TargetFields):
    """A bot. Fields that it has not are refused, so that a slip in a name is seen at once."""

    model_config = ConfigDict(extra="forbid")
    wrapper: ClassVar[str] = "agent_bot"
    shown: ClassVar[frozenset[str]] = frozenset(
        {
            "id",
            "account_id",
            "thumbnail",
            "access_token",
            "system_bot",
            "status_reason",
            "public_key",
            "previous_secret_until",
        }
    )
    name: OptionalText = None
    description: Annotated[Annotated[str, Field(max_length=10_000)] | None, NumberAsText] = None
    avatar_url: Annotated[Annotated[str, Field(max_length=2_000)] | None, NumberAsText] = None
    avatar: Any = None
    outgoing_url: OptionalText = None
    bot_type: Annotated[Literal["webhook"], BeforeValidator(_bot_type)] = "webhook"
    bot_config: Attributes = None

    async def bot_changes(self, services: Services) -> BotChanges:
        said: dict[str, Any] = {
            name: value for name, value in self.said().items() if value is not None or name in NULLABLE_TERMS
        }
        for name in ("bot_type", "avatar"):
            said.pop(name, None)
        said |= await keeping.avatar_changes(services, self.avatar)
        said.pop("outgoing_url", None)
        refused: dict[str, str] = {}
        address: Address | None | UnsetType = UNSET
        if "outgoing_url" in self.model_fields_set:
            address = await vet(services, self.outgoing_url, "outgoing_url", refused)
        return BotChanges(**said, address=address, refused=refused)


class InboxBot(Body):
    agent_bot: Annotated[OptionalId, Field(description="The bot's id; null disconnects")]


@router.get("", summary="List agent bots", responses=answers(list[BotJSON]))
async def list_bots(actor: TheActor, services: TheServices, wanted: TheSlice) -> Response:
    async with services.database.read() as reader:
        found = await queries.all_bots(reader, actor)
    return wanted.answer(found, lambda one: places.bot(one, with_secrets=actor.is_administrator))


@router.post(
    "",
    summary="Create an agent bot, with its access token",
    responses=answers(BotJSON),
    openapi_extra=multipart("avatar"),
)
@takes("avatar", "agent_bot[avatar]")
async def create_bot(body: BotFields, actor: TheActor, services: TheServices) -> Response:
    access.require_administrator(actor)
    changes = await body.bot_changes(services)
    async with services.database.unit() as unit:
        made = await commands.create_bot(unit, actor, changes)
    return answer(places.bot(made, with_secrets=True))


@router.get("/{bot_id}", summary="Show an agent bot", responses=answers(BotJSON))
async def show_bot(bot_id: PathId, actor: TheActor, services: TheServices) -> Response:
    async with services.database.read() as reader:
        found = await queries.show(reader, actor, bot_id)
    return answer(places.bot(found, with_secrets=actor.is_administrator))


@updates(
    router,
    "/{bot_id}",
    summary="Change an agent bot",
    responses=answers(BotJSON),
    openapi_extra=multipart("avatar"),
)
@takes("avatar", "agent_bot[avatar]")
async def update_bot(bot_id: PathId, body: BotFields, actor: TheActor, services: TheServices) -> Response:
    access.require_administrator(actor)
    changes = await body.bot_changes(services)
    async with services.database.unit() as unit:
        made = await commands.update_bot(unit, actor, bot_id, changes)
    return answer(places.bot(made, with_secrets=True))


@router.delete("/{bot_id}/avatar", summary="Take an agent bot's avatar away", responses=answers(BotJSON))
async def delete_bot_avatar(bot_id: PathId, actor: TheActor, services: TheServices) -> Response:
    async with services.database.unit() as unit:
        made = await commands.update_bot(unit, actor, bot_id, BotChanges(avatar_url=""))
    return answer(places.bot(made, with_secrets=True))


@router.delete("/{bot_id}", summary="Delete an agent bot; people get its conversations")
async def delete_bot(bot_id: PathId, actor: TheActor, services: TheServices) -> Response:
    done = False
    while not done:
        async with services.database.unit() as unit:
            done = await commands.delete_bot(unit, actor, bot_id)
    return empty()


@router.post(
    "/{bot_id}/reset_access_token",
    summary="Make a new access token; the old one opens nothing any more",
    responses=answers(BotJSON),
)
async def reset_access_token(bot_id: PathId, actor: TheActor, services: TheServices) -> Response:
    async with services.database.unit() as unit:
        made = await commands.reset_access_token(unit, actor, bot_id)
    return answer(places.bot(made, with_secrets=True))


@router.post(
    "/{bot_id}/rotate_secret",
    summary="Make a new secret; the old one signs beside it for a while",
    responses=answers(BotJSON),
)
async def rotate_secret(bot_id: PathId, body: Rotation, actor: TheActor, services: TheServices) -> Response:
    async with services.database.unit() as unit:
        await target_commands.rotate_secret(
            unit,
            actor,
            bot_id,
            signature=body.signature,
            overlap_hours=body.overlap_hours,
            kind="agent_bot",
        )
        return answer(places.bot(await queries.show(unit, actor, bot_id), with_secrets=True))


@router.post(
    "/{bot_id}/reset_secret",
    summary="Make a new secret, as clients of the reference ask for one",
    responses=answers(BotJSON),
)
async def reset_secret(bot_id: PathId, actor: TheActor, services: TheServices) -> Response:
    return await rotate_secret(bot_id, Rotation(), actor, services)


@inboxes_router.get(
    "/agent_bot", summary="Show the bot that answers in an inbox", responses=answers(InboxBotJSON)
)
async def show_inbox_bot(inbox_id: PathId, actor: TheActor, services: TheServices) -> Response:
    async with services.database.read() as reader:
        found = await queries.of_inbox(reader, actor, inbox_id)
    return answer({"agent_bot": places.bot(found, with_secrets=actor.is_administrator) if found else {}})


@inboxes_router.post("/set_agent_bot", summary="Let a bot answer in an inbox, or none")
async def set_inbox_bot(inbox_id: PathId, body: InboxBot, actor: TheActor, services: TheServices) -> Response:
    async with services.database.unit() as unit:
        await commands.connect_bot(unit, actor, inbox_id, body.agent_bot)
    return empty()
