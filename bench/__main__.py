"""`python -m bench`: what accepting, delivering and the dashboard's pages cost, beside a bare client's cost in the same rounds.

Everything measured runs on core 0; sinks, load and PostgreSQL on core 1. Read the ratios: machines drift within minutes.
"""

import argparse
import os
import signal
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager

from bench import backlog, ceilings, celery, engine, fanout, isolation, pages, pipeline, profiling
from bench.cores import pin
from bench.postgres import postgres
from bench.scenario import Figures, Place, Scenario
from bench.table import table

ALL = {
    module.SCENARIO.name: module.SCENARIO
    for module in (ceilings, engine, fanout, pipeline, isolation, celery, backlog, pages)
}
DIALECTS = ("sqlite", "postgresql")


def arguments() -> argparse.Namespace:
    """What to run; the environment may say it too, for `make bench`."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Speed, as ratios within one run.")
    parser.add_argument("names", nargs="*", choices=[*ALL, []], metavar="name", help=f"of {', '.join(ALL)}")
    parser.add_argument("--rounds", type=int, default=int(os.environ.get("ROUNDS", "5")))
    parser.add_argument(
        "--count", type=int, default=int(os.environ.get("COUNT", "4000")), help="messages of a timing"
    )
    parser.add_argument("--database", choices=DIALECTS, help="one kind only")
    parser.add_argument("--markdown", action="store_true", help="print tables for the docs")
    parser.add_argument(
        "--profile", choices=profiling.PARTS, help="instead: profile a part's hot loop, the top 25 lines"
    )
    return parser.parse_args()


def chosen(names: Sequence[str]) -> list[Scenario]:
    if names:
        return [ALL[name] for name in names]
    big = bool(os.environ.get("BIG"))
    return [one for one in ALL.values() if one.by_default or (big and one is backlog.SCENARIO)]


@contextmanager
def places(dialects: Sequence[str], count: int) -> Iterator[dict[str, Place]]:
    """A place to measure in for each kind of database."""
    with ExitStack() as stack:
        server = stack.enter_context(postgres()) if "postgresql" in dialects else ""
        yield {dialect: Place(dialect, server, count) for dialect in dialects}


def run(scenario: Scenario, where: dict[str, Place], rounds: int) -> dict[str, list[Figures]]:
    """The databases take turns within each round."""
    if not scenario.on_databases:
        where = {"": next(iter(where.values()))}
    found: dict[str, list[Figures]] = defaultdict(list)
    with ExitStack() as stack:
        going = {
            dialect: stack.enter_context(closing(scenario.rounds(place))) for dialect, place in where.items()
        }
        for _ in range(rounds):
            for dialect, figures in going.items():
                found[dialect].append(next(figures))
            print(".", end="", flush=True, file=sys.stderr)
    print(file=sys.stderr)
    return found


def main() -> None:
    wanted = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that servers and files go
    pin(0)
    dialects = [wanted.database] if wanted.database else list(DIALECTS)
    with places(dialects, wanted.count) as where:
        if wanted.profile:
            for place in where.values():
                profiling.profile(wanted.profile, place)
            return
        for scenario in chosen(wanted.names):
            if missing := scenario.missing():
                print(f"{scenario.name}: left out, {missing}\n")
                continue
            found = run(scenario, where, wanted.rounds)
            print(table(scenario, found, markdown=wanted.markdown), flush=True)


if __name__ == "__main__":
    main()
