"""The whole web application in the process: every face of it, asked over ASGI by the people of a small world."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
from fastapi import FastAPI

from deskbell.config import Settings
from deskbell.delivery.guard import Allowance
from deskbell.delivery.http import Client
from deskbell.delivery.resolver import SystemResolver
from deskbell.desk.commands import accounts
from deskbell.desk.rules.identity import identity_hash
from deskbell.files.disk import Disk
from deskbell.realtime.live import Live
from deskbell.store import agent_bots, files, users
from deskbell.store.statement import Statement
from deskbell.web.app import create_app
from deskbell.web.services import Services
from tests.support.aio import run
from tests.support.world import World, open_world

HOST = "http://deskbell.test"
KEY = "a key that only this test server signs its sessions with"
PUBLIC_HOOK = "https://9.9.9.9/hook"
"""A public address given as one, so that nothing is looked up."""

TABLES = (
    "access_tokens",
    "agent_bot_inboxes",
    "agent_bots",
    "account_users",
    "attribute_definitions",
    "audits",
    "canned_responses",
    "contact_inboxes",
    "contacts",
    "conversation_labels",
    "conversation_participants",
    "conversations",
    "custom_filters",
    "deliveries",
    "drafts",
    "events",
    "inbox_members",
    "inboxes",
    "labels",
    "messages",
    "notices",
    "reporting_events",
    "targets",
    "team_members",
    "teams",
    "users",
    "webhooks",
)
_COUNTS = Statement("SELECT " + ", ".join(f"(SELECT COUNT(*) FROM {table}) AS {table}" for table in TABLES))


@dataclass(frozen=True)
class API:
    """Clients of one application. Their base is the account's part of the Application API unless said otherwise.

    Alice administers, Bob is an agent of the API inbox only, `bot` is an agent bot of the account, `stranger` administers
    another account but asks for this one, `nobody` has no token.
    """

    world: World
    services: Services
    app: FastAPI
    stack: AsyncExitStack
    alice: httpx.AsyncClient
    bob: httpx.AsyncClient
    bot: httpx.AsyncClient
    bot_id: int
    stranger: httpx.AsyncClient
    other_account: int
    nobody: httpx.AsyncClient

    async def client(self, path: str, token: str | None = None, **more: Any) -> httpx.AsyncClient:
        """Another client, below a path of this server."""
        return await self.stack.enter_async_context(_client(self.app, path, token, **more))

    async def client_api(self, identifier: str | None = None) -> httpx.AsyncClient:
        """A customer's own chat interface, by default at the world's API inbox."""
        return await self.client(f"/public/api/v1/inboxes/{identifier or self.world.api_inbox.token}")

    async def browser(
        self, session: str | None = None, website_token: str | None = None
    ) -> httpx.AsyncClient:
        """The widget in a visitor's browser, with the session it has."""
        headers = {"X-Auth-Token": session} if session else {}
        params = {"website_token": website_token or self.world.website.token}
        return await self.client("/api/v1/widget", headers=headers, params=params)

    async def visitor(self) -> httpx.AsyncClient:
        """The widget with a session just opened."""
        opened = await (await self.browser()).post("config")
        return await self.browser(opened.json()["website_channel_config"]["auth_token"])

    async def root(self) -> httpx.AsyncClient:
        """Alice, below no path."""
        return await self.client("", self.world.token)

    async def state(self) -> dict[str, int]:
        """How many rows of each kind there are, events among them."""
        async with self.world.database.read() as reader:
            row = await reader.one(_COUNTS)
        assert row is not None
        return {table: row[table] for table in TABLES}

    async def told(self, after: int = 0) -> list[str]:
        """The names of the events recorded."""
        return [event.name for event in await self.world.events(after)]


@asynccontextmanager
async def open_api(url: str, **settings: Any) -> AsyncIterator[API]:
    """The application over a fresh world."""
    async with open_world(url) as world, AsyncExitStack() as stack:
        resolver = SystemResolver()
        stack.push_async_callback(resolver.close)
        outbound = Client(Allowance.parse(("127.0.0.1",)))
        stack.push_async_callback(outbound.close)
        data = Path(stack.enter_context(TemporaryDirectory(prefix="deskbell-files-")))
        told = Settings(database=url, **({"data_dir": data} | settings))
        services = Services(
            told,
            world.database,
            world.clock,
            Allowance(),
            resolver,
            KEY,
            outbound,
            live=Live(world.database, world.clock, told.listeners_per_account),
            files=Disk(data),
        )
        async with world.database.unit() as unit:
            await files.rebase(unit, services.public_url)
        app = create_app(services)
        bob, bot_id, bot, other_account, stranger = await _tokens(world)

        async def client(token: str | None) -> httpx.AsyncClient:
            return await stack.enter_async_context(
                _client(app, f"/api/v1/accounts/{world.account_id}", token)
            )

        yield API(
            world=world,
            services=services,
            app=app,
            stack=stack,
            alice=await client(world.token),
            bob=await client(bob),
            bot=await client(bot),
            bot_id=bot_id,
            stranger=await client(stranger),
            other_account=other_account,
            nobody=await client(None),
        )


def on_api(url: str, story: Callable[[API], Awaitable[None]], **settings: Any) -> None:
    """Run a story against a fresh application."""

    async def told() -> None:
        async with open_api(url, **settings) as api:
            await story(api)

    run(told())


def _client(app: FastAPI, path: str, token: str | None, **more: Any) -> httpx.AsyncClient:
    headers = {"api_access_token": token} if token else {}
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app),
        base_url=HOST + path,
        headers=headers | more.pop("headers", {}),
        **more,
    )


async def _tokens(world: World) -> tuple[str, int, str, int, str]:
    async with world.database.unit() as unit:
        await users.add_token(unit, "bobs-token", user_id=world.bob.id)
        bot_id = await agent_bots.add(unit, world.account_id, name="Botty")
        await users.add_token(unit, "bots-token", agent_bot_id=bot_id)
        other = await accounts.create_account(
            unit, name="Other", email="olga@example.org", password_hash=None, user_name="Olga"
        )
    return "bobs-token", bot_id, "bots-token", other.account_id, other.api_access_token


def errors_of(answer: httpx.Response, *fields: str) -> dict[str, str]:
    """The wrong fields an answer names, checked to be exactly these, in both ways clients read them."""
    assert answer.status_code == 422, answer.text
    told: dict[str, Any] = answer.json()
    assert sorted(told["attributes"]) == sorted(fields), told
    errors: dict[str, str] = {one["field"]: one["message"] for one in told["errors"]}
    assert sorted(errors) == sorted(fields), told
    assert told["message"], told
    return errors


async def written(visitor: httpx.AsyncClient, content: str) -> dict[str, Any]:
    """A message the visitor writes in the widget."""
    answer = await visitor.post("messages", json={"message": {"content": content}})
    assert answer.status_code == 200, answer.text
    message: dict[str, Any] = answer.json()
    return message


async def contents(visitor: httpx.AsyncClient) -> list[str]:
    """What the widget shows the visitor."""
    return [one["content"] for one in (await visitor.get("messages")).json()["payload"]]


async def identified(api: API, visitor: httpx.AsyncClient, **fields: Any) -> httpx.AsyncClient:
    """The visitor after `setUser`, with the session they then have."""
    answer = await visitor.patch("contact/set_user", json=fields)
    assert answer.status_code == 200, answer.text
    return await api.browser(answer.json().get("widget_auth_token", visitor.headers["X-Auth-Token"]))


def proof(api: API, identifier: str) -> str:
    """The hash by which the website proves who its visitor is."""
    return identity_hash(api.world.website.hmac_token, identifier)
