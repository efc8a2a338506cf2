"""Search over conversations, contacts and messages."""

from typing import Annotated, Any

from fastapi import Query, Response
from typing_extensions import TypedDict

from deskbell.desk import access
from deskbell.desk.actor import Actor
from deskbell.desk.queries import search as queries
from deskbell.store.database import Reader
from deskbell.web.answers import answer, answers
from deskbell.web.deps import PageNumber, TheActor, TheServices
from deskbell.web.faces import ACCOUNT, resource
from deskbell.web.present import search as present
from deskbell.web.present.search import FoundContactJSON, FoundConversationJSON, FoundMessageJSON

router = resource(f"{ACCOUNT}/search", "Search")

Asked = Annotated[str, Query(alias="q", max_length=200, description="What to look for; case is ignored")]


class ConversationsJSON(TypedDict):
    conversations: list[FoundConversationJSON]


class ContactsJSON(TypedDict):
    contacts: list[FoundContactJSON]


class MessagesJSON(TypedDict):
    messages: list[FoundMessageJSON]


class EverythingJSON(ConversationsJSON, ContactsJSON, MessagesJSON):
    articles: list[dict[str, Any]]


class FoundJSON(TypedDict):
    payload: EverythingJSON


class FoundConversationsJSON(TypedDict):
    payload: ConversationsJSON


class FoundContactsJSON(TypedDict):
    payload: ContactsJSON


class FoundMessagesJSON(TypedDict):
    payload: MessagesJSON


async def _conversations(reader: Reader, actor: Actor, query: str, page: int) -> list[FoundConversationJSON]:
    found = await queries.find_conversations(reader, actor, query, page) if query else []
    return [present.conversation(one) for one in found]


async def _contacts(reader: Reader, actor: Actor, query: str, page: int) -> list[FoundContactJSON]:
    found = await queries.find_contacts(reader, actor, query, page) if query else []
    return [present.contact(one) for one in found]


async def _messages(reader: Reader, actor: Actor, query: str, page: int, now: int) -> list[FoundMessageJSON]:
    found = await queries.find_messages(reader, actor, query, page, now=now) if query else []
    return [present.message(one) for one in found]


@router.get("", summary="Search conversations, contacts and messages", responses=answers(FoundJSON))
async def find_everything(
    actor: TheActor, services: TheServices, q: Asked = "", page: PageNumber = 1
) -> Response:
    access.refuse_bots(actor)
    query = q.strip()
    async with services.database.read() as reader:
        found: EverythingJSON = {
            "conversations": await _conversations(reader, actor, query, page),
            "contacts": await _contacts(reader, actor, query, page),
            "messages": await _messages(reader, actor, query, page, services.clock.now()),
            "articles": [],
        }
    return answer({"payload": found})


@router.get(
    "/conversations",
    summary="Search conversations by number or contact",
    responses=answers(FoundConversationsJSON),
)
async def find_conversations(
    actor: TheActor, services: TheServices, q: Asked = "", page: PageNumber = 1
) -> Response:
    access.refuse_bots(actor)
    async with services.database.read() as reader:
        found = await _conversations(reader, actor, q.strip(), page)
    return answer({"payload": {"conversations": found}})


@router.get("/contacts", summary="Search contacts", responses=answers(FoundContactsJSON))
async def find_contacts(
    actor: TheActor, services: TheServices, q: Asked = "", page: PageNumber = 1
) -> Response:
    access.refuse_bots(actor)
    async with services.database.read() as reader:
        found = await _contacts(reader, actor, q.strip(), page)
    return answer({"payload": {"contacts": found}})


@router.get(
    "/messages",
    summary="Search what was said in the last ninety days",
    responses=answers(FoundMessagesJSON),
)
async def find_messages(
    actor: TheActor, services: TheServices, q: Asked = "", page: PageNumber = 1
) -> Response:
    access.refuse_bots(actor)
    async with services.database.read() as reader:
        found = await _messages(reader, actor, q.strip(), page, services.clock.now())
    return answer({"payload": {"messages": found}})
