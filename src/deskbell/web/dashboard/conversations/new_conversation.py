"""A conversation that the team begins: where, with whom, and with which words."""

from contextlib import suppress
from typing import Annotated, Any

from fastapi import Query, Request, Response

from deskbell.desk.commands import beginnings as commands
from deskbell.desk.commands.beginnings import Beginning
from deskbell.desk.commands.contacts import ContactChanges
from deskbell.desk.commands.thread import Draft
from deskbell.desk.queries import contacts, search
from deskbell.desk.rules.attachments import MOST
from deskbell.kit import ids
from deskbell.kit.errors import Invalid, NotFound
from deskbell.model.contact import Contact
from deskbell.web import keeping
from deskbell.web.bodies import LARGEST
from deskbell.web.dashboard.conversations import listing
from deskbell.web.dashboard.conversations.choice import Choice, TheChoice
from deskbell.web.dashboard.deps import Desk, Form, TheDesk, form_with_files
from deskbell.web.dashboard.rendering import go, is_fragment, render
from deskbell.web.dashboard.route import ACCOUNT, screen
from deskbell.web.uploads import listed

router = screen(f"{ACCOUNT}/conversations/new")

FOUND = 6
FILES = frozenset({"attachments"})
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
async def create_conversation(request: Request, choice: TheChoice, desk: TheDesk) -> Response:
    form = Form({})
    try:
        async with form_with_files(request, FILES) as form:
            wanted = await _wanted(desk, form)
            async with desk.services.database.unit() as unit:
                conversation = await commands.begin_conversation(unit, desk.actor, wanted)
    except Invalid as wrong:
        return await _page(request, desk, choice, form, _beside(form, wrong))
    except NotFound:
        gone = "The inbox, the assignee or the team is gone: choose anew."
        return await _page(request, desk, choice, form, {"inbox": gone})
    return go(request, desk.path(f"/conversations/{conversation.number}{choice.query()}"))


async def _wanted(desk: Desk, form: Form) -> Beginning:
    """What the form says, its files kept by now."""
    kept = await keeping.attachments(desk.services, listed(form.fields.get("attachments")))
    content = form.text("content").replace("\r\n", "\n").strip()
    newcomer = ContactChanges(
        name=form.text("name").strip(),
        email=form.text("email").strip() or None,
        phone_number=form.text("phone_number").strip() or None,
    )
    return Beginning(
        draft=Draft(content=content or None, private=form.flag("private"), **kept),
        inbox_id=form.id("inbox") or None,
        contact_id=form.id("contact") or None,
        newcomer=newcomer if form.text("contact") == "new" else None,
        assignee_id=form.id("assignee") or None,
        team_id=form.id("team") or None,
    )


def _beside(form: Form, wrong: Invalid) -> dict[str, str]:
    """What is wrong, by the form's fields; of its files in one place."""
    files = listed(form.fields.get("attachments"))
    found: dict[str, str] = {}
    for name, why in wrong.fields.items():
        if name.startswith("attachments"):
            place = ids.read(name[len("attachments[") : -1])
            subject = "These files" if place is None else getattr(files[place], "name", "This file")
            found["attachments"] = f"{found.get('attachments', '')} {subject} {why}.".strip()
        elif "already been taken" in why:
            found[name] = "is another contact's already: find them above"
        else:
            found[name.removesuffix("_id")] = why
    return found


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
        "most_files": MOST,
        "largest_file": desk.services.settings.max_upload_bytes,
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
