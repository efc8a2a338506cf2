"""Every screen of the dashboard."""

from deskbell.web.dashboard import (
    account,
    agents,
    conversation,
    deliveries,
    home,
    inbox,
    profile,
    setup,
    signin,
    thread,
    webhook_form,
    webhooks,
)

SCREENS = (
    signin.router,
    setup.router,
    home.router,
    inbox.router,
    conversation.router,
    thread.router,
    webhook_form.new_router,
    webhooks.router,
    webhook_form.router,
    deliveries.router,
    account.router,
    agents.router,
    profile.router,
)
"""Routes are tried in this order: what has a name of its own comes before what takes an id."""
