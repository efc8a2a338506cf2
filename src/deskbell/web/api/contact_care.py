"""Contacts' labels and notes, where they can be reached, and two contacts made one."""

from typing import Annotated, ClassVar

from fastapi import Response
from pydantic import BeforeValidator
from typing_extensions import TypedDict

from deskbell.desk.commands import contact_care as commands
from deskbell.desk.queries import contact_care as queries
from deskbell.kit.clock import unix
from deskbell.model.contact_note import NoteView
from deskbell.web.answers import answer, answers, empty
from deskbell.web.bodies import Body, Id, OptionalText, PathId
from deskbell.web.deps import TheActor, TheServices
from deskbell.web.faces import ACCOUNT, resource, updates
from deskbell.web.present import people
from deskbell.web.present.people import AgentJSON, ContactInboxJSON, ContactJSON
from deskbell.web.slices import TheSlice

router = resource(f"{ACCOUNT}/contacts/{{contact_id}}", "Contacts")
actions_router = resource(f"{ACCOUNT}/actions", "Contacts")


class ContactLabelsJSON(TypedDict):
    payload: list[str]


class NoteJSON(TypedDict):
    id: int
    content: str
    account_id: int
    contact_id: int
    user: AgentJSON | None
    created_at: int
    updated_at: int


class ContactableJSON(TypedDict):
    payload: list[ContactInboxJSON]


class ContactLabelsBody(Body):
    labels: Annotated[list[str], BeforeValidator(lambda value: [] if value is None else value)]


class NoteBody(Body):
    wrapper: ClassVar[str] = "note"
    content: OptionalText = None


class MergeBody(Body):
    base_contact_id: Id
    mergee_contact_id: Id


def note(view: NoteView, account_id: int) -> NoteJSON:
    return {
        "id": view.note.id,
        "content": view.note.content,
        "account_id": account_id,
        "contact_id": view.note.contact_id,
        "user": people.agent(view.author) if view.author else None,
        "created_at": unix(view.note.created_at),
        "updated_at": unix(view.note.updated_at),
    }


@router.get("/labels", summary="List a contact's labels", responses=answers(ContactLabelsJSON))
async def list_contact_labels(contact_id: PathId, actor: TheActor, services: TheServices) -> Response:
    async with services.database.read() as reader:
        return answer({"payload": await queries.labels(reader, actor, contact_id)})


@router.post("/labels", summary="Replace a contact's labels", responses=answers(ContactLabelsJSON))
async def set_contact_labels(
    contact_id: PathId, body: ContactLabelsBody, actor: TheActor, services: TheServices
) -> Response:
    async with services.database.unit() as unit:
        titles = await commands.set_labels(unit, actor, contact_id, body.labels)
    return answer({"payload": titles})


@router.get("/notes", summary="List the notes about a contact", responses=answers(list[NoteJSON]))
async def list_notes(
    contact_id: PathId, actor: TheActor, services: TheServices, wanted: TheSlice
) -> Response:
    async with services.database.read() as reader:
        found = await queries.notes(reader, actor, contact_id)
    return wanted.answer(found, lambda one: note(one, actor.account_id))


@router.post("/notes", summary="Write a note about a contact", responses=answers(NoteJSON))
async def create_note(contact_id: PathId, body: NoteBody, actor: TheActor, services: TheServices) -> Response:
    async with services.database.unit() as unit:
        note_id = await commands.add_note(unit, actor, contact_id, body.content)
        view = await queries.note(unit, actor, contact_id, note_id)
    return answer(note(view, actor.account_id))


@router.get("/notes/{note_id}", summary="Show a note", responses=answers(NoteJSON))
async def show_note(contact_id: PathId, note_id: PathId, actor: TheActor, services: TheServices) -> Response:
    async with services.database.read() as reader:
        view = await queries.note(reader, actor, contact_id, note_id)
    return answer(note(view, actor.account_id))


@updates(router, "/notes/{note_id}", summary="Write a note anew", responses=answers(NoteJSON))
async def update_note(
    contact_id: PathId, note_id: PathId, body: NoteBody, actor: TheActor, services: TheServices
) -> Response:
    async with services.database.unit() as unit:
        if "content" in body.model_fields_set:
            await commands.update_note(unit, actor, contact_id, note_id, body.content)
        view = await queries.note(unit, actor, contact_id, note_id)
    return answer(note(view, actor.account_id))


@router.delete("/notes/{note_id}", summary="Delete a note")
async def delete_note(
    contact_id: PathId, note_id: PathId, actor: TheActor, services: TheServices
) -> Response:
    async with services.database.unit() as unit:
        await commands.delete_note(unit, actor, contact_id, note_id)
    return empty()


@router.get(
    "/contactable_inboxes",
    summary="Where a conversation with a contact can be begun",
    responses=answers(ContactableJSON),
)
async def contactable_inboxes(contact_id: PathId, actor: TheActor, services: TheServices) -> Response:
    async with services.database.read() as reader:
        found = await queries.contactable(reader, actor, contact_id)
    return answer({"payload": [people.place(one) for one in found]})


@actions_router.post(
    "/contact_merge", summary="Make two contacts one: the base stays", responses=answers(ContactJSON)
)
async def merge_contacts(body: MergeBody, actor: TheActor, services: TheServices) -> Response:
    async with services.database.unit() as unit:
        contact = await commands.merge_contacts(unit, actor, body.base_contact_id, body.mergee_contact_id)
    return answer(people.contact(contact))
