"""Markdown as HTML that is safe to show: rendered without raw HTML, then cleaned of all that is not on a short list."""

from functools import lru_cache
from html import escape

import nh3
from markdown_it import MarkdownIt

_MARKDOWN = (
    MarkdownIt("commonmark", {"breaks": True, "html": False, "linkify": True})
    .enable(["linkify", "strikethrough"])
    .disable("image")  # it would tell a stranger's server who reads, and when; a link stays
)
TAGS = {
    *("p", "br", "strong", "em", "s", "a", "ul", "ol", "li", "code", "pre", "blockquote", "hr"),
    *(f"h{n}" for n in range(1, 7)),
}
SCHEMES = {"http", "https", "mailto", "tel"}
LONGEST = 10_000
"""Characters beyond which a text is shown as it is written: Markdown's nesting takes time that grows faster than the text."""


@lru_cache(maxsize=512)
def render(text: str) -> str:
    """A message's Markdown as HTML. Links open apart and tell nobody where they were followed from."""
    if len(text) > LONGEST:
        return "<p>" + escape(text).replace("\n", "<br>\n") + "</p>"
    return nh3.clean(
        _MARKDOWN.render(text),
        tags=TAGS,
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    ).strip()
