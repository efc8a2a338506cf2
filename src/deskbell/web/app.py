"""The web application: every face of the API on one FastAPI app."""

from fastapi import APIRouter, FastAPI

import deskbell
from deskbell.web import errors, health
from deskbell.web.api import agents, contacts, conversations, inboxes, messages, profile, webhooks
from deskbell.web.client import contacts as client_contacts
from deskbell.web.client import conversations as client_conversations
from deskbell.web.security import Shell
from deskbell.web.services import Services
from deskbell.web.widget import conversations as widget_conversations
from deskbell.web.widget import session as widget_session


def create_app(services: Services) -> FastAPI:
    """The application over these services."""
    app = FastAPI(
        title="Deskbell",
        version=deskbell.__version__,
        description="A customer-messaging server in which every change rings a bell.",
        redirect_slashes=False,
        docs_url="/docs/api",
        redoc_url=None,
    )
    app.state.services = services
    errors.install(app)
    app.include_router(health.router)
    app.include_router(_application_api())
    app.include_router(_client_api())
    app.include_router(_widget_api())
    app.add_middleware(Shell)
    return app


def _application_api() -> APIRouter:
    face = APIRouter(prefix="/api/v1")
    resources = (
        profile.router,
        agents.router,
        inboxes.router,
        inboxes.members_router,
        contacts.router,
        conversations.router,
        messages.router,
        webhooks.router,
    )
    for router in resources:
        face.include_router(router)
    return face


def _client_api() -> APIRouter:
    face = APIRouter(prefix="/public/api/v1")
    for router in (client_contacts.router, client_conversations.router):
        face.include_router(router)
    return face


def _widget_api() -> APIRouter:
    face = APIRouter(prefix="/api/v1/widget")
    for router in (widget_session.router, widget_conversations.router):
        face.include_router(router)
    return face
