"""Which addresses a webhook may reach: the public internet, and what the operator allows besides.

The tables are the IANA special-purpose registries (RFC 6890 and successors) and the metadata services of
cloud providers. The guard judges one address at a time; whoever connects asks it about the very address about
to be connected to.
"""

import re
from collections.abc import Sequence
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Self

from msgspec import Struct

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_REFUSED_V4: tuple[tuple[IPv4Network, str], ...] = tuple(
    (IPv4Network(network), kind)
    for network, kind in (
        ("169.254.169.254/32", "a cloud metadata address"),
        ("100.100.100.200/32", "a cloud metadata address"),
        ("192.0.0.192/32", "a cloud metadata address"),
        ("168.63.129.16/32", "a cloud metadata address"),
        ("0.0.0.0/32", "the unspecified address"),
        ("255.255.255.255/32", "the broadcast address"),
        ("127.0.0.0/8", "a loopback address"),
        ("10.0.0.0/8", "a private address"),
        ("172.16.0.0/12", "a private address"),
        ("192.168.0.0/16", "a private address"),
        ("169.254.0.0/16", "a link-local address"),
        ("100.64.0.0/10", "a carrier-grade NAT address"),
        ("0.0.0.0/8", "an address of this network"),
        ("192.0.0.0/24", "a reserved address"),
        ("192.88.99.0/24", "a reserved address"),
        ("192.0.2.0/24", "a documentation address"),
        ("198.51.100.0/24", "a documentation address"),
        ("203.0.113.0/24", "a documentation address"),
        ("198.18.0.0/15", "a benchmark address"),
        ("224.0.0.0/4", "a multicast address"),
        ("240.0.0.0/4", "a reserved address"),
    )
)

_REFUSED_V6: tuple[tuple[IPv6Network, str], ...] = tuple(
    (IPv6Network(network), kind)
    for network, kind in (
        ("fd00:ec2::254/128", "a cloud metadata address"),
        ("fd20:ce::254/128", "a cloud metadata address"),
        ("::/128", "the unspecified address"),
        ("::1/128", "a loopback address"),
        ("fc00::/7", "a private address"),
        ("fe80::/10", "a link-local address"),
        ("fec0::/10", "a site-local address"),
        ("ff00::/8", "a multicast address"),
        ("64:ff9b:1::/48", "a local NAT64 address"),
        ("100::/64", "a discard address"),
        ("2001::/32", "a Teredo address"),
        ("2001:2::/48", "a benchmark address"),
        ("2001::/23", "a reserved address"),
        ("2001:db8::/32", "a documentation address"),
        ("3fff::/20", "a documentation address"),
        ("5f00::/16", "a segment routing address"),
    )
)

_PUBLIC_V6 = IPv6Network("2000::/3")
_MAPPED = IPv6Network("::ffff:0:0/96")
_COMPATIBLE = IPv6Network("::/96")
_NAT64 = IPv6Network("64:ff9b::/96")
_LOW_32_BITS = 0xFFFF_FFFF

_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST_NAME = re.compile(rf"(?:{_LABEL}\.)*(?=[a-z0-9_-]*[a-z_])(?!0x){_LABEL}")
_BRACKETED = re.compile(r"\[([^\[\]]*)\](?::(.*))?")


class _Entry(Struct, frozen=True):
    """One thing the operator allows: a network or a host name, at one port or at any."""

    network: Network | None
    host: str | None
    port: int | None

    def covers(self, host: str, address: Address, port: int) -> bool:
        if self.port is not None and self.port != port:
            return False
        if self.network is None:
            return self.host == host
        return self.network.version == address.version and address in self.network


class Allowance(Struct, frozen=True):
    """What the operator allows beyond the public internet."""

    entries: tuple[_Entry, ...] = ()

    @classmethod
    def parse(cls, entries: Sequence[str]) -> Self:
        """Read networks (`10.0.0.0/8`), addresses and host names, each with an optional `:port`.

        IPv6 with a port goes in brackets: `[fd00::/8]:443`. Raises ValueError naming the first wrong entry.
        """
        return cls(tuple(_parse_entry(entry) for entry in entries))

    def refusal(self, host: str, address: str, port: int) -> str | None:
        """Why this address may not be connected to, as a short sentence; None if it may.

        `host` is the name in the URL, which may itself be allowed; `address` is what it resolved to.
        """
        try:
            found = _parse_address(address)
        except ValueError:
            return f"{address} is not an IP address"
        name = _fold(host)
        if any(entry.covers(name, found, port) for entry in self.entries):
            return None
        return _why_not(found)

    def sift(self, host: str, addresses: Sequence[str], port: int) -> tuple[list[str], list[str]]:
        """Part addresses into those that may be connected to, in order, and the refusals of the others."""
        allowed: list[str] = []
        refusals: list[str] = []
        for address in addresses:
            refusal = self.refusal(host, address, port)
            if refusal is None:
                allowed.append(address)
            else:
                refusals.append(refusal)
        return allowed, refusals


def _why_not(address: Address) -> str | None:
    if isinstance(address, IPv4Address):
        kind = next((kind for network, kind in _REFUSED_V4 if address in network), None)
        return None if kind is None else f"{address} is {kind}"
    inner = _embedded(address)
    if inner is not None and (reason := _why_not(inner)) is not None:
        return f"{address} stands for an IPv4 address, and {reason}"
    kind = next((kind for network, kind in _REFUSED_V6 if address in network), None)
    if kind is None and address not in _PUBLIC_V6 and address not in _NAT64:
        kind = "a reserved address"
    return None if kind is None else f"{address} is {kind}"


def _embedded(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address inside an IPv6 one, where a gateway or the kernel would send to it."""
    if address.sixtofour is not None:
        return address.sixtofour
    if int(address) > 1 and (address in _COMPATIBLE or address in _NAT64):
        return IPv4Address(int(address) & _LOW_32_BITS)
    return None


def _parse_address(text: str) -> Address:
    """An address without its zone, IPv4-mapped ones as the IPv4 address they mean. Raises ValueError."""
    address = ip_address(text.partition("%")[0])
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def _parse_entry(entry: str) -> _Entry:
    target, port_text = _split_port(entry)
    try:
        port = None if port_text is None else _parse_port(port_text)
        if "/" in target or ":" in target or target.replace(".", "").isdigit():
            return _Entry(_parse_network(target), None, port)
        host = _fold(target)
        if len(host) > 253 or not _HOST_NAME.fullmatch(host):
            raise ValueError("it is no network, address or host name")
    except ValueError as error:
        raise ValueError(f"{entry!r} cannot be allowed: {error}") from None
    return _Entry(None, host, port)


def _split_port(entry: str) -> tuple[str, str | None]:
    bracketed = _BRACKETED.fullmatch(entry)
    if bracketed:
        return bracketed[1], bracketed[2]
    target, colon, port = entry.rpartition(":")
    if colon and ":" not in target:
        return target, port
    return entry, None


def _parse_port(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,5}", text) or not 1 <= int(text) <= 65535:
        raise ValueError(f"{text!r} is no port")
    return int(text)


def _parse_network(text: str) -> Network:
    network = ip_network(text)
    if isinstance(network, IPv6Network) and network.subnet_of(_MAPPED):
        return IPv4Network((int(network.network_address) & _LOW_32_BITS, network.prefixlen - 96))
    return network


def _fold(host: str) -> str:
    return host.lower().removesuffix(".")
