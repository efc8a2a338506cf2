"""Adding an agent bot and changing it: what was typed stays, and what is wrong stands beside its field."""

from typing import Annotated, Any

from fastapi import Query, Request, Response
from msgspec import UNSET, Struct

from deskbell.desk.commands import agent_bots as commands
from deskbell.desk.commands import held
from deskbell.desk.commands.agent_bots import BotChanges
from deskbell.desk.queries import agent_bots as queries
from deskbell.desk.queries.agent_bots import BotView
from deskbell.kit.errors import Invalid
from deskbell.model.webhook import Address
from deskbell.web.bodies import PathId
from deskbell.web.dashboard import pictures
from deskbell.web.dashboard.deps import Desk, Form, TheOwnersDesk, form_with_files
from deskbell.web.dashboard.edits import Edit
from deskbell.web.dashboard.rendering import go, render
from deskbell.web.dashboard.route import ACCOUNT, screen
from deskbell.web.dashboard.targets import terms
from deskbell.web.services import Services
from deskbell.web.vetting import vet

router = screen(f"{ACCOUNT}/settings/agent_bots")

OWN = ("name", "description", "outgoing_url")


@router.get("/new")
async def show_new(request: Request, desk: TheOwnersDesk) -> Response:
    blank = dict.fromkeys((*OWN, *terms.NAMES), "")
    blank["payload_format"] = desk.account.default_payload_format
    return _page(request, desk, Edit(blank))


@router.get("/address")
async def check_address(
    request: Request, desk: TheOwnersDesk, outgoing_url: Annotated[str, Query(max_length=4000)] = ""
) -> Response:
    """Whether an address can be sent to, said while it is typed."""
    refused: dict[str, str] = {}
    found = await vet(desk.services, outgoing_url, "url", refused)
    return render(desk, request, "targets/address.html", problems=refused, fit=found is not None)


@router.post("/new")
async def create_bot(request: Request, desk: TheOwnersDesk) -> Response:
    form = Form({})
    try:
        async with form_with_files(request, pictures.FILES) as form:
            vetted = await _vetted(desk.services, form)
            async with desk.services.database.unit() as unit:
                made = await commands.create_bot(unit, desk.actor, _changes(form, vetted))
    except Invalid as wrong:
        return _page(request, desk, Edit(_typed(form)), problems=wrong.fields, form=form)
    told = "The bot is there. Give it its access token, and say in which inboxes it answers."
    return go(request, desk.path(f"/settings/agent_bots/{made.bot.id}"), told)


@router.get("/{bot_id}/edit")
async def show_edit(bot_id: PathId, request: Request, desk: TheOwnersDesk) -> Response:
    async with desk.services.database.read() as reader:
        view = await queries.show(reader, desk.actor, bot_id)
    return _page(request, desk, Edit(_kept(desk, view)), view)


@router.post("/{bot_id}/edit")
async def update_bot(bot_id: PathId, request: Request, desk: TheOwnersDesk) -> Response:
    async with desk.services.database.read() as reader:
        view = await queries.show(reader, desk.actor, bot_id)
    form, edit = Form({}), Edit(_typed(Form({})))
    try:
        async with form_with_files(request, pictures.FILES) as form:
            edit = Edit.sent(form, _typed(form))
            vetted = await _vetted(desk.services, form, view.bot.avatar_url)
            if not pictures.is_meant(form, edit):
                vetted.picture.clear()
            async with desk.services.database.unit() as unit:
                now = await held.bot(unit, desk.actor, bot_id)
                meant = edit.form(_kept(desk, now))
                await commands.update_bot(unit, desk.actor, bot_id, _changes(meant, vetted, now))
    except Invalid as wrong:
        return _page(request, desk, edit, view, wrong.fields, form)
    return go(request, desk.path(f"/settings/agent_bots/{bot_id}"), "Saved.")


class Vetted(Struct, frozen=True):
    """What was found out of a form before anything is held."""

    address: Address | None
    picture: dict[str, Any]
    refused: dict[str, str]


async def _vetted(services: Services, form: Form, picture: str = "") -> Vetted:
    refused: dict[str, str] = {}
    address = await vet(services, form.text("outgoing_url"), "outgoing_url", refused)
    return Vetted(address, await pictures.changes(services, picture, form, refused), refused)


def _changes(form: Form, vetted: Vetted, now: BotView | None = None) -> BotChanges:
    """The terms are of no use without an address, and are not asked for then."""
    meant = form.text("outgoing_url").strip()
    said = terms.said(form, vetted.refused) if meant else {}
    as_it_is = now is not None and now.target is not None and now.target.url == meant
    return BotChanges(
        address=UNSET if as_it_is else vetted.address,
        name=form.text("name"),
        description=form.text("description").strip(),
        refused=vetted.refused,
        **said,
        **vetted.picture,
    )


def _typed(form: Form) -> dict[str, Any]:
    return {name: form.text(name) for name in (*OWN, "avatar_url")} | terms.typed(form)


def _kept(desk: Desk, view: BotView) -> dict[str, Any]:
    bot, target = view.bot, view.target
    own = {
        "name": bot.name,
        "description": bot.description,
        "outgoing_url": target.url if target else "",
        "avatar_url": pictures.shown(desk.services, bot.avatar_url)["address"],
    }
    if target is not None:
        return own | terms.kept(target)
    return own | dict.fromkeys(terms.NAMES, "") | {"payload_format": desk.account.default_payload_format}


def _page(
    request: Request,
    desk: Desk,
    edit: Edit,
    view: BotView | None = None,
    problems: dict[str, str] | None = None,
    form: Form | None = None,
) -> Response:
    return render(
        desk,
        request,
        "settings/agent_bot_form.html",
        edit.status(problems),
        typed=edit.shown,
        edit=edit,
        bot=view.bot if view else None,
        picture=pictures.shown(desk.services, view.bot.avatar_url if view else "", form),
        problems=problems or {},
        **terms.usual(desk.services),
    )
