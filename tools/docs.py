"""Write the reference pages that come from the code: settings, command line, events.

`python tools/docs.py` writes them; the guard test compares.
"""

import json
import sys
from pathlib import Path
from typing import Any

import typer

from deskbell.cli.main import app
from deskbell.config import Settings
from deskbell.events.catalogue import MEANING
from deskbell.events.formats import render
from deskbell.events.samples import SAMPLES
from deskbell.model.event import EVENT_NAMES

DOCS = Path(__file__).resolve().parent.parent / "docs" / "reference"
DEFAULTS = Settings.model_construct()
GENERATED = "<!-- Written by tools/docs.py; `make docs` writes it anew. -->\n\n"


def _shown(value: Any) -> str:
    if isinstance(value, tuple):
        return ",".join(map(str, value)) or "(none)"
    return str(value) or "(none)"


def settings() -> str:
    """Every setting: what it does, and its default."""
    rows = [
        f"| `{name}` | `DESKBELL_{name.upper()}` | `{_shown(getattr(DEFAULTS, name))}` | {field.description} |"
        for name, field in Settings.model_fields.items()
    ]
    return (
        f"{GENERATED}# Settings\n\nA flag of `deskbell serve` wins over the environment, the environment over the file named by `--config`. "
        "A wrong setting is named at the start.\n\n| in TOML | in the environment | default | what it does |\n|---|---|---|---|\n"
        + "\n".join(rows)
        + "\n"
    )


def default_toml() -> str:
    """A settings file with every setting, commented out."""
    lines = ["# Every setting with its default. Take away the # to change one.", ""]
    for name, field in Settings.model_fields.items():
        given = getattr(DEFAULTS, name)
        value = list(given) if isinstance(given, tuple) else given
        shown = json.dumps(value if isinstance(value, int | float | list) else str(value))
        lines += [f"# {field.description}", f"# {name} = {shown}", ""]
    return "\n".join(lines)


def command_line() -> str:
    """Every command with its options."""
    parts = [f"{GENERATED}# The command line\n"]
    group = typer.main.get_command(app)
    parts += _commands(group, "deskbell")
    return "\n".join(parts)


def _commands(command: Any, name: str) -> list[str]:
    if isinstance(getattr(command, "commands", None), dict):
        return [part for inner, one in command.commands.items() for part in _commands(one, f"{name} {inner}")]
    parts = [f"## `{name}`\n", f"{command.help}\n", "| option | what it does |", "|---|---|"]
    parts += [f"| `{option.opts[0]}` | {option.help} |" for option in command.params if option.name != "help"]
    return [*parts, ""]


def events() -> str:
    """Every event: what it means, and a real body of it."""
    parts = [
        f"{GENERATED}# Events\n",
        "Numbered 1, 2, 3 … within the account, without gaps; the number is in `webhook-id` (`evt_<account>_<number>`). Within one request they take",
        "the order of this page. Bodies are frozen when the change commits: what happens later never shows in them.\n",
        "The bodies here are in the `hoory` format, the document's own. The `chatwoot` format has the same events in Chatwoot's shapes.",
        "`id` of a conversation is its number within the account; other ids are row ids. Timestamps are unix seconds, 0 for never.\n",
    ]
    for name in EVENT_NAMES:
        body = json.dumps(json.loads(render(SAMPLES[name], "hoory")), indent=2, ensure_ascii=False)
        parts += [f"## `{name}`\n", f"{MEANING[name]}\n", f"```json\n{body}\n```\n"]
    return "\n".join(parts)


PAGES = {
    "settings.md": settings,
    "deskbell.default.toml": default_toml,
    "cli.md": command_line,
    "events.md": events,
}


def main() -> int:
    for name, page in PAGES.items():
        (DOCS / name).write_text(page())
    return 0


if __name__ == "__main__":
    sys.exit(main())
