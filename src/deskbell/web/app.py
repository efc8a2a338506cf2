"""The web application: every face of the API on one FastAPI app."""

from fastapi import FastAPI

import deskbell
from deskbell.web import description, errors, health
from deskbell.web.api import (
    actions,
    agents,
    contacts,
    conversations,
    inboxes,
    messages,
    notices,
    profile,
    replays,
    webhooks,
)
from deskbell.web.client import contacts as client_contacts
from deskbell.web.client import conversations as client_conversations
from deskbell.web.security import Shell
from deskbell.web.services import Services
from deskbell.web.widget import conversations as widget_conversations
from deskbell.web.widget import session as widget_session

RESOURCES = (
    health.router,
    profile.router,
    messages.router,
    actions.router,
    conversations.router,
    contacts.router,
    inboxes.router,
    inboxes.members_router,
    agents.router,
    webhooks.router,
    replays.router,
    notices.router,
    client_conversations.router,
    client_contacts.router,
    widget_session.router,
    widget_conversations.router,
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
    errors.install(app)
    app.add_middleware(Shell)
    return app
