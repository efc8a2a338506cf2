"""Markdown as HTML that is safe to show: rendered without raw HTML, then cleaned of all that is not on a short list."""

import re
from functools import lru_cache
from html import escape, unescape

import nh3
from markdown_it import MarkdownIt

_MARKDOWN = (
    MarkdownIt("commonmark", {"breaks": True, "html": False})
    .enable("strikethrough")
    .disable("image")  # it would tell a stranger's server who reads, and when; a link stays
)
_LINKING = (
    MarkdownIt("commonmark", {"breaks": True, "html": False, "linkify": True})
    .enable(["linkify", "strikethrough"])
    .disable("image")
)
TAGS = {
    *("p", "br", "strong", "em", "s", "a", "ul", "ol", "li", "code", "pre", "blockquote", "hr"),
    *(f"h{n}" for n in range(1, 7)),
}
SCHEMES = {"http", "https", "mailto", "tel"}
LONGEST = 10_000
"""Characters beyond which a text is shown as it is written: Markdown's nesting takes time that grows faster than the text."""
MOST_ADDRESSES = 60
"""Places that may be an address beyond which none becomes a link by itself: the whole text is searched anew for each."""
_MARKS = re.compile(r"[*_`~#>\[\\&]|^\s*[-+]\s", re.MULTILINE)
_ADDRESS = re.compile(r"\.(?=\S)|//|@")


@lru_cache(maxsize=512)
def render(text: str) -> str:
    """A message's Markdown as HTML. Links open apart and tell nobody where they were followed from."""
    if len(text) > LONGEST:
        return "<p>" + escape(text).replace("\n", "<br>\n") + "</p>"
    reader = _LINKING if len(_ADDRESS.findall(text)) <= MOST_ADDRESSES else _MARKDOWN
    return nh3.clean(
        reader.render(text),
        tags=TAGS,
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    ).strip()


def words(text: str) -> str:
    """What a message's Markdown says, in one line and without its marks."""
    said = unescape(nh3.clean(render(text), tags=set())) if _MARKS.search(text) else text
    return " ".join(said.split())
