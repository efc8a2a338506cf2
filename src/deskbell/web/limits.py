"""How often one may ask: by token where one was proven, by address where not, and attempts to sign in more rarely.

Counted in memory, each process for itself: with several processes behind one address, each lets through as much.
A token counts for itself once it was of use. Until then its requests count for their address, so that making tokens up gains nothing.
"""

import ipaddress
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from msgspec import Struct
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from deskbell.config import Settings
from deskbell.kit.clock import HOUR, MINUTE, SECOND, Clock
from deskbell.kit.errors import TooManyRequests
from deskbell.web import credentials
from deskbell.web.answers import answer

FREE = frozenset(("/", "/health", "/ready"))
SIGN_IN = "/auth/sign_in"
TOKEN_FACES = ("/api/v1/accounts/", "/api/v2/accounts/", "/api/v1/profile", "/platform/")
"""Where a successful answer proves the token it was asked with."""
SIGN_IN_SPAN = 5 * MINUTE
SWEEP = 2 * HOUR
"""How long somebody who asks nothing more is remembered; longer than any span."""
MOST = 100_000
"""Whom one process remembers at most."""
LONGEST = 500
"""How much of a name is remembered: who asks says some of them, such as emails."""

TOO_MANY_SOCKETS = "There are too many open connections from this address."
SOCKETS_AGAIN = 30
"""Seconds after which it may be tried again."""

RawHeaders = list[tuple[bytes, bytes]]


class Policy(Struct, frozen=True):
    """So many requests in a span, counted from the first; 0 stands for any number."""

    name: str
    quota: int
    span: int


class Count(Struct):
    """What is left to one of those who ask."""

    since: int
    taken: int


class Taken(Struct, frozen=True):
    """What a request met."""

    policy: Policy
    left: int
    """Below zero where this request was one too many."""
    wait: int
    """Seconds until the quota is whole again, at least one."""

    @property
    def headers(self) -> RawHeaders:
        """As the IETF draft on RateLimit header fields has them."""
        name, quota, seconds = self.policy.name, self.policy.quota, self.policy.span // SECOND
        said = [
            (b"ratelimit-policy", f'"{name}";q={quota};w={seconds}'.encode()),
            (b"ratelimit", f'"{name}";r={max(self.left, 0)};t={self.wait}'.encode()),
        ]
        return said if self.left >= 0 else [*said, (b"retry-after", str(self.wait).encode())]


class Limits:
    """Who has asked how often."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.token = Policy("token", settings.rate_limit_token, MINUTE)
        self.address = Policy("address", settings.rate_limit_address, MINUTE)
        self.sign_in = Policy("sign-in", settings.rate_limit_sign_in, SIGN_IN_SPAN)
        self.mail = Policy("mail", settings.rate_limit_mail, SIGN_IN_SPAN)
        self.visitor_mail = Policy("visitor-mail", min(3, settings.rate_limit_mail), SIGN_IN_SPAN)
        self.visitor_messages = Policy("visitor-messages", settings.rate_limit_visitor_messages, MINUTE)
        self.visitor_conversations = Policy(
            "visitor-conversations", settings.rate_limit_visitor_conversations, HOUR
        )
        self.inbox_conversations = Policy(
            "inbox-conversations", settings.rate_limit_inbox_conversations, HOUR
        )
        self._clock = clock
        self._most_sockets = settings.sockets_per_address
        self._sockets: Counter[str] = Counter()
        self._counts: dict[tuple[str, str], Count] = {}
        self._swept = clock.now()

    def take(self, policy: Policy, who: str) -> Taken | None:
        """Count one request; None where there is no limit."""
        if not policy.quota:
            return None
        who = who[:LONGEST]
        now = self._clock.now()
        count = self._counts.get((policy.name, who))
        if count is None:
            self._sweep(now)
            count = self._counts[policy.name, who] = Count(now, 0)
        elif not count.since <= now < count.since + policy.span:  # over, or the clock was set back
            count.since, count.taken = now, 0
        count.taken += 1
        wait = -(-(count.since + policy.span - now) // SECOND)
        return Taken(policy, policy.quota - count.taken, wait)

    def knows(self, policy: Policy, who: str) -> bool:
        return (policy.name, who[:LONGEST]) in self._counts

    def require(self, policy: Policy, who: str, refusal: str = "Too many requests.") -> None:
        """Count one request. Raises TooManyRequests."""
        taken = self.take(policy, who)
        if taken is not None and taken.left < 0:
            raise TooManyRequests(taken.wait, refusal)

    @contextmanager
    def socket(self, who: str) -> Iterator[bool]:
        """Count a WebSocket as long as it is open; False for one too many."""
        has_place = not self._most_sockets or self._sockets[who] < self._most_sockets
        if has_place:
            self._sockets[who] += 1
        try:
            yield has_place
        finally:
            if has_place:
                self._sockets[who] -= 1
            if not self._sockets[who]:
                del self._sockets[who]

    def _sweep(self, now: int) -> None:
        if not 0 <= now - self._swept < MINUTE:
            self._counts = {
                who: count for who, count in self._counts.items() if 0 <= now - count.since < SWEEP
            }
            self._swept = now
        while len(self._counts) >= MOST:
            del self._counts[next(iter(self._counts))]


def limit_email(limits: Limits, email: str) -> None:
    """Count an attempt to sign in by an email, whatever was typed as one: nothing else is counted under its name. Raises TooManyRequests."""
    limits.require(limits.sign_in, f"email {email.strip().lower()}", "Too many attempts.")


def limit_code(request: Request, user_id: int) -> None:
    """Count an attempt at the second step of signing in: by user, as their password was right already. Raises TooManyRequests."""
    limits: Limits = request.app.state.limits
    limits.require(limits.sign_in, f"code {user_id}", "Too many attempts.")


class Gate:
    """Turns away who asks too often, before anything is done for them, and tells the others how much is left."""

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        self._app = app
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._open(scope, receive, send)
            return
        if scope["type"] != "http" or scope["path"] in FREE:
            await self._app(scope, receive, send)
            return
        limits = self._limits
        token = _token(scope)
        proven = token is not None and limits.knows(limits.token, token)
        if proven and token is not None:
            taken = limits.take(limits.token, token)
        else:
            policy = limits.sign_in if scope["path"] == SIGN_IN else limits.address
            taken = limits.take(policy, address_of(scope))
        if taken is not None and taken.left < 0:
            refused = answer(TooManyRequests(taken.wait).told, TooManyRequests.status)
            refused.raw_headers.extend(taken.headers)
            await refused(scope, receive, send)
            return

        async def send_on(message: Message) -> None:
            if message["type"] == "http.response.start":
                if token is not None and not proven and message["status"] < 300:
                    limits.take(limits.token, token)
                if taken is not None:
                    message["headers"] = [*message["headers"], *taken.headers]
            await send(message)

        await self._app(scope, receive, send_on)

    async def _open(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._limits.socket(address_of(scope)) as has_place:
            if has_place:
                await self._app(scope, receive, send)
                return
        told = {"error": TOO_MANY_SOCKETS, "code": TooManyRequests.code}
        refused = answer(told, TooManyRequests.status)
        refused.headers["retry-after"] = str(SOCKETS_AGAIN)
        await WebSocket(scope, receive, send).send_denial_response(refused)


def _token(scope: Scope) -> str | None:
    """By what a request counts: the token or session it is let in by, whatever else comes along."""
    if not scope["path"].startswith(TOKEN_FACES):
        return None
    headers = Headers(scope=scope)
    session = credentials.session(headers)
    token = credentials.token(headers) if session is None else credentials.signed(session)
    return token or None


def address_of(scope: Scope) -> str:
    """Whom a request without a token counts for."""
    client = scope.get("client")
    return _network(client[0]) if client else ""


@lru_cache(maxsize=4096)
def _network(host: str) -> str:
    """An address as one of those who ask: of IPv6 the /64, which is what one household has."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if address.version == 4:
        return host
    return str(ipaddress.ip_network(f"{host}/64", strict=False).network_address)
