"""A conversation that the team begins: where, with whom, and with which words."""

from contextlib import suppress
from typing import Annotated, Any

from fastapi import Query, Request, Response

from deskbell.desk.commands import contacts as contact_commands
from deskbell.desk.commands import conversations as commands
from deskbell.desk.commands import messages as message_commands
from deskbell.desk.commands.contacts import ContactChanges
from deskbell.desk.commands.conversations import NewConversation
from deskbell.desk.commands.thread import Draft
from deskbell.desk.queries import contacts, search
from deskbell.kit import ids
from deskbell.kit.errors import Invalid, NotFound
from deskbell.model.contact import Contact
from deskbell.model.conversation import Conversation
from deskbell.store.database import Unit
from deskbell.web.bodies import LARGEST
from deskbell.web.dashboard.conversations import listing
from deskbell.web.dashboard.conversations.choice import Choice, TheChoice
from deskbell.web.dashboard.deps import Desk, Form, TheDesk, TheForm
from deskbell.web.dashboard.rendering import go, is_fragment, render
from deskbell.web.dashboard.route import ACCOUNT, screen

router = screen(f"{ACCOUNT}/conversations/new")

FOUND = 6
Wanted = Annotated[str, Query(max_length=200)]


@router.get("")
async def show_new(
    request: Request,
    choice: TheChoice,
    desk: TheDesk,
    contact_id: Annotated[int | None, Query(ge=1, le=LARGEST)] = None,
    find: Wanted = "",
) -> Response:
    """Beside the list. `contact_id` is whom to begin with, `find` who is looked for where no script does."""
    typed = {"contact": str(contact_id)} if contact_id else {}
    return await _page(request, desk, choice, Form(typed | {"find": find}))


@router.get("/contacts")
async def find_contacts(request: Request, desk: TheDesk, find: Wanted = "", contact: Wanted = "") -> Response:
    """Whom to begin with, while somebody types."""
    found = await _people(desk, find, contact)
    return render(
        desk,
        request,
        "conversations/new_conversation_people.html",
        people=found,
        typed=Form({"contact": contact, "find": find}),
    )


@router.post("")
async def create_conversation(request: Request, form: TheForm, choice: TheChoice, desk: TheDesk) -> Response:
    try:
        async with desk.services.database.unit() as unit:
            conversation = await _begin(unit, desk, form)
    except Invalid as wrong:
        return await _page(request, desk, choice, form, wrong.fields)
    except NotFound:
        return await _page(request, desk, choice, form, {"inbox": "or assignee is gone: choose anew"})
    return go(request, desk.path(f"/conversations/{conversation.number}{choice.query()}"))


async def _begin(unit: Unit, desk: Desk, form: Form) -> Conversation:
    """All of it or nothing: the contact where they are new, the conversation, and the first words. Raises Invalid, NotFound."""
    refused: dict[str, str] = {}
    words, inbox_id = form.text("content").strip(), form.id("inbox") or None
    if inbox_id is None:
        refused["inbox"] = "should be chosen"
    if not words:
        refused["content"] = "can't be blank"
    if not form.text("contact"):
        refused["contact"] = "should be chosen: find somebody, or say who is new"
    new = form.text("contact") == "new"
    if new and not any(form.text(name).strip() for name in ("name", "email", "phone_number")):
        refused["name"] = "can't be blank where there is no email and no phone number"
    if refused:
        raise Invalid(refused)
    contact_id = (await _newcomer(unit, desk, form)).id if new else form.id("contact") or None
    wanted = NewConversation(
        inbox_id=inbox_id, contact_id=contact_id, assignee_id=form.id("assignee") or None
    )
    conversation = await commands.create_conversation(unit, desk.actor, wanted)
    draft = Draft(content=words, private=form.flag("private"))
    await message_commands.write(unit, desk.actor, conversation, draft)
    return conversation


async def _newcomer(unit: Unit, desk: Desk, form: Form) -> Contact:
    changes = ContactChanges(
        name=form.text("name").strip(),
        email=form.text("email").strip() or None,
        phone_number=form.text("phone_number").strip() or None,
    )
    try:
        return await contact_commands.create_contact(unit, desk.actor, changes)
    except Invalid as wrong:
        taken = "is another contact's already: find them above"
        raise Invalid(
            {name: taken if "already been taken" in why else why for name, why in wrong.fields.items()}
        ) from None


async def _page(
    request: Request,
    desk: Desk,
    choice: Choice,
    typed: Form,
    problems: dict[str, str] | None = None,
) -> Response:
    status = 422 if problems else 200
    values: dict[str, Any] = {
        "typed": typed,
        "problems": problems or {},
        "people": await _people(desk, typed.text("find"), typed.text("contact")),
    }
    if is_fragment(request):
        async with desk.services.database.read() as reader:
            options = await listing.offered(reader, desk)
        return render(
            desk,
            request,
            "conversations/new_conversation.html",
            status,
            choice=choice,
            options=options,
            swapped=True,
            **values,
        )
    listed = await listing.listed(desk, choice)
    values |= {"options": listed["list"].options, "chosen": None, "pane": "new_conversation"}
    return render(desk, request, "conversations/inbox.html", status, **listed | values)


async def _people(desk: Desk, find: str, chosen: str) -> list[Contact]:
    """Whoever is found by what was typed, and whoever is chosen already."""
    async with desk.services.database.read() as reader:
        found = await search.find_contacts(reader, desk.actor, find.strip(), 1) if find.strip() else []
        contact_id = ids.read(chosen)
        if contact_id and all(one.id != contact_id for one in found):
            with suppress(NotFound):
                found.insert(0, (await contacts.show(reader, desk.actor, contact_id)).contact)
    return found[:FOUND]
