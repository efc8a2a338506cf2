"""Where a webhook goes: a URL taken apart once, so that what is checked is what is connected to."""

import asyncio
import base64
import ipaddress
import re
from urllib.parse import quote, unquote_to_bytes

import idna
from msgspec import Struct
from typing_extensions import override

from deskbell.delivery.guard import Allowance
from deskbell.delivery.resolver import Resolver

MAX_URL = 2048
VET_TIMEOUT = 2.0

_DEFAULT_PORTS = {"http": 80, "https": 443}
_URL = re.compile(r"([a-z][a-z0-9+.-]*)://([^/?#]*)([^#]*)(?:#.*)?", re.IGNORECASE)
_LOCATION = re.compile(r"(\[[^\[\]]*\]|[^:\[\]]*)(?::([^:\[\]]*))?")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_PATH_SAFE = "!$%&'()*+,-./:;=?@[]_~"

# Ports of other protocols, which a POST could speak to by accident or by design: the Fetch standard's "bad
# ports".
_FOREIGN_PORTS = frozenset((
    1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104,
    109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515,
    526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049,
    3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
))  # fmt: skip


class Endpoint(Struct, frozen=True, cache_hash=True):
    """A URL's parts, ready to use. `host` is lower-case ASCII; `path` starts with `/` and includes the query.

    `authorization` is the whole value of that header; it is in no other form here, nor in `repr`.
    """

    scheme: str
    host: str
    port: int
    path: str
    authorization: str | None = None

    @property
    def url(self) -> str:
        """The URL without user and password, safe to show."""
        return f"{self.scheme}://{format_host_header(self)}{self.path}"

    @override
    def __repr__(self) -> str:
        return f"Endpoint({self.url!r})"


def parse_url(url: str) -> Endpoint:
    """Take a URL apart. Raises ValueError with a sentence for its author."""
    if len(url) > MAX_URL:
        raise ValueError(f"The URL is longer than {MAX_URL} characters.")
    if any(character <= " " or character == "\\" or not character.isprintable() for character in url):
        raise ValueError("The URL contains a space, a control character or a backslash.")
    parts = _URL.fullmatch(url)
    scheme = parts[1].lower() if parts else ""
    if parts is None or scheme not in _DEFAULT_PORTS:
        raise ValueError("The URL must start with http:// or https://.")
    userinfo, at, location = parts[2].rpartition("@")
    if "@" in userinfo:
        raise ValueError("The URL contains more than one @ before the path; write %40 inside a password.")
    host, port = _split_port(location)
    return Endpoint(
        scheme=scheme,
        host=_normalise_host(host),
        port=_DEFAULT_PORTS[scheme] if port is None else port,
        path=_normalise_path(parts[3]),
        authorization=_basic(userinfo) if at else None,
    )


def format_host_header(endpoint: Endpoint) -> str:
    """The value of `Host`: IPv6 in brackets, the port only where it is not the scheme's own."""
    host = f"[{endpoint.host}]" if ":" in endpoint.host else endpoint.host
    return host if endpoint.port == _DEFAULT_PORTS[endpoint.scheme] else f"{host}:{endpoint.port}"


def is_literal(host: str) -> bool:
    """Whether a host is an IP address and not a name."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


async def vet(url: str, allowance: Allowance, resolver: Resolver, patience: float = VET_TIMEOUT) -> Endpoint:
    """Take apart a URL that someone wants to save, refusing one that leads to forbidden addresses only.

    A name that does not resolve within `patience` seconds passes: the guard asks again when connecting.
    Raises ValueError with a sentence for its author.
    """
    endpoint = parse_url(url)
    if is_literal(endpoint.host):
        addresses = [endpoint.host]
    else:
        try:
            async with asyncio.timeout(patience):
                found = await resolver.resolve(endpoint.host, endpoint.port)
        except OSError:  # TimeoutError is one too
            return endpoint
        addresses = [address for _, address in found]
    allowed, refusals = allowance.sift(endpoint.host, addresses, endpoint.port)
    if refusals and not allowed:
        raise ValueError(f"The URL may not be used: {refusals[0]}.")
    return endpoint


def _split_port(location: str) -> tuple[str, int | None]:
    parts = _LOCATION.fullmatch(location)
    if parts is None:
        raise ValueError("An IPv6 address in a URL goes in brackets, and nothing else does.")
    host, text = parts.groups()
    if not text:
        return host, None
    if not re.fullmatch(r"[0-9]{1,5}", text) or not 1 <= int(text) <= 65535:
        raise ValueError("The port must be a number from 1 to 65535.")
    if int(text) in _FOREIGN_PORTS:
        raise ValueError(f"Port {int(text)} belongs to another protocol than HTTP.")
    return host, int(text)


def _normalise_host(host: str) -> str:
    if not host:
        raise ValueError("The URL names no host.")
    if host.startswith("["):
        return _normalise_ipv6(host)
    try:
        ascii_host = host.lower() if host.isascii() else idna.encode(host, uts46=True).decode("ascii")
    except idna.IDNAError:
        raise ValueError("The host name is not a valid internationalised name.") from None
    ascii_host = ascii_host.removesuffix(".")
    labels = ascii_host.split(".")
    # Resolvers read 127.1, 2130706433 and 0x7f.0.0.1 as addresses; only the plain form has one meaning.
    if _NUMBER.fullmatch(labels[-1]):
        try:
            return str(ipaddress.IPv4Address(ascii_host))
        except ValueError:
            raise ValueError("An IPv4 address must be written as four decimal numbers.") from None
    if len(ascii_host) > 253 or not all(map(_LABEL.fullmatch, labels)):
        raise ValueError("The host name is not valid.")
    return ascii_host


def _normalise_ipv6(host: str) -> str:
    if "%" in host:
        raise ValueError("An IPv6 address in a URL may not name a zone.")
    try:
        return str(ipaddress.IPv6Address(host[1:-1]))
    except ValueError:
        raise ValueError("The IPv6 address is not valid.") from None


def _normalise_path(path: str) -> str:
    return quote(path if path.startswith("/") else "/" + path, safe=_PATH_SAFE)


def _basic(userinfo: str) -> str:
    user, _, password = userinfo.partition(":")
    pair = unquote_to_bytes(user) + b":" + unquote_to_bytes(password)
    return "Basic " + base64.b64encode(pair).decode("ascii")
