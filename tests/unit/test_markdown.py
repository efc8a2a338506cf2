"""What visitors are shown as HTML: Markdown's few tags, whatever was written."""

import time
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typing_extensions import override

from deskbell.web.present.markdown import LONGEST, MOST_ADDRESSES, TAGS, render, words

VOID = {"br", "hr"}
SAFE = ("http://", "https://", "mailto:", "tel:")
EVIL = st.sampled_from(
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt&colon;alert(1))",
        "[x](java\tscript:alert(1))",
        "<javascript:alert(1)>",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "![x](https://example.com/pixel.png)",
        '[x](https://example.com "onmouseover=alert(1)")',
        '[x](https://example.com" onclick="alert(1))',
        "[r]: javascript:alert(1)\n\n[r]",
        "<a href='vbscript:x'>",
        "```html\n<script>\n```",
        "</p></div><style>*{}</style>",
        "<!--",
        "]]>",
        "&lt;script&gt;",
        "\\<b\\>",
        "*",
        "**",
        "> ",
        "- ",
        "`",
        "www.example.com",
        "a@example.com",
    ]
)
WRITTEN = st.one_of(
    st.text(max_size=200), st.lists(st.one_of(EVIL, st.text(max_size=12)), max_size=8).map("".join)
)


class Reader(HTMLParser):
    """Reads HTML as a browser would, and notes what should not be there."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.problems: list[str] = []
        self.links: list[dict[str, str | None]] = []
        self.feed(html)
        self.close()
        self.problems += [f"<{tag}> is never closed" for tag in self.open]

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        allowed = {"a": {"href", "title", "rel", "target"}, "ol": {"start"}}.get(tag, set())
        if tag not in TAGS or not {name for name, _ in attrs} <= allowed:
            self.problems.append(f"<{tag} {attrs}>")
        if tag == "a":
            self.links.append(dict(attrs))
        if tag not in VOID:
            self.open.append(tag)

    @override
    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.problems.append(f"</{tag}> closes nothing")

    @override
    def handle_comment(self, data: str) -> None:
        self.problems.append("a comment")

    @override
    def handle_decl(self, decl: str) -> None:
        self.problems.append("a declaration")


@given(WRITTEN)
def test_whatever_is_written_nothing_runs_and_everything_is_closed(written: str) -> None:
    read = Reader(render(written))
    assert read.problems == []
    for link in read.links:
        href = link.get("href")
        scheme = (href or "").split("/")[0]
        assert href is None or ":" not in scheme or href.lower().startswith(SAFE), link
        assert (link["target"], link["rel"]) == ("_blank", "noopener noreferrer nofollow")


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("**Yes**, *really*", "<p><strong>Yes</strong>, <em>really</em></p>"),
        ("one\ntwo", "<p>one<br>\ntwo</p>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("3. c", '<ol start="3">\n<li>c</li>\n</ol>'),
        ("~~old~~ `a<b`", "<p><s>old</s> <code>a&lt;b</code></p>"),
        ("1 < 2 & <b>", "<p>1 &lt; 2 &amp; &lt;b&gt;</p>"),
        ("", ""),
        ("   ", ""),
    ],
)
def test_markdown_is_shown_as_it_is_meant(written: str, shown: str) -> None:
    assert render(written) == shown


def test_addresses_become_links_and_pictures_only_links() -> None:
    links = Reader(render("www.example.com, ann@example.com and ![a](https://example.com/a.png)")).links
    assert [link["href"] for link in links] == [
        "http://www.example.com",
        "mailto:ann@example.com",
        "https://example.com/a.png",
    ]


@pytest.mark.parametrize(
    "part", ["[", "*a_ ", "a.com ", "> ", "a\n", "[a](b", "http://", "`", "<", "- ", "www.|", "a.com|"]
)
def test_the_longest_message_holds_nobody_up(part: str) -> None:
    for length in (LONGEST, 150_000):
        written = (part * length)[:length]
        began = time.perf_counter()
        html = render(written)
        assert time.perf_counter() - began < 2, "a small part of it, on a machine of its own"
        assert Reader(html).problems == []


def test_of_very_many_addresses_none_becomes_a_link_but_markdown_holds() -> None:
    links = Reader(render("a.example.com " * MOST_ADDRESSES)).links
    assert links == [], "each of these has two places that may be an address"
    assert render("**a** " + "@" * (MOST_ADDRESSES + 1)).startswith("<p><strong>a</strong> @@")


def test_beyond_what_markdown_is_read_of_a_text_is_shown_as_written() -> None:
    assert render("*a*\n" + "x" * LONGEST).startswith("<p>*a*<br>\nxxx")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Thank you for **writing**!", "Thank you for writing!"),
        ("- one\n- two", "one two"),
        ("`code`, _it_ and [a link](https://a.example) &amp; more", "code, it and a link & more"),
        ("1 < 2 & <b>not bold</b>", "1 < 2 & <b>not bold</b>"),
        ("snake_case at https://a.example/a_b_c", "snake_case at https://a.example/a_b_c"),
    ],
)
def test_where_there_is_one_line_it_has_the_words_and_not_their_marks(written: str, said: str) -> None:
    assert words(written) == said
