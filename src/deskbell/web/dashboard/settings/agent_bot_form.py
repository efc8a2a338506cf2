"""Adding an agent bot and changing it: what was typed stays, and what is wrong stands beside its field."""

from typing import Annotated, Any

from fastapi import Query, Request, Response

from deskbell.desk.commands import agent_bots as commands
from deskbell.desk.commands.agent_bots import BotChanges
from deskbell.desk.queries import agent_bots as queries
from deskbell.desk.queries.agent_bots import BotView
from deskbell.kit.errors import Invalid
from deskbell.web.bodies import PathId
from deskbell.web.dashboard.deps import Desk, Form, TheForm, TheOwnersDesk
from deskbell.web.dashboard.rendering import go, render
from deskbell.web.dashboard.route import ACCOUNT, screen
from deskbell.web.dashboard.targets import terms
from deskbell.web.services import Services
from deskbell.web.vetting import vet

router = screen(f"{ACCOUNT}/settings/agent_bots")

OWN = ("name", "description", "avatar_url", "outgoing_url")


@router.get("/new")
async def show_new(request: Request, desk: TheOwnersDesk) -> Response:
    blank = dict.fromkeys((*OWN, *terms.NAMES), "")
    return _page(request, desk, blank | {"payload_format": desk.account.default_payload_format})


@router.get("/address")
async def check_address(
    request: Request, desk: TheOwnersDesk, outgoing_url: Annotated[str, Query(max_length=4000)] = ""
) -> Response:
    """Whether an address can be sent to, said while it is typed."""
    refused: dict[str, str] = {}
    found = await vet(desk.services, outgoing_url, "url", refused)
    return render(desk, request, "targets/address.html", problems=refused, fit=found is not None)


@router.post("/new")
async def create_bot(request: Request, form: TheForm, desk: TheOwnersDesk) -> Response:
    changes = await _changes(desk.services, form)
    try:
        async with desk.services.database.unit() as unit:
            made = await commands.create_bot(unit, desk.actor, changes)
    except Invalid as wrong:
        return _page(request, desk, _typed(form), problems=wrong.fields)
    told = "The bot is there. Give it its access token, and say in which inboxes it answers."
    return go(request, desk.path(f"/settings/agent_bots/{made.bot.id}"), told)


@router.get("/{bot_id}/edit")
async def show_edit(bot_id: PathId, request: Request, desk: TheOwnersDesk) -> Response:
    async with desk.services.database.read() as reader:
        view = await queries.show(reader, desk.actor, bot_id)
    return _page(request, desk, _kept(desk, view), view)


@router.post("/{bot_id}/edit")
async def update_bot(bot_id: PathId, request: Request, form: TheForm, desk: TheOwnersDesk) -> Response:
    async with desk.services.database.read() as reader:
        view = await queries.show(reader, desk.actor, bot_id)
    changes = await _changes(desk.services, form)
    try:
        async with desk.services.database.unit() as unit:
            await commands.update_bot(unit, desk.actor, bot_id, changes)
    except Invalid as wrong:
        return _page(request, desk, _typed(form), view, wrong.fields)
    return go(request, desk.path(f"/settings/agent_bots/{bot_id}"), "Saved.")


async def _changes(services: Services, form: Form) -> BotChanges:
    """The terms are of no use without an address, and are not asked for then."""
    refused: dict[str, str] = {}
    address = await vet(services, form.text("outgoing_url"), "outgoing_url", refused)
    picture = form.text("avatar_url").strip()
    if picture and not picture.startswith(("https://", "http://")):
        refused["avatar_url"] = "should begin with https://"
    said = terms.said(form, refused) if form.text("outgoing_url").strip() else {}
    return BotChanges(
        address=address,
        name=form.text("name"),
        description=form.text("description").strip(),
        avatar_url=picture,
        refused=refused,
        **said,
    )


def _typed(form: Form) -> dict[str, Any]:
    return {name: form.text(name) for name in OWN} | terms.typed(form)


def _kept(desk: Desk, view: BotView) -> dict[str, Any]:
    bot, target = view.bot, view.target
    own = {
        "name": bot.name,
        "description": bot.description,
        "avatar_url": bot.avatar_url,
        "outgoing_url": target.url if target else "",
    }
    if target is not None:
        return own | terms.kept(target)
    return own | dict.fromkeys(terms.NAMES, "") | {"payload_format": desk.account.default_payload_format}


def _page(
    request: Request,
    desk: Desk,
    typed: dict[str, Any],
    view: BotView | None = None,
    problems: dict[str, str] | None = None,
) -> Response:
    return render(
        desk,
        request,
        "settings/agent_bot_form.html",
        422 if problems else 200,
        typed=typed,
        bot=view.bot if view else None,
        problems=problems or {},
        **terms.usual(desk.services),
    )
