"""The second half of the reference's operations: what an account keeps, and what it counts."""

from tests.contract.reference_table import (
    ACCOUNT,
    AUTOMATION,
    CONTACTS,
    CONVERSATIONS,
    HELP_CENTRE,
    HOOKS,
    PEOPLE,
    PLATFORM,
    PUBLIC,
    REPORTS,
    Operation,
    Row,
    left_out,
)

HOOK = {"url": "https://9.9.9.9/reference", "subscriptions": ["message_created"]}

KEPT: list[Row] = [
    Operation("POST", f"{ACCOUNT}/labels", "Label", {"title": "urgent", "color": "#ff0000"}, keeps="label"),
    Operation("GET", f"{ACCOUNT}/labels", "{payload: [Label]}"),
    Operation("GET", f"{ACCOUNT}/labels/{{id}}", "Label", of="label"),
    Operation("PATCH", f"{ACCOUNT}/labels/{{id}}", "Label", {"description": "Now"}, of="label"),
    Operation(
        "POST",
        f"{ACCOUNT}/canned_responses",
        "CannedResponse",
        {"short_code": "hi", "content": "Hello"},
        keeps="canned",
    ),
    Operation("GET", f"{ACCOUNT}/canned_responses", "[CannedResponse]"),
    Operation(
        "PATCH", f"{ACCOUNT}/canned_responses/{{id}}", "CannedResponse", {"content": "Hi"}, of="canned"
    ),
    Operation("DELETE", f"{ACCOUNT}/canned_responses/{{id}}", of="canned"),
    Operation(
        "POST",
        f"{ACCOUNT}/custom_attribute_definitions",
        "Definition",
        {
            "attribute_display_name": "Order",
            "attribute_key": "order",
            "attribute_display_type": 0,
            "attribute_model": 0,
        },
        keeps="definition",
    ),
    Operation("GET", f"{ACCOUNT}/custom_attribute_definitions", "[Definition]"),
    Operation("GET", f"{ACCOUNT}/custom_attribute_definitions/{{id}}", "Definition", of="definition"),
    Operation(
        "PATCH",
        f"{ACCOUNT}/custom_attribute_definitions/{{id}}",
        "Definition",
        {"attribute_description": "Which"},
        of="definition",
    ),
    Operation("DELETE", f"{ACCOUNT}/custom_attribute_definitions/{{id}}", of="definition"),
    Operation(
        "POST",
        f"{ACCOUNT}/custom_filters",
        "CustomFilter",
        {"name": "Mine", "type": "conversation", "query": {"payload": []}},
        keeps="filter",
    ),
    Operation("GET", f"{ACCOUNT}/custom_filters", "[CustomFilter]"),
    Operation("GET", f"{ACCOUNT}/custom_filters/{{custom_filter_id}}", "CustomFilter"),
    Operation("PATCH", f"{ACCOUNT}/custom_filters/{{custom_filter_id}}", "CustomFilter", {"name": "Ours"}),
    Operation("DELETE", f"{ACCOUNT}/custom_filters/{{custom_filter_id}}"),
    Operation(
        "POST",
        f"{ACCOUNT}/webhooks",
        "{payload: {webhook: Webhook}}",
        HOOK,
        keeps="webhook",
        found="payload.webhook.id",
    ),
    Operation("GET", f"{ACCOUNT}/webhooks", "{payload: {webhooks: [Webhook]}}"),
    Operation(
        "PATCH", f"{ACCOUNT}/webhooks/{{webhook_id}}", "{payload: {webhook: Webhook}}", {"name": "Mine"}
    ),
    Operation("DELETE", f"{ACCOUNT}/webhooks/{{webhook_id}}"),
    Operation(
        "POST",
        f"{ACCOUNT}/agent_bots",
        "Bot",
        {"name": "B", "outgoing_url": "https://9.9.9.9/bot"},
        keeps="bot",
    ),
    Operation("GET", f"{ACCOUNT}/agent_bots", "[Bot]"),
    Operation("GET", f"{ACCOUNT}/agent_bots/{{id}}", "Bot", of="bot"),
    Operation("PATCH", f"{ACCOUNT}/agent_bots/{{id}}", "Bot", {"name": "C"}, of="bot"),
    Operation(
        "POST",
        f"{ACCOUNT}/inboxes",
        "WidgetInbox",
        {"name": "Shop", "channel": {"type": "web_widget", "website_url": "https://shop.example.com"}},
        keeps="shop",
    ),
    Operation("GET", f"{ACCOUNT}/inboxes", "{payload: [Inbox]}"),
    Operation("GET", f"{ACCOUNT}/inboxes/{{id}}", "ApiInbox", of="inbox"),
    Operation("PATCH", f"{ACCOUNT}/inboxes/{{id}}", "WidgetInbox", {"greeting_enabled": True}, of="shop"),
    Operation("POST", f"{ACCOUNT}/inboxes/{{id}}/set_agent_bot", body={"agent_bot": "$bot"}, of="shop"),
    Operation("GET", f"{ACCOUNT}/inboxes/{{id}}/agent_bot", "{agent_bot: Bot}", of="shop"),
    Operation("DELETE", f"{ACCOUNT}/agent_bots/{{id}}", of="bot"),
    Operation("GET", f"{ACCOUNT}/integrations/apps", "{payload: [App]}"),
]

SINCE = "since={yesterday}&until={tomorrow}"

COUNTED: list[Row] = [
    Operation(
        "GET",
        f"{ACCOUNT}/reporting_events",
        "{meta: {count: int, current_page: int, total_pages: int}, payload: [ReportingEvent]}",
    ),
    Operation(
        "GET",
        f"{REPORTS}/reports",
        "[{value: str|num, timestamp: int}]",
        query=f"?metric=conversations_count&type=account&{SINCE}",
    ),
    Operation(
        "GET", f"{REPORTS}/reports/summary", "Totals & {previous: Totals}", query=f"?type=account&{SINCE}"
    ),
    Operation(
        "GET",
        f"{REPORTS}/reports/conversations",
        "{open: int, unattended: int, unassigned: int}",
        query="?type=account",
    ),
    Operation("GET", f"{REPORTS}/reports/conversations/", "[AgentLoad]", query="?type=agent"),
    Operation("GET", f"{REPORTS}/summary_reports/channel", "obj", query=f"?{SINCE}"),
    Operation("GET", f"{REPORTS}/summary_reports/inbox", "[Summary]", query=f"?{SINCE}"),
    Operation("GET", f"{REPORTS}/summary_reports/agent", "[Summary]", query=f"?{SINCE}"),
    Operation("GET", f"{REPORTS}/summary_reports/team", "[Summary]", query=f"?{SINCE}"),
    Operation("GET", f"{REPORTS}/reports/first_response_time_distribution", "obj", query=f"?{SINCE}"),
    Operation(
        "GET",
        f"{REPORTS}/reports/inbox_label_matrix",
        "{inboxes: [{id: int, name: str}], labels: [{id: int, title: str}], matrix: [[int]]}",
        query=f"?{SINCE}",
    ),
    Operation(
        "GET",
        f"{REPORTS}/reports/outgoing_messages_count",
        "[{id: int, name: str, outgoing_messages_count: int}]",
        query=f"?group_by=agent&{SINCE}",
    ),
]

LEAVING: list[Row] = [
    Operation("DELETE", f"{ACCOUNT}/labels/{{id}}", of="label"),
    Operation("DELETE", f"{ACCOUNT}/teams/{{team_id}}"),
    Operation("DELETE", f"{ACCOUNT}/agents/{{id}}", of="agent"),
]

ABSENT: list[Row] = [
    *left_out(
        HELP_CENTRE,
        f"POST {ACCOUNT}/portals",
        f"GET {ACCOUNT}/portals",
        f"PATCH {ACCOUNT}/portals/{{id}}",
        f"POST {ACCOUNT}/portals/{{id}}/categories",
        f"POST {ACCOUNT}/portals/{{id}}/articles",
    ),
    *left_out(
        AUTOMATION,
        f"GET {ACCOUNT}/automation_rules",
        f"POST {ACCOUNT}/automation_rules",
        f"GET {ACCOUNT}/automation_rules/{{id}}",
        f"PATCH {ACCOUNT}/automation_rules/{{id}}",
        f"DELETE {ACCOUNT}/automation_rules/{{id}}",
    ),
    *left_out(
        HOOKS,
        f"POST {ACCOUNT}/integrations/hooks",
        f"PATCH {ACCOUNT}/integrations/hooks/{{hook_id}}",
        f"DELETE {ACCOUNT}/integrations/hooks/{{hook_id}}",
    ),
]

ROWS: list[Row] = [
    *PLATFORM,
    *PEOPLE,
    *KEPT,
    *CONTACTS,
    *CONVERSATIONS,
    *PUBLIC,
    *COUNTED,
    *LEAVING,
    *ABSENT,
]
