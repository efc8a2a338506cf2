"""What a website's chat asks before a conversation begins, in an order of one's own."""

from typing import Any

from fastapi import Request, Response
from msgspec import Struct, convert
from msgspec.structs import replace

from deskbell.desk.commands.inboxes import InboxChanges
from deskbell.desk.queries import attribute_definitions as queries
from deskbell.desk.queries.inboxes import InboxView
from deskbell.desk.rules.fields import NAME_LIMIT
from deskbell.kit.errors import Invalid
from deskbell.model.attribute_definition import AttributeDefinition
from deskbell.model.inbox import InboxSettings
from deskbell.web.bodies import PathId
from deskbell.web.dashboard.deps import Desk, Form, TheForm, TheOwnersDesk
from deskbell.web.dashboard.edits import Edit
from deskbell.web.dashboard.inboxes.page import INBOXES, WEBSITE, at, show, text_or_none, the_view, update
from deskbell.web.dashboard.rendering import go
from deskbell.web.dashboard.route import ACCOUNT, screen

router = screen(f"{ACCOUNT}{INBOXES}/{{website_id}}/form")

KINDS = {
    "text": "Text",
    "email": "Email",
    "number": "Number",
    "link": "Link",
    "date": "Date",
    "list": "List",
    "checkbox": "Checkbox",
}
OF = {"standard": "Standard", "contact_attribute": "Contact", "conversation_attribute": "Conversation"}


class Question(Struct, frozen=True, kw_only=True):
    """A row of the builder. `key` names it on the page; `lost`: the custom attribute it asks for is deleted."""

    key: str
    name: str
    kind: str
    of: str
    label: str
    placeholder: str = ""
    required: bool = False
    asked: bool = False
    values: list[str] = []
    pattern: str | None = None
    cue: str | None = None
    lost: bool = False

    def option(self) -> dict[str, Any]:
        """As the inbox keeps it."""
        return {
            "name": self.name,
            "type": self.kind,
            "field_type": self.of,
            "label": self.label,
            "placeholder": self.placeholder,
            "required": self.required,
            "enabled": self.asked,
            "values": self.values,
            "regex_pattern": self.pattern,
            "regex_cue": self.cue,
        }


STANDARD = (
    Question(key="emailAddress", name="emailAddress", kind="email", of="standard", label="Email address"),
    Question(key="fullName", name="fullName", kind="text", of="standard", label="Your name"),
    Question(key="phoneNumber", name="phoneNumber", kind="text", of="standard", label="Phone number"),
)


@router.get("")
async def show_form(website_id: PathId, request: Request, desk: TheOwnersDesk) -> Response:
    view = await the_view(desk, website_id, WEBSITE)
    return _page(request, desk, view, Edit(kept(view.inbox.settings, await known(desk))))


@router.post("")
async def update_form(website_id: PathId, request: Request, form: TheForm, desk: TheOwnersDesk) -> Response:
    """A question that is moved by its button is moved on the page, and kept with all the others."""
    view = await the_view(desk, website_id, WEBSITE)
    possible = await known(desk)
    typed = read(form, kept(view.inbox.settings, possible)["questions"])
    typed["questions"] = moved(typed["questions"], form.text("move"))
    edit = Edit.sent(form, typed)
    if form.text("move"):
        return _page(request, desk, view, edit)
    try:
        await update(desk, website_id, edit, lambda now: kept(now.inbox.settings, possible), _meant)
    except Invalid as wrong:
        return _page(request, desk, view, edit, wrong.fields)
    told = "Saved. Who begins a conversation is asked so from now on."
    return go(request, at(desk, website_id, "/form"), told if edit.shown["enabled"] else "Saved.")


async def known(desk: Desk) -> list[Question]:
    """All that can be asked."""
    async with desk.services.database.read() as reader:
        definitions = await queries.all_definitions(reader, desk.actor, None)
    return [*STANDARD, *(_custom(one) for one in definitions)]


def kept(settings: InboxSettings, known: list[Question]) -> dict[str, Any]:
    """The form of an inbox as it is: what is asked in its order, and then what could be."""
    options = settings.pre_chat_form_options
    given = options.get("pre_chat_fields")
    possible = {one.key: one for one in known}
    found: dict[str, Question] = {}
    for option in given if isinstance(given, list) else []:
        if isinstance(option, dict) and isinstance(option.get("name"), str):
            question = _asked(Form(option), possible, bool(option.get("enabled")))
            found.setdefault(question.key, question)
    message = options.get("pre_chat_message")
    return {
        "enabled": settings.pre_chat_form_enabled,
        "message": message if isinstance(message, str) else "",
        "questions": [*found.values(), *(one for one in known if one.key not in found)],
    }


def read(form: Form, possible: list[Question]) -> dict[str, Any]:
    """The form as it was sent. Its rows come in the order in which they stand on the page."""
    given = form.fields.get("questions")
    rows = given if isinstance(given, dict) else {}
    left = {one.key: one for one in possible}
    found = []
    for key, said in rows.items():
        question = left.pop(key, None)
        if question is not None and isinstance(said, dict):
            row = Form(said)
            found.append(
                replace(
                    question,
                    asked=row.flag("asked"),
                    required=row.flag("required"),
                    label=row.text("label").strip(),
                    placeholder=row.text("placeholder").strip(),
                )
            )
    return {
        "enabled": form.flag("enabled"),
        "message": form.text("message"),
        "questions": [*found, *left.values()],
    }


def changes(typed: dict[str, Any]) -> InboxChanges:
    """What is asked for no more, and what could be asked otherwise, is not kept."""
    refused: dict[str, str] = {}
    questions: list[Question] = typed["questions"]
    for one in questions:
        if one.asked and not one.label:
            refused[f"label-{one.key}"] = "can't be blank"
        elif len(one.label) > NAME_LIMIT or len(one.placeholder) > NAME_LIMIT:
            refused[f"label-{one.key}"] = f"is too long (at most {NAME_LIMIT} characters)"
    if typed["enabled"] and not any(one.asked for one in questions):
        refused["enabled"] = "Tick something to ask, or switch the form off."
    if len(typed["message"]) > 10_000:
        refused["message"] = "is too long (at most 10000 characters)"
    options = {
        "pre_chat_message": text_or_none(typed["message"]),
        "pre_chat_fields": [one.option() for one in questions if one.asked or not one.lost],
    }
    settings = {"pre_chat_form_enabled": typed["enabled"], "pre_chat_form_options": options}
    return InboxChanges(settings=settings, refused=refused)


def _meant(form: Form, _view: InboxView) -> InboxChanges:
    questions = convert(form.fields["questions"], list[Question])
    return changes({"enabled": form.flag("enabled"), "message": form.text("message"), "questions": questions})


def moved(questions: list[Question], wish: str) -> list[Question]:
    """The questions with one of them (`up:key`, `down:key`) a place further up or down."""
    way, _, key = wish.partition(":")
    places = [place for place, one in enumerate(questions) if one.key == key]
    if not places:
        return questions
    order = list(questions)
    one = order.pop(places[0])
    order.insert(max(0, places[0] + (-1 if way == "up" else 1)), one)
    return order


def _custom(one: AttributeDefinition) -> Question:
    of = f"{one.model}_attribute"
    return Question(
        key=f"{of}-{one.key}",
        name=one.key,
        kind="number" if one.display_type in ("currency", "percent") else one.display_type,
        of=of,
        label=one.name,
        values=[str(value) for value in one.allowed_values],
        pattern=one.pattern,
        cue=one.cue,
    )


def _asked(option: Form, possible: dict[str, Question], asked: bool) -> Question:
    """A question as the inbox keeps it. What kind it is its definition knows best."""
    name, of = option.text("name"), option.text("field_type")
    key = name if name in possible or of not in OF or of == "standard" else f"{of}-{name}"
    base = possible.get(key)
    if base is None:
        values = option.fields.get("values")
        base = Question(
            key=key,
            name=name,
            kind=option.text("type") or "text",
            of=of if of in OF else "conversation_attribute",
            label=name,
            values=[str(one) for one in values] if isinstance(values, list) else [],
            pattern=option.text("regex_pattern") or None,
            cue=option.text("regex_cue") or None,
            lost=True,
        )
    return replace(
        base,
        asked=asked,
        label=option.text("label") or base.label,
        placeholder=option.text("placeholder"),
        required=bool(option.fields.get("required")),
    )


def _page(
    request: Request,
    desk: Desk,
    view: InboxView,
    edit: Edit,
    problems: dict[str, str] | None = None,
) -> Response:
    return show(request, desk, view, "form", problems, edit, question_kinds=KINDS, of=OF)
