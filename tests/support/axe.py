"""axe-core, from the frontend's lock file: what keeps people out of a page."""

import json
from pathlib import Path

from playwright.async_api import Frame, Page

AXE = Path(__file__).parents[2] / "frontend/node_modules/axe-core/axe.min.js"
STILL = "*, ::before, ::after { animation: none !important; transition: none !important; }"


async def check(where: Page | Frame) -> None:
    """axe-core finds nothing serious or critical."""
    serious = await problems(where)
    assert not serious, json.dumps(serious, indent=1, ensure_ascii=False)


async def problems(where: Page | Frame) -> list[tuple[str, list[str], str]]:
    """What is serious or critical: the rule, where, and why."""
    await where.evaluate(
        "(style) => { const sheet = new CSSStyleSheet(); sheet.replaceSync(style); document.adoptedStyleSheets = [sheet]; }",
        STILL,
    )
    await where.evaluate(AXE.read_text())
    found = await where.evaluate("axe.run(document, { resultTypes: ['violations'], iframes: false })")
    return [
        (one["id"], [node["html"][:200] for node in one["nodes"]], one["nodes"][0]["failureSummary"])
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
    ]
