"""Tables of medians: for a terminal, or as Markdown for the docs."""

import statistics
from collections.abc import Mapping, Sequence

from bench.scenario import Figures, Row, Scenario

NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL", "": "measured"}
FORMS = {
    "x": "{:.2f}x",
    "/s": "{:,.0f}/s",
    "µs": "{:.1f} µs",
    "ms": "{:.2f} ms",
    "MB": "{:,.0f} MB",
    "%": "{:.1f} %",
}


def table(scenario: Scenario, found: Mapping[str, Sequence[Figures]], *, markdown: bool) -> str:
    """A scenario's rows: the median of each figure and, with several rounds, the lowest and the highest."""
    rounds = max(map(len, found.values()))
    lines = [["", *(NAMES[dialect] for dialect in found), "target"]]
    for row in scenario.rows:
        cells = [_cell(row, figures) for figures in found.values()]
        if any(cells):
            lines.append([row.label, *cells, row.target])
    medians = f"medians of {rounds} rounds (lowest to highest)" if rounds > 1 else "one round"
    title = f"{scenario.name}: {scenario.title}; {medians}"
    return _markdown(title, lines) if markdown else _plain(title, lines)


def _cell(row: Row, rounds: Sequence[Figures]) -> str:
    values = [figures[row.figure] for figures in rounds if row.figure in figures]
    if not values:
        return ""
    form = FORMS[row.unit]
    shown = form.format(statistics.median(values))
    if len(values) == 1:
        return shown
    bare = form.split("}", maxsplit=1)[0] + "}"
    return f"{shown} ({bare.format(min(values))} to {bare.format(max(values))})"


def _plain(title: str, lines: list[list[str]]) -> str:
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    body = ["   ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines]
    return "\n".join([title, "", *(line.rstrip() for line in body), ""])


def _markdown(title: str, lines: list[list[str]]) -> str:
    head, *rest = ([*line] for line in lines)
    body = [f"| {' | '.join(line)} |" for line in (head, ["---"] * len(head), *rest)]
    return "\n".join([f"**{title}**", "", *body, ""])
