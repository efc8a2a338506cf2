"""Everybody who wrote in, or may: a list to search, and a form for somebody new."""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, Query, Request, Response
from msgspec import Struct

from deskbell.desk.commands import contacts as commands
from deskbell.desk.commands.contacts import ContactChanges
from deskbell.desk.queries import contacts as queries
from deskbell.desk.queries import labels
from deskbell.kit.errors import Invalid
from deskbell.web.dashboard.contacts.contact import called
from deskbell.web.dashboard.deps import Desk, TheDesk, TheForm
from deskbell.web.dashboard.rendering import go, is_fragment, render
from deskbell.web.dashboard.route import ACCOUNT, screen

router = screen(f"{ACCOUNT}/contacts")

PER_PAGE = 25
SORTS = {
    "-last_activity_at": "Last active",
    "name": "Name",
    "-created_at": "Newest",
    "created_at": "Oldest",
    "email": "Email",
}
FIELDS = ("name", "email", "phone_number", "identifier", "company_name")


class Choice(Struct, frozen=True, kw_only=True):
    """Which contacts are listed: kept in the address, so that it can be shared and reloaded."""

    q: str = ""
    label: str = ""
    sort: str = "-last_activity_at"
    page: int = 1

    def query(self, **changed: Any) -> str:
        """The address' query for this choice with something changed; what is usual stays unsaid."""
        usual = Choice()
        given = {name: getattr(self, name) for name in self.__struct_fields__} | changed
        said = urlencode({name: value for name, value in given.items() if value != getattr(usual, name)})
        return f"?{said}" if said else ""


def the_choice(
    q: Annotated[str, Query(max_length=200)] = "",
    label: Annotated[str, Query(max_length=100)] = "",
    sort: Annotated[str, Query(max_length=40)] = "-last_activity_at",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> Choice:
    """What is not known means what is usual."""
    return Choice(q=q.strip(), label=label, sort=sort if sort in SORTS else "-last_activity_at", page=page)


TheContactChoice = Annotated[Choice, Depends(the_choice)]


@router.get("")
async def list_contacts(request: Request, choice: TheContactChoice, desk: TheDesk) -> Response:
    name = "contacts/contact_list.html" if is_fragment(request) else "contacts/contacts.html"
    return render(desk, request, name, **await listed(desk, choice))


@router.get("/new")
async def show_new(request: Request, desk: TheDesk) -> Response:
    return render(desk, request, "contacts/contact_new.html", typed=dict.fromkeys(FIELDS, ""))


@router.post("/new")
async def create_contact(request: Request, form: TheForm, desk: TheDesk) -> Response:
    typed = {name: form.text(name) for name in FIELDS}
    company = typed["company_name"].strip()
    said: dict[str, Any] = {name: typed[name] for name in FIELDS if name != "company_name"}
    changes = ContactChanges(**said, additional_attributes={"company_name": company} if company else {})
    try:
        if not any(typed[name].strip() for name in FIELDS):
            raise Invalid({"name": "can't be blank where there is nothing else to know them by"})
        async with desk.services.database.unit() as unit:
            made = await commands.create_contact(unit, desk.actor, changes)
    except Invalid as wrong:
        return render(desk, request, "contacts/contact_new.html", 422, typed=typed, problems=wrong.fields)
    return go(request, desk.path(f"/contacts/{made.id}"), f"{called(made)} is among your contacts now.")


async def listed(desk: Desk, choice: Choice) -> dict[str, Any]:
    """What the list is made of."""
    async with desk.services.database.read() as reader:
        found = await queries.page(
            reader,
            desk.actor,
            query=choice.q or None,
            sort=choice.sort,
            number=choice.page,
            size=PER_PAGE,
            label=choice.label or None,
        )
        known = await labels.all_labels(reader, desk.actor)
    return {
        "choice": choice,
        "contacts": found.contacts,
        "count": found.count,
        "pages": max(1, -(-found.count // PER_PAGE)),
        "account_labels": known,
        "sorts": SORTS,
        "called": called,
    }
