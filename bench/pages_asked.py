"""The dashboard's pages that `bench.pages` times, and where they are."""

from msgspec import Struct


class Page(Struct, frozen=True):
    """A page to time. `path` is below the account; `{webhook}`, `{last}` and what else `Seeded` knows is put in."""

    name: str
    path: str
    part: bool = False
    """Whether htmx asks for a part of it."""
    agents: bool = False
    """Whether an agent asks, who sees the inboxes they work in and no others."""
    halted: bool = False
    """Whether it is asked once the webhook is paused, with everything waiting."""


LOG = "settings/webhooks/{webhook_id}/deliveries"
WEBHOOKS = (
    Page("webhooks", "settings/webhooks"),
    Page("webhook", "settings/webhooks/{webhook_id}"),
    Page("its figures, every 5 s", "settings/webhooks/{webhook_id}/pulse", part=True),
    Page("its charts", "settings/webhooks/{webhook_id}/charts", part=True),
    Page("settings of a webhook", "settings/webhooks/{webhook_id}/edit"),
    Page("log", LOG),
    Page("log, every 5 s", LOG, part=True),
    Page("log, 500,000 back", LOG + "?before={middle}"),
    Page("log: dead", LOG + "?state=dead"),
    Page("log: skipped, which are old", LOG + "?state=skipped"),
    Page("log: waiting", LOG + "?state=pending"),
    Page("log: an event there is none of", LOG + "?event=webwidget_triggered"),
    Page("log: answered 404, which none was", LOG + "?status=404"),
    Page("log: answered 5xx", LOG + "?status=5xx"),
    Page("log: a conversation", LOG + "?conversation=5000"),
    Page("log: seven days ago", LOG + "?within=custom&since={week_ago}&until={day_later}"),
    Page("log: words that are in no body", LOG + "?text=no-such-words"),
    Page(
        "log: all of it at once",
        LOG + "?state=dead&event=message_created&status=404&within=week&text=no-such-words",
    ),
    Page("a delivery", LOG + "/{middle}"),
    Page("replays' progress", "settings/webhooks/{webhook_id}/replays", part=True),
    Page(
        "before a replay: all dead of 7 days",
        "settings/webhooks/{webhook_id}/replays/new?what=dead&span=week",
    ),
    Page("before a replay: all dead", "settings/webhooks/{webhook_id}/replays/new?what=dead&span=all"),
    Page(
        "before a replay: a range of 1,000,000",
        "settings/webhooks/{webhook_id}/replays/new?what=range&first=1&last={last}",
    ),
    Page(
        "before a replay: a time of 30 days",
        "settings/webhooks/{webhook_id}/replays/new?what=time&since=2020-01-01T00:00&until=2099-01-01T00:00",
    ),
    Page("which bells did a message ring?", "conversations/5002/messages/{message}/bells"),
)
LIST = "conversations"
CONVERSATIONS = (
    Page("conversations: mine", LIST),
    Page("conversations: unassigned", LIST + "?tab=unassigned"),
    Page("conversations: all", LIST + "?tab=all"),
    Page("conversations: all of any status", LIST + "?tab=all&status=all"),
    Page("its rows, when something changed", LIST + "/rows?tab=all", part=True),
    Page("conversations: a label", LIST + "?tab=all&status=all&label=billing"),
    Page("conversations: a rare label", LIST + "?tab=all&status=all&label=recall"),
    Page("conversations: a rare label, open ones", LIST + "?tab=all&label=recall"),
    Page("conversations: a label there is none of", LIST + "?tab=all&status=all&label=none"),
    Page("conversations: an assignee", LIST + "?tab=all&status=all&assignee={user_id}"),
    Page("conversations: an inbox", LIST + "?tab=all&status=all&inbox={inbox_id}"),
    Page("conversations: unattended", LIST + "?tab=all&status=all&kind=unattended"),
    Page("conversations: you follow", LIST + "?tab=all&status=all&kind=participating"),
    Page("conversations: urgent", LIST + "?tab=all&priority=urgent"),
    Page("conversations: newest first", LIST + "?tab=all&sort=newest"),
    Page("conversations: most urgent first", LIST + "?tab=all&sort=priority"),
    Page("conversations: oldest first", LIST + "?tab=all&sort=created"),
    Page("conversations: most urgent first, any status", LIST + "?tab=all&status=all&sort=priority"),
    Page("conversations: newest first, any status", LIST + "?tab=all&status=all&sort=newest"),
    Page("conversations: waiting longest first", LIST + "?tab=all&sort=waiting"),
    Page("conversations: page 8", LIST + "?tab=all&page=8"),
    Page("search: a name", LIST + "?tab=all&status=all&q=customer"),
    Page("search: words everybody said", LIST + "?tab=all&status=all&q=parcel"),
    Page("search: words nobody said", LIST + "?tab=all&status=all&q=no-such-words"),
    Page("search: a number", LIST + "?tab=all&status=all&q=5000"),
    Page("search: an email", LIST + "?tab=all&status=all&q=customer5000@example.com"),
    Page("an agent's conversations: all", LIST + "?tab=all", agents=True),
    Page("an agent's conversations: any status", LIST + "?tab=all&status=all", agents=True),
    Page("an agent's search: a name", LIST + "?tab=all&status=all&q=customer", agents=True),
    Page("an agent's search: words nobody said", LIST + "?tab=all&status=all&q=no-such-words", agents=True),
    Page("palette: nothing typed", "palette", part=True),
    Page("palette: a name", "palette?q=customer", part=True),
    Page("palette: a number", "palette?q=5000", part=True),
    Page("palette: words nobody has", "palette?q=no-such-words", part=True),
    Page("palette: an agent's, a name", "palette?q=customer", part=True, agents=True),
    Page("a conversation beside the list", LIST + "/5000?tab=all"),
    Page("unread of mine", LIST + "/unread", part=True),
    Page("a conversation", "conversations/5002", part=True),
    Page("a conversation's head", "conversations/5002/head", part=True),
    Page("a conversation's panel", "conversations/5002/panel", part=True),
    Page("a thread: what came before", "conversations/5002/messages?before={message}", part=True),
    Page("a thread: what is new", "conversations/5002/messages?after={message}", part=True),
    Page("canned responses for the composer", "conversations/5002/canned_responses?q=a", part=True),
    Page("a new conversation: whom with", "conversations/new/contacts?find=customer5000@", part=True),
    Page("home", ""),
)
CONTACTS = (
    Page("contacts", "contacts"),
    Page("contacts by name", "contacts?sort=name"),
    Page("contacts by name, 1,000 pages on", "contacts?sort=name&page=1000"),
    Page("contacts by email", "contacts?sort=email"),
    Page("contacts, 1,000 pages on", "contacts?page=1000"),
    Page("contacts, the oldest", "contacts?sort=created_at"),
    Page("contacts, the newest", "contacts?sort=-created_at"),
    Page("contacts: a search", "contacts?q=customer5000@"),
    Page("contacts: a search for what most have", "contacts?q=example.com"),
    Page("contacts: a label", "contacts?label=billing"),
    Page("a contact", "contacts/1005000"),
    Page("merging: a search", "contacts/1005000/merge?q=customer7000", part=True),
)
SETTINGS = (
    Page("labels", "settings/labels"),
    Page("agents", "settings/agents"),
    Page("teams", "settings/teams"),
    Page("inboxes", "settings/inboxes"),
    Page("an inbox", "settings/inboxes/{inbox_id}"),
    Page("an inbox's members", "settings/inboxes/{inbox_id}/members"),
    Page("attributes", "settings/attributes"),
    Page("agent bots", "settings/agent_bots"),
    Page("canned responses", "settings/canned_responses"),
    Page("account", "settings/account"),
    Page("profile", "profile"),
)
PAUSED = tuple(
    Page(f"{name}, paused with 1,000,000 waiting", path, part, halted=True)
    for name, path, part in (
        ("webhooks", "settings/webhooks", False),
        ("webhook", "settings/webhooks/{webhook_id}", False),
        ("its figures", "settings/webhooks/{webhook_id}/pulse", True),
        ("log: waiting", LOG + "?state=pending", False),
    )
)
GROUPS = {
    "Conversations and search": CONVERSATIONS,
    "Contacts": CONTACTS,
    "Webhooks and their deliveries": (*WEBHOOKS, *PAUSED),
    "Settings": SETTINGS,
}
PAGES = tuple(page for pages in GROUPS.values() for page in pages)
