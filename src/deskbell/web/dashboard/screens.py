"""Every screen of the dashboard."""

from deskbell.web.dashboard import home, palette
from deskbell.web.dashboard.contacts import actions as contact_actions
from deskbell.web.dashboard.contacts import contact, files, merge
from deskbell.web.dashboard.contacts import listing as contact_listing
from deskbell.web.dashboard.conversations import (
    actions,
    bells,
    bulk,
    composer,
    conversation,
    head,
    listing,
    new_conversation,
    thread,
    writing,
)
from deskbell.web.dashboard.entrance import forgot, second_step, setup, signin
from deskbell.web.dashboard.inboxes import (
    appearance,
    general,
    hours,
    members,
    overview,
    prechat,
    preview,
    security,
    snippet,
    webhook,
    wizard,
)
from deskbell.web.dashboard.settings import (
    account,
    agent_bot_form,
    agent_bots,
    agents,
    attributes,
    availability,
    canned_responses,
    labels,
    profile,
    teams,
    two_factor,
)
from deskbell.web.dashboard.targets import deliveries, health, replays, webhook_form, webhooks

SCREENS = (
    availability.router,
    signin.router,
    second_step.router,
    forgot.router,
    setup.router,
    home.router,
    listing.router,
    bulk.router,
    new_conversation.router,
    conversation.router,
    head.router,
    actions.router,
    contact_actions.conversation_router,
    contact_listing.router,
    files.router,
    contact.router,
    contact_actions.router,
    merge.router,
    thread.router,
    composer.router,
    writing.router,
    palette.router,
    webhook_form.new_router,
    webhooks.router,
    webhook_form.router,
    *(
        router
        for kind in (health, deliveries, replays)
        for router in (kind.webhooks_router, kind.bots_router, kind.inboxes_router)
    ),
    bells.router,
    wizard.router,
    preview.router,
    overview.router,
    general.router,
    hours.router,
    members.router,
    appearance.router,
    prechat.router,
    security.router,
    snippet.router,
    webhook.router,
    account.router,
    agents.router,
    agent_bot_form.router,
    agent_bots.router,
    teams.router,
    attributes.router,
    canned_responses.router,
    labels.router,
    profile.router,
    two_factor.router,
)
"""Routes are tried in this order: what has a name of its own comes before what takes an id."""
