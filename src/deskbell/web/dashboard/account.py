"""An account's settings."""

from fastapi import Request, Response

from deskbell.desk.commands import accounts as commands
from deskbell.desk.commands.accounts import AccountChanges
from deskbell.kit.errors import Invalid
from deskbell.web.dashboard.deps import TheForm, TheOwnersDesk
from deskbell.web.dashboard.rendering import go, render
from deskbell.web.dashboard.route import ACCOUNT, screen

router = screen(f"{ACCOUNT}/settings/account")

LOCALES = {
    "en": "English",
    "de": "Deutsch",
    "fr": "Français",
    "es": "Español",
    "pt_BR": "Português do Brasil",
    "ar": "العربية",
}


@router.get("")
async def show_account(request: Request, desk: TheOwnersDesk) -> Response:
    account = desk.account
    typed = {
        "name": account.name,
        "locale": account.locale,
        "support_email": account.support_email or "",
        "default_payload_format": account.default_payload_format,
    }
    return render(desk, request, "account.html", typed=typed, locales=LOCALES)


@router.post("")
async def update_account(request: Request, form: TheForm, desk: TheOwnersDesk) -> Response:
    typed = {name: form.text(name) for name in ("name", "locale", "support_email", "default_payload_format")}
    changes = AccountChanges(
        name=typed["name"],
        locale=typed["locale"] if typed["locale"] in LOCALES else desk.account.locale,
        support_email=typed["support_email"].strip() or None,
        default_payload_format="chatwoot" if typed["default_payload_format"] == "chatwoot" else "hoory",
    )
    try:
        async with desk.services.database.unit() as unit:
            await commands.update_account(unit, desk.actor, changes)
    except Invalid as wrong:
        return render(desk, request, "account.html", 422, typed=typed, locales=LOCALES, problems=wrong.fields)
    return go(request, desk.path("/settings/account"), "Saved.")
