import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskbell.delivery.guard import Allowance

NOBODY = Allowance.parse([])

REFUSED = {
    "0.0.0.0": "unspecified",
    "0.1.2.3": "this network",
    "10.0.0.1": "private",
    "10.255.255.255": "private",
    "100.64.0.1": "carrier-grade NAT",
    "100.127.255.254": "carrier-grade NAT",
    "100.100.100.200": "metadata",
    "127.0.0.1": "loopback",
    "127.255.255.254": "loopback",
    "168.63.129.16": "metadata",
    "169.254.1.1": "link-local",
    "169.254.169.254": "metadata",
    "172.16.0.1": "private",
    "172.31.255.255": "private",
    "192.0.0.1": "reserved",
    "192.0.0.192": "metadata",
    "192.0.2.1": "documentation",
    "192.88.99.1": "reserved",
    "192.168.1.1": "private",
    "198.18.0.1": "benchmark",
    "198.19.255.255": "benchmark",
    "198.51.100.1": "documentation",
    "203.0.113.1": "documentation",
    "224.0.0.1": "multicast",
    "239.255.255.255": "multicast",
    "240.0.0.1": "reserved",
    "255.255.255.255": "broadcast",
    "::": "unspecified",
    "::1": "loopback",
    "::2": "this network",
    "::8.8.8.8": "reserved",
    "::127.0.0.1": "loopback",
    "::ffff:127.0.0.1": "loopback",
    "::ffff:169.254.169.254": "metadata",
    "::ffff:0:10.0.0.1": "reserved",
    "64:ff9b::10.0.0.1": "private",
    "64:ff9b::a9fe:a9fe": "metadata",
    "64:ff9b:1::1": "local NAT64",
    "64:ff9b:1:7f00:0:100::": "local NAT64",
    "100::1": "discard",
    "2001::1": "Teredo",
    "2001:0:808:808::f7f7:f7f7": "Teredo",
    "2001:2::1": "benchmark",
    "2001:10::1": "reserved",
    "2001:db8::1": "documentation",
    "2002:7f00:1::": "loopback",
    "2002:a00:1::1": "private",
    "3fff::1": "documentation",
    "4000::1": "reserved",
    "5f00::1": "segment routing",
    "fc00::1": "private",
    "fd00:ec2::254": "metadata",
    "fd20:ce::254": "metadata",
    "fdff::1": "private",
    "fe80::1": "link-local",
    "fe80::1%eth0": "link-local",
    "fec0::1": "site-local",
    "ff02::1": "multicast",
}

ALLOWED = [
    "1.1.1.1",
    "8.8.8.8",
    "9.255.255.255",
    "11.0.0.0",
    "100.63.255.255",
    "100.128.0.0",
    "126.255.255.255",
    "128.0.0.0",
    "168.63.129.17",
    "172.15.255.255",
    "172.32.0.0",
    "192.0.1.0",
    "198.17.255.255",
    "198.20.0.0",
    "223.255.255.255",
    "::ffff:8.8.8.8",
    "64:ff9b::8.8.8.8",
    "2002:808:808::1",
    "2001:4860:4860::8888",
    "2606:4700:4700::1111",
    "2a00::1",
]

REFUSED_NETWORKS = [
    ipaddress.IPv4Network(text)
    for text in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "168.63.129.16/32",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
]

any_refused_v4 = st.sampled_from(REFUSED_NETWORKS).flatmap(lambda network: st.ip_addresses(network=network))


def forms(address: ipaddress.IPv4Address) -> list[str]:
    number = int(address)
    high, low = number >> 16, number & 0xFFFF
    return [
        str(address),
        f"::ffff:{address}",
        f"::ffff:{high:x}:{low:x}%eth0",
        f"::{high:x}:{low:x}",
        f"::ffff:0:{high:x}:{low:x}",
        f"64:ff9b::{high:x}:{low:x}",
        f"64:ff9b:1::{high:x}:{low:x}",
        f"64:ff9b:1:{high:x}:{low >> 8:x}:{(low & 0xFF) << 8:x}::",
        f"2002:{high:x}:{low:x}::1",
        f"2001:0:{high:x}:{low:x}::1",
        f"2001:0:808:808:0:0:{high ^ 0xFFFF:x}:{low ^ 0xFFFF:x}",
    ]


@pytest.mark.parametrize(("address", "kind"), REFUSED.items())
def test_an_address_that_is_not_public_is_refused_and_told_why(address: str, kind: str) -> None:
    refusal = NOBODY.refusal("example.com", address, 443)
    assert refusal is not None
    assert kind in refusal


@pytest.mark.parametrize("address", ALLOWED)
def test_a_public_address_is_allowed(address: str) -> None:
    assert NOBODY.refusal("example.com", address, 443) is None


@given(address=any_refused_v4)
def test_a_refused_address_is_refused_in_every_form(address: ipaddress.IPv4Address) -> None:
    for form in forms(address):
        assert NOBODY.refusal("example.com", form, 80) is not None, form


@given(address=st.ip_addresses())
def test_nothing_python_calls_local_gets_through(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    if not address.is_global or address.is_multicast or address.is_reserved:
        translated = isinstance(address, ipaddress.IPv6Address) and (
            address.ipv4_mapped or address.sixtofour or address in ipaddress.IPv6Network("64:ff9b::/96")
        )
        assert translated or NOBODY.refusal("example.com", str(address), 80) is not None


@pytest.mark.parametrize("address", ["", "localhost", "127.1", "0x7f000001", "1.2.3.4.5", ":::1"])
def test_what_is_no_address_is_refused(address: str) -> None:
    assert NOBODY.refusal("example.com", address, 80) == f"{address} is not an IP address"


def test_a_refusal_reads_as_a_sentence() -> None:
    assert NOBODY.refusal("localhost", "127.0.0.1", 80) == "127.0.0.1 is a loopback address"
    embedded = NOBODY.refusal("x", "64:ff9b::7f00:1", 80)
    assert embedded == "64:ff9b::7f00:1 stands for an IPv4 address, and 127.0.0.1 is a loopback address"


@pytest.mark.parametrize(
    ("entry", "host", "address", "port"),
    [
        ("10.0.0.0/8", "x", "10.1.2.3", 80),
        ("10.0.0.0/8", "x", "::ffff:10.1.2.3", 80),
        ("::ffff:10.0.0.0/104", "x", "10.1.2.3", 80),
        ("10.0.0.0/8:8080", "x", "10.1.2.3", 8080),
        ("127.0.0.1", "x", "127.0.0.1", 1),
        ("127.0.0.1:80", "x", "127.0.0.1", 80),
        ("fd00::/8", "x", "fd12::1", 443),
        ("[fd00::/8]:443", "x", "fd12::1", 443),
        ("::1", "x", "::1", 80),
        ("[::1]", "x", "::1", 80),
        ("[::1]:80", "x", "::1", 80),
        ("fe80::/10", "x", "fe80::1%eth0", 80),
        ("Hooks.Internal", "hooks.internal", "10.0.0.5", 80),
        ("hooks.internal.", "HOOKS.internal", "127.0.0.1", 80),
        ("hooks.internal", "hooks.internal.", "::1", 80),
        ("hooks.internal:8080", "hooks.internal", "10.0.0.5", 8080),
        ("localhost", "localhost", "127.0.0.1", 3000),
        ("0.0.0.0/0", "x", "127.0.0.1", 80),
        ("my_service", "my_service", "172.18.0.3", 80),
    ],
)
def test_the_operator_can_allow_it(entry: str, host: str, address: str, port: int) -> None:
    assert Allowance.parse([entry]).refusal(host, address, port) is None


@pytest.mark.parametrize(
    ("entry", "host", "address", "port"),
    [
        ("10.0.0.0/8", "x", "192.168.0.1", 80),
        ("10.0.0.0/8:8080", "x", "10.1.2.3", 80),
        ("127.0.0.1:80", "x", "127.0.0.1", 81),
        ("[::1]:80", "x", "::1", 81),
        ("fd00::/8", "x", "10.0.0.1", 80),
        ("hooks.internal", "other.internal", "10.0.0.5", 80),
        ("hooks.internal", "evil.hooks.internal", "10.0.0.5", 80),
        ("hooks.internal:8080", "hooks.internal", "10.0.0.5", 80),
    ],
)
def test_the_operator_allows_no_more_than_that(entry: str, host: str, address: str, port: int) -> None:
    assert Allowance.parse([entry]).refusal(host, address, port) is not None


@given(address=any_refused_v4)
def test_an_allowed_network_covers_all_its_addresses(address: ipaddress.IPv4Address) -> None:
    network = next(network for network in REFUSED_NETWORKS if address in network)
    allowance = Allowance.parse([str(network)])
    assert allowance.refusal("x", str(address), 80) is None
    assert allowance.refusal("x", f"::ffff:{address}", 80) is None


@pytest.mark.parametrize(
    "entry",
    [
        "",
        "a b",
        "10.0.0.1/8",
        "10.0.0.0/33",
        "300.1.1.1",
        "127.1",
        "0x7f.1",
        "host:0",
        "host:65536",
        "host:http",
        "host:",
        "http://host",
        "*.internal",
        "[::1",
        "[::1]x",
        "::1]:80",
        "fd00::/8:443:9",
        "bücher.example",
        "-a",
        "a..b",
        "[::1]:",
        "[hooks]:80x",
        "2130706433",
        "a" * 64,
        "a." * 127 + "aa",
    ],
)
def test_a_wrong_entry_is_named(entry: str) -> None:
    with pytest.raises(ValueError) as caught:
        Allowance.parse(["10.0.0.0/8", entry])
    assert repr(entry) in str(caught.value)


def test_addresses_are_sifted_in_order() -> None:
    allowed, refusals = NOBODY.sift("x", ["8.8.8.8", "127.0.0.1", "1.1.1.1"], 80)
    assert allowed == ["8.8.8.8", "1.1.1.1"]
    assert refusals == ["127.0.0.1 is a loopback address"]
