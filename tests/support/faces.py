"""A running Deskbell's HTTP faces, as its clients use them: an administrator, a customer's own chat, and a visitor's browser."""

import json
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Self

import msgspec

from deskbell.desk.commands import accounts
from deskbell.kit.clock import SystemClock
from deskbell.store import open_database
from tests.support.asking import Answer, Client
from tests.support.process import Server, deskbell, serving, until

JSONObject = dict[str, Any]

BROWSER = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"
)


def create_account(folder: Path, database: str, email: str = "alice@example.com") -> JSONObject:
    """Create an account from the command line; answers what it printed."""
    done = deskbell(
        "admin", "create-account", "--name", "Acme", "--email", email, "--json", cwd=folder, database=database
    )
    assert done.returncode == 0, done.stderr
    made: JSONObject = json.loads(done.stdout)
    return made


class Face:
    """Asks the server, wherever it listens since its last start. Raises AssertionError for an answer that is no 2xx."""

    def __init__(self, server: Server, prefix: str, headers: dict[str, str]) -> None:
        self._server = server
        self._prefix = prefix
        self._headers = headers
        self._client = Client()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.close()

    async def ask(self, method: str, path: str, body: JSONObject | None = None, **query: Any) -> Answer:
        """The answer, whatever it is. Raises NotSentError, NotAnsweredError."""
        url = f"{self._server.address}{self._prefix}{path}"
        return await self._client.ask(method, url, body, query=query, headers=self._headers)

    async def get(self, path: str, **query: Any) -> Any:
        return await self._told("GET", path, None, query)

    async def post(self, path: str, body: JSONObject | None = None, **query: Any) -> Any:
        return await self._told("POST", path, body, query)

    async def patch(self, path: str, body: JSONObject | None = None, **query: Any) -> Any:
        return await self._told("PATCH", path, body, query)

    async def delete(self, path: str) -> Any:
        return await self._told("DELETE", path, None, {})

    async def _told(self, method: str, path: str, body: JSONObject | None, query: JSONObject) -> Any:
        answer = await self.ask(method, path, body, **query)
        assert 200 <= answer.status < 300, f"{method} {self._prefix}{path}: {answer.status} {answer.text}"
        return answer.json


class Desk(Face):
    """The Application API, as the administrator of an account."""

    def __init__(self, server: Server, account: JSONObject) -> None:
        self.account_id: int = account["account_id"]
        self.user_id: int = account["user_id"]
        self.token: str = account["api_access_token"]
        super().__init__(
            server, f"/api/v1/accounts/{self.account_id}", {"api_access_token": account["api_access_token"]}
        )

    async def api_inbox(self) -> JSONObject:
        made: JSONObject = await self.post("/inboxes", {"name": "API", "channel": {"type": "api"}})
        return made

    async def website(self) -> JSONObject:
        """One that says nothing by itself: it asks for no email address."""
        channel = {"type": "web_widget", "website_url": "https://shop.example.com"}
        body = {"name": "Website", "enable_email_collect": False, "channel": channel}
        made: JSONObject = await self.post("/inboxes", body)
        return made

    async def webhook(self, url: str, subscriptions: Sequence[str], **more: Any) -> JSONObject:
        made = await self.post("/webhooks", {"url": url, "subscriptions": list(subscriptions), **more})
        webhook: JSONObject = made["payload"]["webhook"]
        return webhook

    async def show_webhook(self, webhook_id: int) -> JSONObject:
        listed = (await self.get("/webhooks"))["payload"]["webhooks"]
        found: JSONObject = next(one for one in listed if one["id"] == webhook_id)
        return found

    async def say(self, conversation: int, content: str, **more: Any) -> JSONObject:
        """Write as an agent."""
        made: JSONObject = await self.post(
            f"/conversations/{conversation}/messages", {"content": content, **more}
        )
        return made

    async def deliveries(self, webhook_id: int, **query: Any) -> list[JSONObject]:
        """The whole log of deliveries, oldest first, read page by page."""
        found: list[JSONObject] = []
        before: JSONObject = {}
        while True:
            page = await self.get(f"/webhooks/{webhook_id}/deliveries", per_page=100, **query, **before)
            found += page["payload"]
            if page["meta"]["next_before"] is None:
                return found[::-1]
            before = {"before": page["meta"]["next_before"]}

    async def backlog(self, webhook_id: int) -> int:
        """How many deliveries wait, up to 100."""
        page = await self.get(f"/webhooks/{webhook_id}/deliveries", per_page=100, state="pending")
        return len(page["payload"])

    async def settled(self, webhook_id: int) -> None:
        """Wait until nothing is left to deliver."""

        async def nothing_waits() -> bool:
            return await self.backlog(webhook_id) == 0

        await until(nothing_waits, f"everything for webhook {webhook_id} to be settled")

    async def begin(self, count: int) -> list[int]:
        """Begin conversations in a new API inbox, each with a contact of its own; answers their numbers."""
        inbox = await self.api_inbox()
        numbers = []
        for number in range(count):
            source_id = f"{inbox['id']}-contact-{number}"
            await self.post(
                "/contacts", {"name": f"Contact {number}", "inbox_id": inbox["id"], "source_id": source_id}
            )
            numbers.append((await self.post("/conversations", {"source_id": source_id}))["id"])
        return numbers


class Chat(Face):
    """The Client API, as one contact of an API inbox."""

    def __init__(self, server: Server, inbox: JSONObject, source_id: str) -> None:
        self.source_id = source_id
        super().__init__(server, f"/public/api/v1/inboxes/{inbox['inbox_identifier']}/contacts", {})

    async def register(self, name: str) -> None:
        await self.post(
            "", {"source_id": self.source_id, "name": name, "email": f"{self.source_id}@example.com"}
        )

    async def begin(self) -> int:
        made = await self.post(f"/{self.source_id}/conversations")
        number: int = made["id"]
        return number

    async def say(self, conversation: int, content: str) -> JSONObject:
        """Write as the contact."""
        made: JSONObject = await self.post(
            f"/{self.source_id}/conversations/{conversation}/messages", {"content": content}
        )
        return made


class Visitor(Face):
    """The Widget API, as a visitor's browser."""

    def __init__(self, server: Server, website: JSONObject) -> None:
        super().__init__(server, "/api/v1/widget", {"user-agent": BROWSER, "accept-language": "de-CH"})
        self._website_token = website["website_token"]

    async def open_session(self) -> None:
        told = await self.post("/config", website_token=self._website_token)
        self._headers["x-auth-token"] = told["website_channel_config"]["auth_token"]

    async def does(self, path: str, body: JSONObject | None = None) -> Any:
        """POST within the session."""
        return await self.post(path, body, website_token=self._website_token, locale="de")


async def make_account(database: str) -> JSONObject:
    """As `create_account`, without the second it takes to start Python: what the command does, done here."""
    opened = await open_database(database, SystemClock())
    try:
        async with opened.unit() as unit:
            made = await accounts.create_account(
                unit, name="Acme", email=f"{uuid.uuid4()}@example.com", password_hash=None
            )
    finally:
        await opened.close()
    return msgspec.structs.asdict(made)


@asynccontextmanager
async def desk_in(server: Server) -> AsyncIterator[Desk]:
    """The administrator of a new account on a server that runs already."""
    with server.told_on_failure():
        async with Desk(server, await make_account(server.database)) as desk:
            yield desk


@asynccontextmanager
async def desk_on(
    folder: Path, database: str, *flags: str, **settings: Any
) -> AsyncIterator[tuple[Server, Desk]]:
    """A server that may reach the loopback address, and the administrator of a new account on it."""
    settings = {"delivery_allow": "127.0.0.1", **settings}
    async with serving(folder, database, *flags, **settings) as server, desk_in(server) as desk:
        yield server, desk
