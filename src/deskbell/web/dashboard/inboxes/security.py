"""Who visitors prove to be, and on which sites the chat may stand."""

from typing import Any

from fastapi import Request, Response

from deskbell.desk.commands import inboxes as commands
from deskbell.desk.commands.inboxes import InboxChanges
from deskbell.desk.queries.inboxes import InboxView
from deskbell.desk.rules.identity import identity_hash
from deskbell.kit.errors import Invalid
from deskbell.web.bodies import PathId
from deskbell.web.dashboard.deps import Desk, Form, TheForm, TheOwnersDesk
from deskbell.web.dashboard.edits import Edit
from deskbell.web.dashboard.inboxes.page import INBOXES, WEBSITE, at, show, the_view, update
from deskbell.web.dashboard.rendering import go
from deskbell.web.dashboard.route import ACCOUNT, screen

router = screen(f"{ACCOUNT}{INBOXES}/{{inbox_id}}/security")

IDENTIFIER = "customer-7"
"""Whom the example is about."""
SNIPPETS = {
    "Python": "import hashlib, hmac\n\nidentifier_hash = hmac.new({key}.encode(), identifier.encode(), hashlib.sha256).hexdigest()",
    "JavaScript": 'const {{ createHmac }} = require("node:crypto");\n\n'
    'const identifierHash = createHmac("sha256", {key}).update(identifier).digest("hex");',
    "PHP": "$identifierHash = hash_hmac('sha256', $identifier, {key});",
    "Ruby": "require 'openssl'\n\nidentifier_hash = OpenSSL::HMAC.hexdigest('sha256', {key}, identifier)",
}


@router.get("")
async def show_security(inbox_id: PathId, request: Request, desk: TheOwnersDesk) -> Response:
    return _page(request, desk, await the_view(desk, inbox_id))


@router.post("")
async def update_security(inbox_id: PathId, request: Request, form: TheForm, desk: TheOwnersDesk) -> Response:
    view = await the_view(desk, inbox_id)
    typed: dict[str, Any] = {
        "hmac_mandatory": form.flag("hmac_mandatory"),
        "allowed_domains": form.text("allowed_domains"),
    }
    edit = Edit.sent(form, typed)
    try:
        await update(desk, inbox_id, edit, _kept, _changes)
    except Invalid as wrong:
        return _page(request, desk, view, edit, wrong.fields)
    return go(request, at(desk, inbox_id, "/security"), "Saved.")


@router.post("/hmac_token")
async def reset_hmac_token(
    inbox_id: PathId, request: Request, _form: TheForm, desk: TheOwnersDesk
) -> Response:
    async with desk.services.database.unit() as unit:
        await commands.reset_hmac_token(unit, desk.actor, inbox_id)
    told = "The key is new: put it on your server. Hashes made with the old one are refused from now on."
    return go(request, f"{at(desk, inbox_id, '/security')}#key", told)


def _kept(view: InboxView) -> dict[str, Any]:
    inbox = view.inbox
    return {"hmac_mandatory": inbox.hmac_mandatory, "allowed_domains": inbox.settings.allowed_domains}


def _changes(form: Form, view: InboxView) -> InboxChanges:
    is_website = view.inbox.channel == WEBSITE
    settings = {"allowed_domains": form.text("allowed_domains").strip()} if is_website else {}
    return InboxChanges(hmac_mandatory=form.flag("hmac_mandatory"), settings=settings)


def _page(
    request: Request,
    desk: Desk,
    view: InboxView,
    edit: Edit | None = None,
    problems: dict[str, str] | None = None,
) -> Response:
    inbox = view.inbox
    quotes = {"Python": '"', "JavaScript": '"', "PHP": "'", "Ruby": "'"}
    shown = {
        language: text.format(key=f"{quotes[language]}{inbox.hmac_token}{quotes[language]}")
        for language, text in SNIPPETS.items()
    }
    return show(
        request,
        desk,
        view,
        "security",
        problems,
        edit or Edit(_kept(view)),
        snippets=shown,
        identifier=IDENTIFIER,
        example=identity_hash(inbox.hmac_token, IDENTIFIER),
    )
