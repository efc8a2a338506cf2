"""Who visitors prove to be, and on which sites the chat may stand."""

from typing import Any

from fastapi import Request, Response

from deskbell.desk.commands.inboxes import InboxChanges
from deskbell.desk.queries.inboxes import InboxView
from deskbell.desk.rules.identity import identity_hash
from deskbell.kit.errors import Invalid
from deskbell.web.bodies import PathId
from deskbell.web.dashboard.deps import Desk, TheForm, TheOwnersDesk
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
    settings = {"allowed_domains": typed["allowed_domains"].strip()} if view.inbox.channel == WEBSITE else {}
    try:
        await update(desk, inbox_id, InboxChanges(hmac_mandatory=typed["hmac_mandatory"], settings=settings))
    except Invalid as wrong:
        return _page(request, desk, view, typed, wrong.fields)
    return go(request, at(desk, inbox_id, "/security"), "Saved.")


def _page(
    request: Request,
    desk: Desk,
    view: InboxView,
    typed: dict[str, Any] | None = None,
    problems: dict[str, str] | None = None,
) -> Response:
    inbox = view.inbox
    kept = {"hmac_mandatory": inbox.hmac_mandatory, "allowed_domains": inbox.settings.allowed_domains}
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
        typed=typed if typed is not None else kept,
        snippets=shown,
        identifier=IDENTIFIER,
        example=identity_hash(inbox.hmac_token, IDENTIFIER),
    )
