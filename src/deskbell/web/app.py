"""The web application: every face of the API on one FastAPI app."""

from fastapi import FastAPI

import deskbell
from deskbell.web import auth, description, errors, health
from deskbell.web.api import (
    accounts,
    actions,
    agent_bots,
    agents,
    attribute_definitions,
    canned_responses,
    contact_care,
    contact_files,
    contacts,
    conversations,
    custom_filters,
    filters,
    inboxes,
    labels,
    messages,
    notices,
    profile,
    replays,
    targets,
    teams,
    webhooks,
)
from deskbell.web.client import contacts as client_contacts
from deskbell.web.client import conversations as client_conversations
from deskbell.web.limits import Gate, Limits
from deskbell.web.platform import accounts as platform_accounts
from deskbell.web.platform import users as platform_users
from deskbell.web.security import Shell
from deskbell.web.services import Services
from deskbell.web.widget import conversations as widget_conversations
from deskbell.web.widget import session as widget_session

RESOURCES = (
    messages.router,
    health.router,
    profile.router,
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
    notices.router,
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
    client_conversations.router,
    client_contacts.router,
    widget_session.router,
    widget_conversations.router,
    accounts.router,
    auth.router,
    platform_users.router,
    platform_accounts.router,
)
"""The busiest first: routes are tried in this order."""


def create_app(services: Services) -> FastAPI:
    """The application over these services."""
    app = FastAPI(
        title="Deskbell",
        version=deskbell.__version__,
        description="A customer-messaging server in which every change rings a bell.",
        routes=[route for resource in RESOURCES for route in resource.routes],
        redirect_slashes=False,
        docs_url=None,  # its page would load code from a stranger's server
        redoc_url=None,
    )
    description.install(app)
    app.state.services = services
    app.state.under_way = set()
    errors.install(app)
    app.state.limits = Limits(services.settings, services.clock)
    app.add_middleware(Gate, limits=app.state.limits)
    app.add_middleware(Shell)
    return app
