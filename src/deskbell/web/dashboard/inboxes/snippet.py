"""What is to be copied to a site, made to measure: where the bubble is, what it says, in which language and colours."""

import html
from typing import Annotated, Any

from fastapi import Query, Request, Response
from msgspec import Struct

from deskbell.kit import json
from deskbell.model.inbox import Inbox
from deskbell.web.bodies import PathId
from deskbell.web.dashboard.deps import Desk, TheOwnersDesk
from deskbell.web.dashboard.inboxes.page import INBOXES, WEBSITE, show, the_view
from deskbell.web.dashboard.rendering import is_fragment, render
from deskbell.web.dashboard.route import ACCOUNT, screen
from deskbell.web.dashboard.settings.account import LOCALES

router = screen(f"{ACCOUNT}{INBOXES}/{{website_id}}")

POSITIONS = {"right": "At the right", "left": "At the left"}
SCHEMES = {"light": "Light", "dark": "Dark", "auto": "As the visitor's system"}
LANGUAGES = {"": "The account's", "browser": "The visitor's own"} | LOCALES
_RUN = """<script>
  window.{name}Settings = {settings};
  (function (d, t) {{
    var g = d.createElement(t), s = d.getElementsByTagName(t)[0];
    g.src = "{address}/packs/js/sdk.js"; g.defer = true; g.async = true;
    s.parentNode.insertBefore(g, s);
    g.onload = function () {{ window.{name}SDK.run({{ websiteToken: "{token}", baseUrl: "{address}" }}); }};
  }})(document, "script");
</script>"""


class Wish(Struct, frozen=True, kw_only=True):
    """What somebody chose for a page. It is the page's, and not kept with the inbox."""

    position: str = "right"
    launcher: str = ""
    scheme: str = "light"
    language: str = ""

    def settings(self) -> dict[str, Any]:
        """As the widget's loader reads them; what is usual stays unsaid."""
        said: dict[str, Any] = {}
        if self.position != "right":
            said["position"] = self.position
        if self.launcher:
            said |= {"type": "expanded_bubble", "launcherTitle": self.launcher}
        if self.scheme != "light":
            said["darkMode"] = self.scheme
        if self.language == "browser":
            said["useBrowserLanguage"] = True
        elif self.language:
            said["locale"] = self.language
        return said


@router.get("/snippet")
async def show_snippet(
    website_id: PathId,
    request: Request,
    desk: TheOwnersDesk,
    position: Annotated[str, Query(max_length=20)] = "right",
    launcher: Annotated[str, Query(max_length=100)] = "",
    scheme: Annotated[str, Query(max_length=20)] = "light",
    language: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    view = await the_view(desk, website_id, WEBSITE)
    wish = Wish(
        position=position if position in POSITIONS else "right",
        launcher=launcher.strip(),
        scheme=scheme if scheme in SCHEMES else "light",
        language=language if language in LANGUAGES else "",
    )
    values = snippets(desk, view.inbox, wish)
    if is_fragment(request):
        return render(desk, request, "inboxes/snippets.html", **values)
    choices: dict[str, Any] = {"positions": POSITIONS, "schemes": SCHEMES, "languages": LANGUAGES}
    return show(request, desk, view, "snippet", wish=wish, **choices, **values)


@router.get("/done")
async def show_done(website_id: PathId, request: Request, desk: TheOwnersDesk) -> Response:
    """Where the wizard ends: the inbox is there, and what comes next."""
    view = await the_view(desk, website_id)
    return show(request, desk, view, "done", **snippets(desk, view.inbox, Wish()))


def snippets(desk: Desk, inbox: Inbox, wish: Wish) -> dict[str, Any]:
    """The snippet in each of its ways."""
    address = desk.services.public_url
    said = wish.settings()
    attributes = "".join(f'\n  data-{_dashed(name)}="{_plain(value)}"' for name, value in said.items())
    own = f'<script async src="{address}/packs/js/sdk.js"\n  data-website-token="{inbox.token}"{attributes}></script>'
    told = json.dumps(said).decode().replace("<", "\\u003c")
    ways = {
        name: _RUN.format(name=name, settings=told, address=address, token=inbox.token)
        for name in ("chatwoot", "hoory")
    }
    demo = desk.services.demo
    return {
        "own": own,
        "ways": ways,
        "address": address,
        "demo": demo is not None and demo.website_token == inbox.token,
        "window": f"/widget?website_token={inbox.token}",
    }


def _dashed(name: str) -> str:
    return "".join(f"-{one.lower()}" if one.isupper() else one for one in name)


def _plain(value: Any) -> str:
    return "true" if value is True else html.escape(str(value))
