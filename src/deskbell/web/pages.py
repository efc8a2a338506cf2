"""Pages: Jinja templates, escaped by default, without a script or a style of their own."""

from typing import Any

from fastapi import Response
from jinja2 import Environment, PackageLoader, StrictUndefined

from deskbell.kit import json

PAGES = Environment(
    loader=PackageLoader("deskbell.web"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def _data(value: Any) -> str:
    """JSON that may stand in a `<script type="application/json">`."""
    return json.dumps(value).decode().replace("<", "\\u003c")


PAGES.filters["data"] = _data


def page(name: str, status: int = 200, *, policy: str, **values: Any) -> Response:
    """A rendered page under its Content-Security-Policy."""
    body = PAGES.get_template(name).render(**values)
    return Response(body, status, {"Content-Security-Policy": policy}, "text/html; charset=utf-8")


def message(status: int, title: str, text: str) -> Response:
    """A page that says why there is no other, wherever it is shown."""
    policy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors *"
    return page("message.html", status, policy=policy, title=title, text=text)
