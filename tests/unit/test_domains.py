"""Which sites may show a widget: what an administrator wrote never says more, in the policy's header, than it means."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskbell.desk.rules import domains

NAMED = st.sampled_from(["example.com", "*.example.com", "https://shop.example.com:8443", "localhost:3000"])
WRITTEN = st.one_of(
    st.text(max_size=80),
    st.text("abc.*:/;,' \n\"", max_size=40),
    st.lists(st.one_of(NAMED, st.text(max_size=20)), max_size=5).map(", ".join),
)


@given(WRITTEN)
def test_whatever_is_written_the_policy_holds_one_directive_of_sources_only(written: str) -> None:
    value = domains.frame_ancestors(written)
    assert value in ("*", "'none'") or all(
        re.fullmatch(r"(https?://)?[a-z0-9*.-]+(:[0-9*]+)?", one) for one in value.split(" ")
    )
    assert value.isascii()
    assert not set(value) & set(';,\r\n"')


@given(WRITTEN)
def test_a_list_that_restricts_is_never_read_as_everybody(written: str) -> None:
    everybody = domains.frame_ancestors(written) == "*"
    assert everybody == (not domains.listed(written))


@given(WRITTEN)
def test_what_is_not_refused_is_in_the_policy(written: str) -> None:
    if domains.listed(written) and not domains.wrong(written):
        assert domains.frame_ancestors(written).split(" ") == domains.listed(written)


@pytest.mark.parametrize(
    ("written", "policy"),
    [
        ("", "*"),
        (" , ", "*"),
        ("example.com", "example.com"),
        ("Example.com/, *.example.org", "example.com *.example.org"),
        ("https://shop.example.com:8443\nlocalhost:3000", "https://shop.example.com:8443 localhost:3000"),
        ("192.0.2.1:*", "192.0.2.1:*"),
        ("example.com nonsense; script-src", "example.com"),
        ("'self'", "'none'"),
        ("*", "'none'"),
        ("/", "'none'"),
    ],
)
def test_domains_become_the_policys_sources(written: str, policy: str) -> None:
    assert domains.frame_ancestors(written) == policy


@pytest.mark.parametrize(
    ("written", "wrong"),
    [
        ("example.com, *.example.com", []),
        ("https://example.com/shop", ["https://example.com/shop"]),
        ("ftp://example.com", ["ftp://example.com"]),
        ("*", ["*"]),
        ("exa mple..com", ["exa", "mple..com"]),
        ("-a.com", ["-a.com"]),
        ("/", ["/"]),
    ],
)
def test_what_names_no_site_is_told(written: str, wrong: list[str]) -> None:
    assert domains.wrong(written) == wrong


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://Shop.example.com", "https://shop.example.com"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("http://[::1]:80", "http://[::1]:80"),
        ("https://shop.example.com/", None),
        ("https://shop.example.com\n", None),
        ("javascript:alert(1)", None),
        ("null", None),
        ("*", None),
        ("", None),
        (None, None),
        ("https://" + "a" * 300, None),
    ],
)
def test_an_origin_is_one_or_none(text: str | None, origin: str | None) -> None:
    assert domains.origin(text) == origin
