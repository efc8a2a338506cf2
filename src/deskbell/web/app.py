"""The web application: every face of the API on one FastAPI app."""

from fastapi import FastAPI

import deskbell
from deskbell.web import auth, cable, demo, description, errors, files, health, static, typing
from deskbell.web.api import (
    accounts,
    actions,
    agent_bots,
    agents,
    attribute_definitions,
    audit_logs,
    availability,
    canned_responses,
    contact_care,
    contact_files,
    contacts,
    conversation_care,
    conversations,
    custom_filters,
    events,
    filters,
    inboxes,
    integrations,
    labels,
    message_status,
    messages,
    notices,
    profile,
    replays,
    report_files,
    reporting_events,
    reports,
    search,
    summary_reports,
    surveys,
    targets,
    teams,
    uploads,
    webhooks,
)
from deskbell.web.client import contacts as client_contacts
from deskbell.web.client import conversations as client_conversations
from deskbell.web.client import surveys as client_surveys
from deskbell.web.dashboard import cable as desk_cable
from deskbell.web.dashboard import screens
from deskbell.web.limits import Gate, Limits
from deskbell.web.patience import Patience
from deskbell.web.platform import accounts as platform_accounts
from deskbell.web.platform import agent_bots as platform_bots
from deskbell.web.platform import users as platform_users
from deskbell.web.security import OpenToBrowsers, Shell
from deskbell.web.services import Services
from deskbell.web.widget import attributes as widget_attributes
from deskbell.web.widget import conversations as widget_conversations
from deskbell.web.widget import page as widget_page
from deskbell.web.widget import session as widget_session
from deskbell.web.widget import team as widget_team
from deskbell.web.widget import transcripts as widget_transcripts

RESOURCES = (
    messages.router,
    health.router,
    profile.router,
    availability.router,
    actions.router,
    conversations.router,
    contacts.router,
    inboxes.router,
    inboxes.members_router,
    agents.router,
    webhooks.router,
    targets.webhooks_router,
    replays.webhooks_router,
    agent_bots.router,
    agent_bots.inboxes_router,
    targets.bots_router,
    replays.bots_router,
    targets.inboxes_router,
    replays.inboxes_router,
    notices.router,
    events.router,
    labels.router,
    teams.router,
    canned_responses.router,
    attribute_definitions.router,
    custom_filters.router,
    filters.router,
    contact_care.router,
    contact_care.actions_router,
    contact_files.router,
    contact_files.import_router,
    conversation_care.router,
    message_status.router,
    search.router,
    audit_logs.router,
    integrations.router,
    reports.router,
    reports.live_router,
    summary_reports.router,
    report_files.router,
    reporting_events.router,
    reporting_events.conversation_router,
    uploads.router,
    files.router,
    client_conversations.router,
    client_contacts.router,
    widget_session.router,
    widget_conversations.router,
    typing.router,
    typing.client_router,
    typing.widget_router,
    widget_attributes.router,
    widget_team.router,
    widget_page.router,
    static.router,
    demo.router,
    widget_transcripts.router,
    surveys.router,
    client_surveys.router,
    client_surveys.page_router,
    accounts.router,
    auth.router,
    platform_users.router,
    platform_accounts.router,
    platform_bots.router,
    *screens.SCREENS,
)
"""The busiest first: routes are tried in this order."""


def create_app(services: Services) -> FastAPI:
    """The application over these services."""
    app = FastAPI(
        title="Deskbell",
        version=deskbell.__version__,
        description="A customer-messaging server in which every change rings a bell.",
        routes=[
            *(route for resource in RESOURCES for route in resource.routes),
            cable.route,
            desk_cable.route,
        ],
        redirect_slashes=False,
        docs_url=None,  # its page would load code from a stranger's server
        redoc_url=None,
    )
    description.install(app)
    app.state.services = services
    app.state.under_way = set()
    errors.install(app)
    app.state.limits = Limits(services.settings, services.clock)
    app.add_middleware(Patience, seconds=services.settings.body_timeout)
    app.add_middleware(Gate, limits=app.state.limits)
    app.add_middleware(OpenToBrowsers)
    app.add_middleware(Shell)
    return app
