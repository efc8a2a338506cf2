"""Who may ask for which route. Every route of the application stands here; `test_every_route.py` tries each of them.

To add a route: put it below those it belongs to, in the group of whoever may. Several methods of one path share a line.

    everyone         people of the account and its bots
    people           people of the account, administrators or not
    administrators   only they
    users            whoever has a user's token, whatever the account; no bots
    sessions         whoever signed in, by that session
    apps             platform apps
    visitors         a visitor's browser with its session
    anyone           nobody is asked who they are, or the path itself is the secret

PREFIXES has the letters paths begin with. Where a route needs a body or a query to get as far as the question who asks, these go
to BODIES and QUERIES. What stands for a name in a path is in `test_every_route.py`.
"""

from typing import Any

PREFIXES = {
    "A": "/api/v1/accounts/{account_id}",
    "R": "/api/v2/accounts/{account_id}",
    "O": "/public/api/v1/inboxes/{inbox_identifier}/contacts/{contact_identifier}",
    "C": "/public/api/v1/inboxes/{inbox_identifier}",
    "P": "/platform/api/v1",
    "W": "/api/v1/widget",
}
TABLE = """
everyone        POST                   A/conversations/{conversation_id}/messages
everyone        POST                   A/conversations/{conversation_id}/toggle_status
everyone        POST                   A/conversations/{conversation_id}/toggle_priority
everyone        POST                   A/conversations/{conversation_id}/assignments
everyone        GET,POST               A/conversations/{conversation_id}/labels
everyone        POST                   A/conversations/{conversation_id}/custom_attributes
everyone        POST                   A/conversations
everyone        GET,PATCH,PUT          A/conversations/{conversation_id}
everyone        POST                   A/conversations/{conversation_id}/toggle_typing_status

people          GET                    A/conversations/{conversation_id}/messages
people          DELETE,PATCH,PUT       A/conversations/{conversation_id}/messages/{message_id}
people          POST                   A/conversations/{conversation_id}/update_last_seen
people          GET                    A/conversations
people          GET                    A/conversations/meta
people          GET,POST               A/contacts
people          GET                    A/contacts/search
people          GET,PATCH,PUT          A/contacts/{contact_id}
people          DELETE                 A/contacts/{contact_id}/avatar
people          GET                    A/contacts/{contact_id}/conversations
people          POST                   A/contacts/{contact_id}/contact_inboxes
people          GET                    A/inboxes
people          GET                    A/inboxes/{inbox_id}
people          GET                    A/inbox_members/{inbox_id}
people          GET                    A/agents
people          GET                    A/agent_bots
people          GET                    A/agent_bots/{bot_id}
people          GET                    A/inboxes/{inbox_id}/agent_bot
people          GET                    A/labels
people          GET                    A/teams
people          GET                    A/teams/{team_id}
people          GET                    A/teams/{team_id}/team_members
people          GET,POST               A/canned_responses
people          PATCH,PUT,DELETE       A/canned_responses/{response_id}
people          GET                    A/custom_attribute_definitions
people          GET                    A/custom_attribute_definitions/{definition_id}
people          GET,POST               A/custom_filters
people          GET,PATCH,PUT,DELETE   A/custom_filters/{filter_id}
people          POST                   A/contacts/filter
people          POST                   A/conversations/filter
people          GET,POST               A/contacts/{contact_id}/labels
people          GET,POST               A/contacts/{contact_id}/notes
people          GET,PATCH,PUT,DELETE   A/contacts/{contact_id}/notes/{note_id}
people          GET                    A/contacts/{contact_id}/contactable_inboxes
people          POST                   A/actions/contact_merge
people          POST                   A/conversations/{conversation_id}/unread
people          POST                   A/conversations/{conversation_id}/mute
people          POST                   A/conversations/{conversation_id}/unmute
people          POST                   A/conversations/{conversation_id}/transcript
people          GET,POST,PATCH,PUT,DELETE A/conversations/{conversation_id}/participants
people          GET,PATCH,PUT,DELETE   A/conversations/{conversation_id}/draft_messages
people          POST                   A/conversations/{conversation_id}/messages/{message_id}/retry
people          GET                    A/search
people          GET                    A/search/conversations
people          GET                    A/search/contacts
people          GET                    A/search/messages
people          GET                    A/integrations/apps
people          GET                    A/integrations/apps/{app_id}
people          GET                    A/conversations/{conversation_id}/reporting_events
people          POST                   A/upload
people          GET                    A

administrators  DELETE                 A/contacts/{contact_id}
administrators  POST                   A/inboxes
administrators  PATCH,PUT,DELETE       A/inboxes/{inbox_id}
administrators  DELETE                 A/inboxes/{inbox_id}/avatar
administrators  POST                   A/inboxes/{inbox_id}/rotate_secret
administrators  GET                    A/inboxes/{owner_id}/why/{event_number}
administrators  GET                    A/inboxes/{owner_id}/health
administrators  POST                   A/inboxes/{owner_id}/test
administrators  POST                   A/inboxes/{owner_id}/skip_backlog
administrators  GET                    A/inboxes/{owner_id}/deliveries
administrators  GET                    A/inboxes/{owner_id}/deliveries/{number}
administrators  POST,GET               A/inboxes/{owner_id}/replays
administrators  GET                    A/inboxes/{owner_id}/replays/{replay_id}
administrators  POST                   A/inboxes/{owner_id}/replays/{replay_id}/cancel
administrators  POST,PATCH,PUT,DELETE  A/inbox_members
administrators  POST                   A/agents
administrators  PATCH,PUT,DELETE       A/agents/{agent_id}
administrators  GET,POST               A/webhooks
administrators  PATCH,PUT,DELETE       A/webhooks/{webhook_id}
administrators  POST                   A/webhooks/{webhook_id}/rotate_secret
administrators  GET                    A/webhooks/{owner_id}/why/{event_number}
administrators  GET                    A/webhooks/{owner_id}/health
administrators  POST                   A/webhooks/{owner_id}/test
administrators  POST                   A/webhooks/{owner_id}/skip_backlog
administrators  GET                    A/webhooks/{owner_id}/deliveries
administrators  GET                    A/webhooks/{owner_id}/deliveries/{number}
administrators  POST,GET               A/webhooks/{owner_id}/replays
administrators  GET                    A/webhooks/{owner_id}/replays/{replay_id}
administrators  POST                   A/webhooks/{owner_id}/replays/{replay_id}/cancel
administrators  POST                   A/agent_bots
administrators  PATCH,PUT,DELETE       A/agent_bots/{bot_id}
administrators  DELETE                 A/agent_bots/{bot_id}/avatar
administrators  POST                   A/agent_bots/{bot_id}/rotate_secret
administrators  POST                   A/agent_bots/{bot_id}/reset_secret
administrators  POST                   A/inboxes/{inbox_id}/set_agent_bot
administrators  GET                    A/agent_bots/{owner_id}/why/{event_number}
administrators  GET                    A/agent_bots/{owner_id}/health
administrators  POST                   A/agent_bots/{owner_id}/test
administrators  POST                   A/agent_bots/{owner_id}/skip_backlog
administrators  GET                    A/agent_bots/{owner_id}/deliveries
administrators  GET                    A/agent_bots/{owner_id}/deliveries/{number}
administrators  POST,GET               A/agent_bots/{owner_id}/replays
administrators  GET                    A/agent_bots/{owner_id}/replays/{replay_id}
administrators  POST                   A/agent_bots/{owner_id}/replays/{replay_id}/cancel
administrators  GET                    A/events
administrators  GET                    A/events/{number}
administrators  GET                    A/notices
administrators  POST                   A/notices/read_all
administrators  POST                   A/notices/{notice_id}/read
administrators  POST                   A/labels
administrators  GET,PATCH,PUT,DELETE   A/labels/{label_id}
administrators  POST                   A/teams
administrators  PATCH,PUT,DELETE       A/teams/{team_id}
administrators  POST,PATCH,PUT,DELETE  A/teams/{team_id}/team_members
administrators  POST                   A/custom_attribute_definitions
administrators  PATCH,PUT,DELETE       A/custom_attribute_definitions/{definition_id}
administrators  POST                   A/contacts/export
administrators  POST                   A/contacts/import
administrators  DELETE                 A/conversations/{conversation_id}
administrators  GET                    A/audit_logs
administrators  GET                    R/reports/summary
administrators  GET                    R/reports/bot_summary
administrators  GET                    R/reports/bot_metrics
administrators  GET                    R/reports/first_response_time_distribution
administrators  GET                    R/reports/inbox_label_matrix
administrators  GET                    R/live_reports/conversation_metrics
administrators  GET                    R/summary_reports/agent
administrators  GET                    R/summary_reports/team
administrators  GET                    R/summary_reports/inbox
administrators  GET                    R/summary_reports/label
administrators  GET                    R/summary_reports/channel
administrators  GET                    R/reports/agents
administrators  GET                    R/reports/inboxes
administrators  GET                    R/reports/labels
administrators  GET                    R/reports/teams
administrators  GET                    R/reports/conversation_traffic
administrators  GET                    A/reporting_events
administrators  GET                    A/csat_survey_responses
administrators  GET                    A/csat_survey_responses/metrics
administrators  GET                    A/csat_survey_responses/download
administrators  PATCH,PUT              A
administrators  POST                   A/agent_bots/{bot_id}/reset_access_token
administrators  GET                    R/reports
administrators  GET                    R/reports/outgoing_messages_count
administrators  GET                    R/live_reports/grouped_conversation_metrics
administrators  GET                    R/reports/conversations

users           GET,PATCH,PUT          /api/v1/profile
users           DELETE                 /api/v1/profile/avatar
users           POST                   /api/v1/profile/availability
users           POST                   /api/v1/profile/auto_offline
users           PATCH,PUT              /api/v1/profile/set_active_account
users           GET                    /auth/validate_token
users           POST                   /api/v1/profile/reset_access_token

sessions        DELETE                 /auth/sign_out

apps            POST                   P/users
apps            GET,PATCH,PUT,DELETE   P/users/{user_id}
apps            GET                    P/users/{user_id}/login
apps            POST,GET               P/users/{user_id}/token
apps            POST                   P/accounts
apps            GET,PATCH,PUT,DELETE   P/accounts/{account_id}
apps            GET,POST,DELETE        P/accounts/{account_id}/account_users
apps            GET,POST               P/agent_bots
apps            GET,PATCH,PUT,DELETE   P/agent_bots/{bot_id}

visitors        GET,PATCH,PUT          W/contact
visitors        PATCH,PUT              W/contact/set_user
visitors        POST                   W/events
visitors        GET,POST               W/conversations
visitors        POST                   W/conversations/update_last_seen
visitors        GET,POST               W/messages
visitors        PATCH,PUT              W/messages/{message_id}
visitors        POST                   W/conversations/toggle_typing
visitors        POST                   W/conversations/set_custom_attributes
visitors        POST                   W/conversations/destroy_custom_attributes
visitors        POST                   W/contact/destroy_custom_attributes
visitors        POST                   W/labels
visitors        DELETE                 W/labels/{label}
visitors        GET,POST               W/conversations/toggle_status
visitors        POST                   W/conversations/transcript

anyone          GET                    /
anyone          GET                    /health
anyone          GET                    /ready
anyone          GET,HEAD               /files/{key}/{name}
anyone          POST,GET               O/conversations
anyone          GET                    O/conversations/{conversation_id}
anyone          POST                   O/conversations/{conversation_id}/toggle_status
anyone          POST                   O/conversations/{conversation_id}/update_last_seen
anyone          GET,POST               O/conversations/{conversation_id}/messages
anyone          PATCH,PUT              O/conversations/{conversation_id}/messages/{message_id}
anyone          GET                    C
anyone          POST                   C/contacts
anyone          GET,PATCH,PUT          O
anyone          POST                   W/config
anyone          POST                   O/conversations/{conversation_id}/toggle_typing
anyone          GET                    W/inbox_members
anyone          GET                    /widget
anyone          GET                    /widget/look
anyone          GET                    /demo
anyone          GET                    /demo/bells
anyone          GET                    /static/{path}
anyone          GET                    /packs/js/sdk.js
anyone          GET,PATCH,PUT          /public/api/v1/csat_survey/{conversation_uuid}
anyone          GET,POST               /survey/responses/{conversation_uuid}
anyone          POST                   /auth/sign_in
"""

BODIES: dict[str, dict[str, Any]] = {
    "POST A/agents": {"email": "new@example.com"},
    "POST A/inbox_members": {"inbox_id": 1, "user_ids": []},
    "PATCH A/inbox_members": {"inbox_id": 1, "user_ids": []},
    "PUT A/inbox_members": {"inbox_id": 1, "user_ids": []},
    "DELETE A/inbox_members": {"inbox_id": 1, "user_ids": []},
    "POST A/inboxes/{inbox_id}/set_agent_bot": {"agent_bot": None},
    "POST A/teams/{team_id}/team_members": {"user_ids": []},
    "PATCH A/teams/{team_id}/team_members": {"user_ids": []},
    "PUT A/teams/{team_id}/team_members": {"user_ids": []},
    "DELETE A/teams/{team_id}/team_members": {"user_ids": []},
    "POST A/contacts/import": {"import_file": "email"},
}
QUERIES: dict[str, str] = {
    "GET R/reports": "metric=conversations_count&type=account&since=1&until=2",
    "GET R/reports/conversations": "type=account",
    "GET R/reports/outgoing_messages_count": "group_by=agent",
    "GET R/live_reports/grouped_conversation_metrics": "group_by=assignee_id",
}


def read(table: str) -> dict[str, str]:
    """Which group may, by method and path. Raises ValueError for a route that stands there twice."""
    found: dict[str, str] = {}
    for line in filter(None, table.splitlines()):
        group, methods, path = line.split()
        for method in methods.split(","):
            route = f"{method} {path}"
            if route in found:
                raise ValueError(f"{route} stands there twice")
            found[route] = group
    return found


def short(path: str) -> str:
    """A path as the table writes it."""
    path = path.replace(":path}", "}")
    for letter, prefix in PREFIXES.items():
        if path == prefix or path.startswith(f"{prefix}/"):
            return letter + path.removeprefix(prefix)
    return path
