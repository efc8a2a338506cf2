"""What an inbox says and does by itself: its name, its greeting, who gets a conversation, what is asked in the end."""

from typing import Any

from fastapi import Request, Response

from deskbell.desk.commands.inboxes import InboxChanges
from deskbell.desk.queries.inboxes import InboxView
from deskbell.desk.rules.inbox_settings import DISPLAYS, OPERATORS
from deskbell.kit.errors import Invalid
from deskbell.model.inbox import Inbox
from deskbell.web.bodies import PathId
from deskbell.web.dashboard.deps import Desk, Form, TheForm, TheOwnersDesk
from deskbell.web.dashboard.edits import Edit
from deskbell.web.dashboard.inboxes.page import INBOXES, WEBSITE, at, show, text_or_none, the_view, update
from deskbell.web.dashboard.rendering import go
from deskbell.web.dashboard.route import ACCOUNT, screen

router = screen(f"{ACCOUNT}{INBOXES}/{{inbox_id}}")

TEXTS = ("name", "website_url", "greeting_message", "max_assignment_limit", "csat_message", "csat_labels")
TEXTS_BESIDE = ("csat_display", "csat_operator", "business_name", "sender_name_type", "reply_window")
FLAGS = ("greeting_enabled", "enable_auto_assignment", "lock_to_single_conversation", "csat_survey_enabled")
WEBSITE_FLAGS = ("enable_email_collect", "allow_messages_after_resolved", "continuity_via_email")
BESIDE = {
    "auto_assignment_config.max_assignment_limit": "max_assignment_limit",
    "csat_config.message": "csat_message",
    "csat_config.display_type": "csat_display",
    "csat_config.survey_rules.operator": "csat_operator",
    "csat_config.survey_rules.values": "csat_labels",
    "additional_attributes.agent_reply_time_window": "reply_window",
}
"""The form's field for each setting that has another name."""


@router.get("")
async def show_settings(inbox_id: PathId, request: Request, desk: TheOwnersDesk) -> Response:
    return page(request, desk, await the_view(desk, inbox_id))


@router.post("")
async def update_settings(inbox_id: PathId, request: Request, form: TheForm, desk: TheOwnersDesk) -> Response:
    view = await the_view(desk, inbox_id)
    edit = Edit.sent(form, _typed(form))
    try:
        await update(desk, inbox_id, edit, _kept, _changes)
    except Invalid as wrong:
        problems = {BESIDE.get(name, name): problem for name, problem in wrong.fields.items()}
        return page(request, desk, view, edit, problems)
    return go(request, at(desk, inbox_id), "Saved.")


def page(
    request: Request,
    desk: Desk,
    view: InboxView,
    edit: Edit | None = None,
    problems: dict[str, str] | None = None,
) -> Response:
    return show(request, desk, view, "settings", problems, edit or Edit(_kept(view)))


def _changes(form: Form, view: InboxView) -> InboxChanges:
    return InboxChanges(name=form.text("name"), settings=_settings(form, view.inbox))


def _settings(form: Form, inbox: Inbox) -> dict[str, Any]:
    kept = inbox.settings
    said: dict[str, Any] = {name: form.flag(name) for name in FLAGS}
    said["greeting_message"] = text_or_none(form.text("greeting_message"))
    said["auto_assignment_config"] = {"max_assignment_limit": text_or_none(form.text("max_assignment_limit"))}
    labels = [one.strip() for one in form.text("csat_labels").split(",") if one.strip()]
    rules = {"operator": form.text("csat_operator") or OPERATORS[0], "values": labels} if labels else None
    said["csat_config"] = kept.csat_config | {
        "message": text_or_none(form.text("csat_message")),
        "display_type": form.text("csat_display") or DISPLAYS[0],
        "survey_rules": rules,
    }
    said["business_name"] = text_or_none(form.text("business_name"))
    if inbox.channel == WEBSITE:
        said |= {name: form.flag(name) for name in WEBSITE_FLAGS}
        said["website_url"] = text_or_none(form.text("website_url"))
        professional = form.text("sender_name_type") == "professional"
        said["sender_name_type"] = "professional" if professional else "friendly"
    else:
        window = _hours(form.text("reply_window"))
        said["additional_attributes"] = kept.additional_attributes | {"agent_reply_time_window": window}
    return said


def _hours(text: str) -> float | str | None:
    """A number where it is one; what is none stays as it was typed, to be refused by the rules."""
    try:
        return float(text.replace(",", ".")) if text.strip() else None
    except ValueError:
        return text


def _kept(view: InboxView) -> dict[str, Any]:
    """The form of an inbox as it is."""
    inbox, settings = view.inbox, view.inbox.settings
    rules = settings.csat_config.get("survey_rules") or {}
    window = settings.additional_attributes.get("agent_reply_time_window")
    most = settings.auto_assignment_config.get("max_assignment_limit")
    return {
        "name": inbox.name,
        "website_url": settings.website_url or "",
        "greeting_message": settings.greeting_message or "",
        "max_assignment_limit": str(most or ""),
        "csat_message": settings.csat_config.get("message") or "",
        "csat_display": settings.csat_config.get("display_type") or DISPLAYS[0],
        "csat_operator": rules.get("operator") or OPERATORS[0],
        "csat_labels": ", ".join(rules.get("values") or []),
        "business_name": settings.business_name or "",
        "sender_name_type": settings.sender_name_type,
        "reply_window": "" if window in (None, "") else f"{window:g}",
    } | {name: getattr(settings, name) for name in FLAGS + WEBSITE_FLAGS}


def _typed(form: Form) -> dict[str, Any]:
    """The form as it was sent, to be mended."""
    texts = {name: form.text(name) for name in TEXTS + TEXTS_BESIDE}
    return texts | {name: form.flag(name) for name in FLAGS + WEBSITE_FLAGS}
