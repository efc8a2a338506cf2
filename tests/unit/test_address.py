import asyncio
import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskbell.delivery.address import Endpoint, format_host_header, is_literal, parse_url, vet
from deskbell.delivery.guard import Allowance
from tests.support.aio import run

NOBODY = Allowance.parse([])


class Names:
    """A resolver that knows these names only."""

    def __init__(self, **names: list[str]) -> None:
        self._names = names

    async def resolve(self, host: str, port: int) -> list[tuple[int, str]]:
        if host == "slow":
            await asyncio.sleep(60)
        if host not in self._names:
            raise OSError("unknown name")
        return [(2, address) for address in self._names[host]]


@pytest.mark.parametrize(
    ("url", "scheme", "host", "port", "path"),
    [
        ("http://example.com", "http", "example.com", 80, "/"),
        ("HTTPS://Example.COM/Hook", "https", "example.com", 443, "/Hook"),
        ("https://example.com.:8443/a?b=c#frag", "https", "example.com", 8443, "/a?b=c"),
        ("http://example.com?x=1", "http", "example.com", 80, "/?x=1"),
        ("http://example.com:/", "http", "example.com", 80, "/"),
        ("http://bücher.example/ü?q=ß", "http", "xn--bcher-kva.example", 80, "/%C3%BC?q=%C3%9F"),
        ("http://faß.example/", "http", "xn--fa-hia.example", 80, "/"),
        ("http://\uff11\uff12\uff17.0.0.1/", "http", "127.0.0.1", 80, "/"),
        ("http://127。0。0。1/", "http", "127.0.0.1", 80, "/"),
        ("http://my_service:3000/%20%zz", "http", "my_service", 3000, "/%20%zz"),
        ("http://[::1]:8080/", "http", "::1", 8080, "/"),
        ("http://[::FFFF:127.0.0.1]/", "http", "::ffff:7f00:1", 80, "/"),
        ("http://[2001:DB8::0:1]/", "http", "2001:db8::1", 80, "/"),
        ('http://example.com/a"<>`{|}^b', "http", "example.com", 80, "/a%22%3C%3E%60%7B%7C%7D%5Eb"),
        ("http://example.com/@x:y/../z", "http", "example.com", 80, "/@x:y/../z"),
    ],
)
def test_a_url_is_taken_apart(url: str, scheme: str, host: str, port: int, path: str) -> None:
    assert parse_url(url) == Endpoint(scheme, host, port, path)


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("", "must start with"),
        ("example.com", "must start with"),
        ("ftp://example.com/", "must start with"),
        ("file:///etc/passwd", "must start with"),
        ("http:example.com", "must start with"),
        ("http:///path", "no host"),
        ("http://:80/", "no host"),
        ("http://user@/", "no host"),
        ("http://example.com:0/", "port"),
        ("http://example.com:65536/", "port"),
        ("http://example.com:80a/", "port"),
        ("http://example.com:٨٠/", "port"),
        ("http://example.com:25/", "another protocol"),
        ("http://example.com:6667/", "another protocol"),
        (" http://example.com/", "space"),
        ("http://example.com/a b", "space"),
        ("http://example.com/\r\nX: y", "control"),
        ("http://example.com/\u0085", "control"),
        ("http://example.com\\@127.0.0.1/", "backslash"),
        ("http://a@b@c/", "more than one @"),
        ("http://ex%61mple.com/", "not valid"),
        ("http://a..b/", "not valid"),
        ("http://-a.example/", "not valid"),
        ("http://exa$mple.com/", "not valid"),
        (f"http://{'a' * 64}.com/", "not valid"),
        (f"http://{'a.' * 127}aa/", "not valid"),
        ("http://\u0300a.example/", "internationalised"),
        ("http://::1/", "brackets"),
        ("http://[::1/", "IPv6"),
        ("http://[::1]x/", "IPv6"),
        ("http://[localhost]/", "IPv6"),
        ("http://[fe80::1%25eth0]/", "zone"),
        (f"http://example.com/{'a' * 2048}", "longer than 2048"),
    ],
)
def test_a_wrong_url_is_refused_with_a_sentence(url: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        parse_url(url)


@pytest.mark.parametrize(
    "host",
    [
        "2130706433",
        "0x7f.1",
        "0x7f000001",
        "127.1",
        "127.0.1",
        "0177.0.0.1",
        "017700000001",
        "127.0.0.0x1",
        "0x",
        "1.2.3.4.5",
        "256.1.1.1",
        "127.0.0.01",
        "example.1",
        "\uff11\uff12\uff17.1",
    ],
)
def test_an_address_in_disguise_is_refused(host: str) -> None:
    with pytest.raises(ValueError, match="four decimal numbers"):
        parse_url(f"http://{host}/")


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    for url in (text, f"http://{text}", f"https://example.com/{text}"):
        try:
            endpoint = parse_url(url)
        except ValueError:
            continue
        assert endpoint.host.isascii()
        assert endpoint.path.startswith("/")
        assert not set(endpoint.path + endpoint.host) & set(" \r\n\t\0#")
        assert parse_url(endpoint.url).url == endpoint.url


def test_user_and_password_become_basic_auth_and_are_shown_nowhere() -> None:
    endpoint = parse_url("https://us%40er:p%C3%A4ss:w@example.com/x")
    assert endpoint.authorization == "Basic " + base64.b64encode("us@er:päss:w".encode()).decode()
    assert endpoint.url == "https://example.com/x"
    assert repr(endpoint) == "Endpoint('https://example.com/x')"
    assert (
        parse_url("http://token@example.com/").authorization
        == "Basic " + base64.b64encode(b"token:").decode()
    )


@pytest.mark.parametrize(
    ("url", "header"),
    [
        ("http://example.com:80/", "example.com"),
        ("https://example.com:443/", "example.com"),
        ("http://example.com:443/", "example.com:443"),
        ("http://[::1]:80/", "[::1]"),
        ("https://[::1]:8443/", "[::1]:8443"),
    ],
)
def test_the_host_header_names_only_an_unusual_port(url: str, header: str) -> None:
    assert format_host_header(parse_url(url)) == header


def test_a_literal_is_told_from_a_name() -> None:
    assert is_literal("127.0.0.1")
    assert is_literal("::1")
    assert not is_literal("localhost")


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/", "http://[::ffff:10.0.0.1]/", "http://inside/", "http://both.inside/"]
)
def test_a_url_that_leads_inside_is_not_saved(url: str) -> None:
    resolver = Names(**{"inside": ["10.0.0.1"], "both.inside": ["10.0.0.1", "::1"]})
    with pytest.raises(ValueError, match="may not be used: "):
        run(vet(url, NOBODY, resolver))


@pytest.mark.parametrize(
    "url", ["http://8.8.8.8/", "http://outside/", "http://mixed/", "http://nowhere/", "http://empty/"]
)
def test_a_url_that_leads_outside_or_nowhere_yet_is_saved(url: str) -> None:
    resolver = Names(outside=["8.8.8.8"], mixed=["10.0.0.1", "8.8.8.8"], empty=[])
    assert run(vet(url, NOBODY, resolver)).url == url


def test_a_url_the_operator_allowed_is_saved() -> None:
    allowance = Allowance.parse(["10.0.0.0/8:8080"])
    assert run(vet("http://inside:8080/", allowance, Names(inside=["10.0.0.1"]))).port == 8080


def test_a_name_that_resolves_slowly_does_not_hold_up_saving() -> None:
    assert run(vet("http://slow/", NOBODY, Names(), patience=0.05)).host == "slow"
