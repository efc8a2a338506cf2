"""Integrations: what an account can connect other systems with. Deskbell has no hooks beside its webhooks and bots."""

from typing import Annotated, Any

from fastapi import Path, Response
from typing_extensions import TypedDict

from deskbell.desk.actor import Actor
from deskbell.desk.queries import integrations as queries
from deskbell.desk.queries.integrations import App
from deskbell.web.answers import answer, answers
from deskbell.web.deps import TheActor, TheServices
from deskbell.web.faces import ACCOUNT, resource

router = resource(f"{ACCOUNT}/integrations/apps", "Integrations")


class AppJSON(TypedDict, total=False):
    id: str
    name: str
    description: str
    short_description: str
    hook_type: str
    enabled: bool
    allow_multiple_hooks: bool
    hooks: list[dict[str, Any]]
    action: str


class AppsJSON(TypedDict):
    payload: list[AppJSON]


def _shown(one: App, actor: Actor) -> AppJSON:
    shown: AppJSON = {
        "id": one.id,
        "name": one.name,
        "description": one.description,
        "short_description": one.description,
        "hook_type": one.hook_type,
        "enabled": one.enabled,
        "allow_multiple_hooks": True,
        "hooks": [],
    }
    if actor.is_administrator:
        shown["action"] = f"/{one.id}"
    return shown


@router.get("", summary="What other systems can be connected with", responses=answers(AppsJSON))
async def list_apps(actor: TheActor, services: TheServices) -> Response:
    async with services.database.read() as reader:
        found = await queries.apps(reader, actor)
    return answer({"payload": [_shown(one, actor) for one in found]})


@router.get("/{app_id}", summary="One of them", responses=answers(AppJSON))
async def show_app(
    app_id: Annotated[str, Path(max_length=100)], actor: TheActor, services: TheServices
) -> Response:
    async with services.database.read() as reader:
        return answer(_shown(await queries.app(reader, actor, app_id), actor))
