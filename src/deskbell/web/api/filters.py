"""Contacts and conversations found by filters."""

from typing import Annotated, Any

from fastapi import Response
from pydantic import BeforeValidator, Field
from typing_extensions import TypedDict

from deskbell.desk.queries import filters as queries
from deskbell.model.filter import Condition
from deskbell.web.answers import answer, answers
from deskbell.web.api.contacts import PER_PAGE as CONTACTS_PER_PAGE
from deskbell.web.api.contacts import ContactsJSON
from deskbell.web.api.conversations import PER_PAGE as CONVERSATIONS_PER_PAGE
from deskbell.web.bodies import Body, OptionalText
from deskbell.web.deps import PageNumber, PageSize, TheActor, TheServices
from deskbell.web.faces import ACCOUNT, resource
from deskbell.web.present import people, talk
from deskbell.web.present.talk import ConversationJSON, CountsJSON

router = resource(ACCOUNT, "Filters")

CONDITIONS_LIMIT = 50


class FilteredConversationsJSON(TypedDict):
    meta: CountsJSON
    payload: list[ConversationJSON]


def _listed(value: Any) -> Any:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


class ConditionBody(Body):
    attribute_key: str
    filter_operator: str
    values: Annotated[list[Any], BeforeValidator(_listed)] = []
    query_operator: OptionalText = None
    custom_attribute_type: OptionalText = None

    def condition(self) -> Condition:
        return Condition(
            attribute_key=self.attribute_key,
            filter_operator=self.filter_operator,
            values=self.values,
            query_operator=self.query_operator or None,
            custom_attribute_type=self.custom_attribute_type,
        )


Conditions = Annotated[list[ConditionBody], Field(max_length=CONDITIONS_LIMIT)]


class FilterBody(Body):
    payload: Conditions


@router.post("/contacts/filter", summary="Filter contacts", responses=answers(ContactsJSON))
async def filter_contacts(
    body: FilterBody,
    actor: TheActor,
    services: TheServices,
    page: PageNumber = 1,
    per_page: PageSize = CONTACTS_PER_PAGE,
    sort: str = "name",
) -> Response:
    asked = [one.condition() for one in body.payload]
    async with services.database.read() as reader:
        found = await queries.contacts(
            reader, actor, asked, services.clock.now(), sort=sort, number=page, size=per_page
        )
    payload = [people.contact_with_inboxes(one, services.online(actor.account_id)) for one in found.contacts]
    return answer({"meta": {"count": found.count, "current_page": page}, "payload": payload})


@router.post(
    "/conversations/filter",
    summary="Filter conversations",
    responses=answers(FilteredConversationsJSON),
)
async def filter_conversations(
    body: FilterBody,
    actor: TheActor,
    services: TheServices,
    page: PageNumber = 1,
    per_page: PageSize = CONVERSATIONS_PER_PAGE,
) -> Response:
    asked, now = [one.condition() for one in body.payload], services.clock.now()
    async with services.database.read() as reader:
        found = await queries.conversations(
            reader, actor, asked, now, sort="-last_activity_at", number=page, size=per_page
        )
    online = services.online(actor.account_id)
    payload = [talk.conversation(one, now, online) for one in found.conversations]
    return answer({"meta": found.counts, "payload": payload})
