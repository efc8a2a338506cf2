"""An account's settings."""

from typing import Any

from fastapi import Request, Response

from deskbell.desk.commands import accounts as commands
from deskbell.desk.commands import held
from deskbell.desk.commands.accounts import AccountChanges
from deskbell.desk.queries import labels
from deskbell.desk.rules.idle import LONGEST, SHORTEST
from deskbell.kit.errors import Invalid
from deskbell.model.account import ATTRIBUTES, Account
from deskbell.web.dashboard.deps import Desk, Form, TheForm, TheOwnersDesk
from deskbell.web.dashboard.edits import Edit
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
UNITS = {"minutes": 1, "hours": 60, "days": 24 * 60}
OWN = ("industry", "company_size", "timezone")
"""What is kept among the account's own attributes."""
TEXTS = ("name", "locale", "support_email", "domain", "default_payload_format", *OWN)


@router.get("")
async def show_account(request: Request, desk: TheOwnersDesk) -> Response:
    return await _page(request, desk, Edit(_kept(desk.account)))


@router.post("")
async def update_account(request: Request, form: TheForm, desk: TheOwnersDesk) -> Response:
    edit = Edit.sent(form, _typed(form))
    problems: dict[str, str] = {}
    try:
        async with desk.services.database.unit() as unit:
            account = await held.account(unit, desk.actor)
            changes = _changes(account, edit.over(_kept(account)), problems)
            await commands.update_account(unit, desk.actor, changes)
            if problems:
                raise Invalid({})
    except Invalid as wrong:
        return await _page(request, desk, edit, wrong.fields | problems)
    return go(request, desk.path("/settings/account"), "Saved.")


def _changes(account: Account, typed: dict[str, Any], problems: dict[str, str]) -> AccountChanges:
    """What can be read; what cannot is put among the problems."""
    after = _minutes(typed["auto_resolve_after"], typed["auto_resolve_unit"], problems)
    return AccountChanges(
        name=typed["name"],
        locale=typed["locale"] if typed["locale"] in LOCALES else account.locale,
        support_email=typed["support_email"].strip() or None,
        domain=typed["domain"].strip() or None,
        default_payload_format="chatwoot" if typed["default_payload_format"] == "chatwoot" else "hoory",
        settings={
            "auto_resolve_after": after,
            "auto_resolve_message": typed["auto_resolve_message"].strip() or None,
            "auto_resolve_label": typed["auto_resolve_label"] or None,
            "auto_resolve_ignore_waiting": typed["auto_resolve_ignore_waiting"],
        },
        custom_attributes={name: typed[name].strip() for name in OWN},
    )


def _minutes(text: str, unit: str, problems: dict[str, str]) -> int | None:
    """How long conversations may be idle; None where they stay open."""
    text = text.strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        problems["auto_resolve_after"] = "should be a whole number"
        return None
    minutes = int(text) * UNITS.get(unit, 1)
    if not SHORTEST <= minutes <= LONGEST:
        problems["auto_resolve_after"] = (
            f"should be from {SHORTEST} minutes to {LONGEST // UNITS['days']} days"
        )
    return minutes


def _kept(account: Account) -> dict[str, Any]:
    settings = account.settings
    after = settings.get("auto_resolve_after")
    minutes = after if isinstance(after, int) and not isinstance(after, bool) else 0
    unit = next((name for name, size in reversed(UNITS.items()) if minutes % size == 0), "minutes")
    return {
        "name": account.name,
        "locale": account.locale,
        "support_email": account.support_email or "",
        "domain": account.domain or "",
        "default_payload_format": account.default_payload_format,
        "auto_resolve_after": str(minutes // UNITS[unit]) if minutes else "",
        "auto_resolve_unit": unit,
        "auto_resolve_message": settings.get("auto_resolve_message") or "",
        "auto_resolve_label": settings.get("auto_resolve_label") or "",
        "auto_resolve_ignore_waiting": settings.get("auto_resolve_ignore_waiting") is True,
        **{name: (settings.get(ATTRIBUTES) or {}).get(name) or "" for name in OWN},
    }


def _typed(form: Form) -> dict[str, Any]:
    names = (*TEXTS, "auto_resolve_after", "auto_resolve_unit", "auto_resolve_message", "auto_resolve_label")
    texts: dict[str, Any] = {name: form.text(name) for name in names}
    return texts | {"auto_resolve_ignore_waiting": form.flag("auto_resolve_ignore_waiting")}


async def _page(request: Request, desk: Desk, edit: Edit, problems: dict[str, str] | None = None) -> Response:
    typed = edit.shown
    async with desk.services.database.read() as reader:
        titles = [one.title for one in await labels.all_labels(reader, desk.actor)]
    if typed["auto_resolve_label"] and typed["auto_resolve_label"] not in titles:
        titles = [typed["auto_resolve_label"], *titles]
    values = {
        "typed": typed,
        "edit": edit,
        "locales": LOCALES,
        "units": UNITS,
        "titles": titles,
        "problems": problems or {},
    }
    return render(desk, request, "settings/account.html", edit.status(problems), **values)
