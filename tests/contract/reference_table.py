"""The reference's 144 operations: how each is called on a prepared account, and what it answers; or why it is left out.

Rows are called in their order, so that what one makes (`keeps`) another can show, change and delete. In paths, `{id}` is the
thing named by `of`; the other names are those of `reference_account`.
"""

from typing import Any, NamedTuple

APP = "/platform/api/v1"
CLIENT = "/public/api/v1/inboxes/{inbox_identifier}"
OWN = f"{CLIENT}/contacts/{{contact_identifier}}"
OWN_TALK = f"{OWN}/conversations/{{conversation_id}}"
ACCOUNT = "/api/v1/accounts/{account_id}"
TALK = f"{ACCOUNT}/conversations/{{conversation_id}}"
REPORTS = "/api/v2/accounts/{account_id}"

HELP_CENTRE = "a help centre is a product of its own; Deskbell keeps conversations"
AUTOMATION = "rules that act belong to the programs that webhooks call"
HOOKS = "no other product is built in; programs are connected by webhooks and agent bots"


class Operation(NamedTuple):
    method: str
    path: str
    shape: str = "nothing"
    body: dict[str, Any] | None = None
    of: str = ""
    keeps: str = ""
    """By which name the id of what was made is known from here on."""
    found: str = "id"
    """Where in the answer that id is."""
    query: str = ""
    at: str = ""
    """Where the operation really is, where the reference's description has it elsewhere."""


class LeftOut(NamedTuple):
    method: str
    path: str
    reason: str


Row = Operation | LeftOut


def left_out(reason: str, *operations: str) -> list[Row]:
    pairs = (one.split(" ") for one in operations)
    return [LeftOut(method, path, reason) for method, path in pairs]


PLATFORM: list[Row] = [
    Operation("POST", f"{APP}/accounts", "Account", {"name": "New"}, keeps="app_account"),
    Operation("GET", f"{APP}/accounts/{{account_id}}", "Account", of="app_account"),
    Operation("PATCH", f"{APP}/accounts/{{account_id}}", "Account", {"name": "Newer"}, of="app_account"),
    Operation("POST", f"{APP}/users", "User", {"name": "Una", "email": "una@example.net"}, keeps="app_user"),
    Operation("GET", f"{APP}/users/{{id}}", "User", of="app_user"),
    Operation("PATCH", f"{APP}/users/{{id}}", "User", {"name": "Una B."}, of="app_user"),
    Operation("GET", f"{APP}/users/{{id}}/login", "{url: str}", of="app_user"),
    Operation(
        "POST",
        f"{APP}/accounts/{{account_id}}/account_users",
        "Member",
        {"user_id": "$app_user", "role": "agent"},
        of="app_account",
    ),
    Operation("GET", f"{APP}/accounts/{{account_id}}/account_users", "[Member]", of="app_account"),
    Operation(
        "POST",
        f"{APP}/agent_bots",
        "Bot",
        {"name": "B", "account_id": "$app_account", "outgoing_url": "https://9.9.9.9/bot"},
        keeps="app_bot",
    ),
    Operation("GET", f"{APP}/agent_bots", "[Bot]"),
    Operation("GET", f"{APP}/agent_bots/{{id}}", "Bot", of="app_bot"),
    Operation("PATCH", f"{APP}/agent_bots/{{id}}", "Bot", {"name": "C"}, of="app_bot"),
    Operation("DELETE", f"{APP}/agent_bots/{{id}}", of="app_bot"),
    Operation(
        "DELETE",
        f"{APP}/accounts/{{account_id}}/account_users",
        body={"user_id": "$app_user"},
        of="app_account",
    ),
    Operation("DELETE", f"{APP}/users/{{id}}", of="app_user"),
    Operation("DELETE", f"{APP}/accounts/{{account_id}}", of="app_account"),
]

PUBLIC: list[Row] = [
    Operation("GET", CLIENT, "PublicInbox"),
    Operation("POST", f"{CLIENT}/contacts", "PublicContact", {"name": "Dora", "source_id": "dora-1"}),
    Operation("GET", OWN, "PublicContact"),
    Operation("PATCH", OWN, "PublicContactRecord", {"name": "Carla C."}),
    Operation("POST", f"{OWN}/conversations", "PublicConversation", {}),
    Operation("GET", f"{OWN}/conversations", "[PublicConversation]"),
    Operation("GET", OWN_TALK, "PublicConversation"),
    Operation("POST", f"{OWN_TALK}/messages", "PublicMessage", {"content": "Hi", "echo_id": "e"}),
    Operation("GET", f"{OWN_TALK}/messages", "[PublicMessage]"),
    Operation(
        "PATCH",
        f"{OWN_TALK}/messages/{{message_id}}",
        "PublicMessage",
        {"submitted_values": [{"name": "x", "title": "X", "value": "x"}]},
    ),
    Operation("POST", f"{OWN_TALK}/toggle_typing", body={"typing_status": "on"}),
    Operation("POST", f"{OWN_TALK}/update_last_seen", body={}),
    Operation("POST", f"{OWN_TALK}/toggle_status", "PublicConversation", {}),
    Operation("GET", "/survey/responses/{conversation_uuid}", "page"),
]

PEOPLE: list[Row] = [
    Operation("GET", ACCOUNT, "Account"),
    Operation("PATCH", ACCOUNT, "Account", {"name": "Acme B."}),
    Operation("GET", "/api/v1/profile", "User"),
    Operation("PUT", "/api/v1/profile", "User", {"profile": {"display_name": "Alice A."}}),
    Operation(
        "GET",
        f"{ACCOUNT}/audit_logs",
        "{per_page: int, total_entries: int, current_page: int, audit_logs: [Audit]}",
    ),
    Operation("POST", f"{ACCOUNT}/agents", "Agent", {"name": "E", "email": "e@example.net"}, keeps="agent"),
    Operation("GET", f"{ACCOUNT}/agents", "[Agent]"),
    Operation("PATCH", f"{ACCOUNT}/agents/{{id}}", "Agent", {"role": "administrator"}, of="agent"),
    Operation(
        "POST",
        f"{ACCOUNT}/inbox_members",
        "{payload: [Agent]}",
        {"inbox_id": "$inbox", "user_ids": ["$agent"]},
    ),
    Operation("GET", f"{ACCOUNT}/inbox_members/{{inbox_id}}", "{payload: [Agent]}"),
    Operation(
        "PATCH",
        f"{ACCOUNT}/inbox_members",
        "{payload: [Agent]}",
        {"inbox_id": "$inbox", "user_ids": ["$agent"]},
    ),
    Operation("DELETE", f"{ACCOUNT}/inbox_members", body={"inbox_id": "$inbox", "user_ids": ["$agent"]}),
    Operation("POST", f"{ACCOUNT}/teams", "Team", {"name": "Sales"}, keeps="team"),
    Operation("GET", f"{ACCOUNT}/teams", "[Team]"),
    Operation("GET", f"{ACCOUNT}/teams/{{team_id}}", "Team"),
    Operation("PATCH", f"{ACCOUNT}/teams/{{team_id}}", "Team", {"description": "Sells"}),
    Operation("POST", f"{ACCOUNT}/teams/{{team_id}}/team_members", "[Agent]", {"user_ids": ["$agent"]}),
    Operation("GET", f"{ACCOUNT}/teams/{{team_id}}/team_members", "[Agent]"),
    Operation("PATCH", f"{ACCOUNT}/teams/{{team_id}}/team_members", "[Agent]", {"user_ids": ["$agent"]}),
    Operation("DELETE", f"{ACCOUNT}/teams/{{team_id}}/team_members", body={"user_ids": ["$agent"]}),
]

CONTACTS: list[Row] = [
    Operation(
        "POST",
        f"{ACCOUNT}/contacts",
        "{payload: {contact: ContactWithPlaces, contact_inbox: Place}}",
        {"name": "Fay", "email": "fay@example.net", "inbox_id": "$inbox", "source_id": "fay-1"},
        keeps="contact",
        found="payload.contact.id",
    ),
    Operation("GET", f"{ACCOUNT}/contacts", "Contacts"),
    Operation("GET", f"{ACCOUNT}/contacts/search", "Contacts", query="?q=fay"),
    Operation(
        "POST",
        f"{ACCOUNT}/contacts/filter",
        "Contacts",
        {
            "payload": [
                {
                    "attribute_key": "name",
                    "filter_operator": "equal_to",
                    "values": ["fay"],
                    "query_operator": None,
                }
            ]
        },
    ),
    Operation("GET", f"{ACCOUNT}/contacts/{{id}}", "{payload: ContactWithPlaces}", of="contact"),
    Operation("PUT", f"{ACCOUNT}/contacts/{{id}}", "{payload: Contact}", {"name": "Fay F."}, of="contact"),
    Operation("GET", f"{ACCOUNT}/contacts/{{id}}/conversations", "{payload: [Conversation]}", of="carla"),
    Operation("POST", f"{ACCOUNT}/contacts/{{id}}/labels", "Labels", {"labels": ["vip"]}, of="contact"),
    Operation("GET", f"{ACCOUNT}/contacts/{{id}}/labels", "Labels", of="contact"),
    Operation("GET", f"{ACCOUNT}/contacts/{{id}}/contactable_inboxes", "{payload: [Place]}", of="contact"),
    Operation(
        "POST",
        f"{ACCOUNT}/contacts/{{id}}/contact_inboxes",
        "Place",
        {"inbox_id": "$website", "source_id": "fay-2"},
        of="contact",
    ),
    Operation(
        "POST",
        f"{ACCOUNT}/actions/contact_merge",
        "Contact",
        {"base_contact_id": "$contact", "mergee_contact_id": "$stray"},
    ),
    Operation("DELETE", f"{ACCOUNT}/contacts/{{id}}", of="contact"),
]

CONVERSATIONS: list[Row] = [
    Operation("POST", f"{ACCOUNT}/conversations", "Conversation", {"source_id": "carla-1"}, keeps="later"),
    Operation("GET", f"{ACCOUNT}/conversations", "{data: {meta: Counts, payload: [Conversation]}}"),
    Operation("GET", f"{ACCOUNT}/conversations/meta", "{meta: Counts}"),
    Operation(
        "POST",
        f"{ACCOUNT}/conversations/filter",
        "{meta: Counts, payload: [Conversation]}",
        {
            "payload": [
                {
                    "attribute_key": "status",
                    "filter_operator": "equal_to",
                    "values": ["open"],
                    "query_operator": None,
                }
            ]
        },
    ),
    Operation(
        "POST", f"{TALK}/messages", "Message", {"content": "Hello", "private": False}, keeps="own_message"
    ),
    Operation("GET", f"{TALK}/messages", "Messages"),
    Operation("GET", TALK, "Conversation"),
    Operation("PATCH", TALK, "Conversation", {"priority": "high"}),
    Operation(
        "POST",
        f"{TALK}/toggle_status",
        '{meta: obj, payload: {success: bool, conversation_id: int, current_status: "open"|"resolved"|"pending"|"snoozed", '
        "snoozed_until: int|null}}",
        {"status": "resolved"},
    ),
    Operation("POST", f"{TALK}/toggle_priority", body={"priority": "low"}),
    Operation("POST", f"{TALK}/toggle_typing_status", body={"typing_status": "on", "is_private": False}),
    Operation(
        "POST",
        f"{TALK}/custom_attributes",
        "{custom_attributes: obj}",
        {"custom_attributes": {"order": "7"}},
    ),
    Operation("POST", f"{TALK}/assignments", "Agent", {"assignee_id": "$alice"}),
    Operation("POST", f"{TALK}/labels", "Labels", {"labels": ["vip"]}),
    Operation("GET", f"{TALK}/labels", "Labels"),
    Operation("GET", f"{TALK}/reporting_events", "[ReportingEvent]"),
    Operation(
        "GET",
        "/accounts/{account_id}/conversations/{conversation_id}/messages",
        "Messages",
        at=f"{TALK}/messages",
    ),
    Operation("DELETE", f"{TALK}/messages/{{message_id}}", "nothing | Message", of="own_message"),
]
