"""The list of conversations: whose, in which state, in which order."""

import re
from typing import Any
from urllib.parse import urlsplit

from fastapi import Request, Response
from msgspec import Struct

from deskbell.desk.queries import agents, custom_filters, first_steps, inboxes, labels, teams
from deskbell.desk.queries import conversations as queries
from deskbell.desk.queries import filters as filter_queries
from deskbell.desk.queries import search as search_queries
from deskbell.desk.queries.conversations import ConversationPage, Filter
from deskbell.desk.queries.search import FAR, NEAR, Matches
from deskbell.desk.rules import filters as filter_rules
from deskbell.kit.errors import Invalid, NotFound
from deskbell.model.custom_filter import CustomFilter
from deskbell.model.inbox import Inbox
from deskbell.model.label import Label
from deskbell.model.message import MessageView
from deskbell.model.team import Team
from deskbell.model.user import Agent
from deskbell.store.database import Reader
from deskbell.web.dashboard.conversations.choice import (
    KINDS,
    LISTED,
    PRIORITIES,
    SNOOZES,
    SORTS,
    TABS,
    Choice,
    TheChoice,
)
from deskbell.web.dashboard.conversations.rows import Row, line, marked
from deskbell.web.dashboard.deps import Desk, TheDesk
from deskbell.web.dashboard.rendering import is_fragment, render
from deskbell.web.dashboard.route import ACCOUNT, screen

router = screen(f"{ACCOUNT}/conversations")

PER_PAGE = 25
AT_ONCE = 8
"""Pages below each other; those before them are left out, so that a page of the list costs the same however far down."""
MOST = 1000
"""Tabs count up to here."""
UNREAD = 99


class Options(Struct, frozen=True, kw_only=True):
    """What there is to choose from."""

    inboxes: list[Inbox]
    agents: list[Agent]
    teams: list[Team]
    labels: list[Label]
    folders: list[CustomFilter]


class Chip(Struct, frozen=True):
    """A filter that is on, and the address without it."""

    words: str
    query: str


class Shown(Struct, frozen=True, kw_only=True):
    """The list, as it shows."""

    rows: list[Row]
    counts: dict[str, int]
    options: Options
    chips: list[Chip]
    first: int
    """The first page that shows."""
    more: bool
    empty: bool
    """Whether there is no conversation at all, as far as whoever looks may know."""
    wrong: str = ""
    """Why a saved filter finds nothing."""


@router.get("")
async def list_conversations(request: Request, choice: TheChoice, desk: TheDesk) -> Response:
    """The whole page for a browser; for htmx the list, beside whatever conversation is open."""
    if not is_fragment(request):
        return render(
            desk, request, "conversations/inbox.html", **await listed(desk, choice), chosen=None, pane=""
        )
    return await answer(request, desk, choice)


@router.get("/rows")
async def list_rows(request: Request, choice: TheChoice, desk: TheDesk) -> Response:
    """What changes in the list by itself."""
    values = await listed(desk, choice)
    return render(
        desk, request, "conversations/conversation_rows.html", **values, chosen=opened(request, desk)
    )


@router.get("/unread")
async def count_unread(request: Request, desk: TheDesk) -> Response:
    """How many of one's own conversations wait to be read, for the menu."""
    async with desk.services.database.read() as reader:
        found = await queries.unread(reader, desk.actor, UNREAD + 1)
    return render(desk, request, "conversations/conversation_unread.html", unread=found, most=UNREAD)


async def answer(request: Request, desk: Desk, choice: Choice) -> Response:
    """The list for htmx; the address then says what is listed, and which conversation is open."""
    chosen = opened(request, desk)
    response = render(
        desk, request, "conversations/conversation_list.html", **await listed(desk, choice), chosen=chosen
    )
    here = desk.path(f"/conversations/{chosen}" if chosen else "/conversations")
    if _path(request).startswith(desk.path("/conversations")):
        response.headers["HX-Push-Url"] = here + choice.query()
    return response


def opened(request: Request, desk: Desk) -> int | None:
    """The conversation that is open in the page that asks for a part."""
    found = re.fullmatch(re.escape(desk.path("/conversations/")) + r"(\d{1,18})", _path(request))
    return int(found[1]) if found else None


def _path(request: Request) -> str:
    return urlsplit(request.headers.get("hx-current-url", "")).path


async def listed(desk: Desk, choice: Choice) -> dict[str, Any]:
    """What the list is made of."""
    async with desk.services.database.read() as reader:
        options = await offered(reader, desk)
        shown = await _shown(reader, desk, choice, options)
    return {
        "choice": choice,
        "list": shown,
        "account_labels": options.labels,
        "tabs": TABS,
        "statuses": LISTED,
        "urgencies": PRIORITIES,
        "kinds": KINDS,
        "sorts": {name: words for name, (words, _) in SORTS.items()},
        "naps": SNOOZES,
        "most": MOST,
        "marked": marked,
        "demo": desk.services.demo is not None,
    }


async def offered(reader: Reader, desk: Desk) -> Options:
    return Options(
        inboxes=[view.inbox for view in await inboxes.visible(reader, desk.actor)],
        agents=await agents.all_agents(reader, desk.actor),
        teams=[view.team for view in await teams.all_teams(reader, desk.actor)],
        labels=await labels.all_labels(reader, desk.actor),
        folders=await custom_filters.own_filters(reader, desk.actor, "conversation"),
    )


async def _shown(reader: Reader, desk: Desk, choice: Choice, options: Options) -> Shown:
    first = max(1, choice.page - AT_ONCE + 1)
    matches: Matches | None = None
    spoken: dict[int, MessageView] = {}
    wrong = ""
    found = ConversationPage(
        counts=dict.fromkeys(("mine_count", "unassigned_count", "all_count"), 0), conversations=[]
    )
    try:
        wanted, matches = await _wanted(reader, desk, choice)
        found = await queries.listing(
            reader,
            desk.actor,
            wanted,
            assignee=choice.tab,
            sort=SORTS[choice.sort][1],
            offset=(first - 1) * PER_PAGE,
            size=(choice.page - first + 1) * PER_PAGE + 1,
            most=MOST + 1,
        )
        spoken = await queries.spoken(reader, found.conversations)
    except Invalid:
        wrong = "This saved filter asks for something there is none of any more."
    most = (choice.page - first + 1) * PER_PAGE
    said = spoken | (matches.said if matches else {})
    return Shown(
        rows=[Row(one, line(one, said, desk.actor.id, choice.q)) for one in found.conversations[:most]],
        counts=found.counts,
        options=options,
        chips=chips(choice, options),
        first=first,
        more=len(found.conversations) > most,
        empty=not found.conversations and not await first_steps.begun(reader, desk.actor),
        wrong=wrong,
    )


async def _wanted(reader: Reader, desk: Desk, choice: Choice) -> tuple[Filter, Matches | None]:
    """What a choice means. Raises Invalid where a saved filter makes no sense any more."""
    actor, clause, matches = desk.actor, None, None
    if choice.folder:
        try:
            folder = await custom_filters.show(reader, actor, choice.folder)
            asked = filter_rules.kept(folder.query)
            clause = await filter_queries.clause(
                reader, actor, "conversation", asked, desk.services.clock.now()
            )
        except NotFound:
            raise Invalid({"folder": "is gone"}) from None
    if choice.q:
        matches = await search_queries.matches(reader, actor, choice.q, FAR if choice.far else NEAR)
    wanted = Filter(
        account_id=actor.account_id,
        status=None if choice.status == "all" else choice.status,
        inbox_id=choice.inbox or None,
        labels=[choice.label] if choice.label else [],
        priority=choice.priority or None,
        assignee_id=choice.assignee or None,
        team_id=choice.team or None,
        unattended=choice.kind == "unattended",
        mentioned_id=actor.id if choice.kind == "mentions" else None,
        participant_id=actor.id if choice.kind == "participating" else None,
        ids=matches.ids if matches else None,
        clause=clause,
    )
    return wanted, matches


def chips(choice: Choice, options: Options) -> list[Chip]:
    """The filters that are on, each with a way to take it off."""
    gone = "one that is gone"
    inboxes_by_id = {one.id: one.name for one in options.inboxes}
    agents_by_id = {one.user.id: one.user.available_name for one in options.agents}
    teams_by_id = {one.id: one.name for one in options.teams}
    folders_by_id = {one.id: one.name for one in options.folders}
    said = {
        "q": f"“{choice.q}”",
        "folder": folders_by_id.get(choice.folder, gone),
        "kind": KINDS.get(choice.kind, ""),
        "inbox": inboxes_by_id.get(choice.inbox, gone),
        "label": f"Label {choice.label}",
        "priority": PRIORITIES.get(choice.priority, ""),
        "assignee": f"Assignee {agents_by_id.get(choice.assignee, gone)}",
        "team": f"Team {teams_by_id.get(choice.team, gone)}",
    }
    usual = Choice()
    return [
        Chip(words, choice.query(**(choice.unsearched if name == "q" else {name: getattr(usual, name)})))
        for name, words in said.items()
        if getattr(choice, name)
    ]
