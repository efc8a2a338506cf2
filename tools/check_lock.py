"""Fail when a lock file and what it locks (pyproject.toml, a package.json) disagree, or when a lock file names where to download from."""

import json
import re
import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent


def pins(lock: Path) -> dict[str, str]:
    found = re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", lock.read_text(), re.MULTILINE)
    return {canonicalize_name(name): version for name, version in found}


def problems(lock: Path, wanted: list[str]) -> list[str]:
    pinned = pins(lock)
    found = []
    for requirement in map(Requirement, wanted):
        version = pinned.get(canonicalize_name(requirement.name))
        if version is None:
            found.append(f"{lock.name}: {requirement.name} is not locked; run `make lock`")
        elif not requirement.specifier.contains(version):
            found.append(
                f"{lock.name}: {requirement.name} is locked at {version}, pyproject.toml wants {requirement.specifier}; run `make lock`"
            )
    if "://" in lock.read_text():
        found.append(f"{lock.name}: names an address; lock files carry versions and hashes only")
    return found


def npm_problems(lock: Path) -> list[str]:
    """npm's: every package with its hash, none with the registry it came from, and what package.json asks for."""
    where = lock.relative_to(ROOT)
    packages = json.loads(lock.read_text())["packages"]
    asked, locked = json.loads((lock.parent / "package.json").read_text()), packages.pop("")
    found = [
        f"{where}: package.json asks for other {kind}; run `tools/npm.py install {where.parent}`"
        for kind in ("dependencies", "devDependencies")
        if asked.get(kind, {}) != locked.get(kind, {})
    ]
    found += [f"{where}: {name} names an address" for name, one in packages.items() if "resolved" in one]
    return found + [
        f"{where}: {name} has no hash" for name, one in packages.items() if "integrity" not in one
    ]


def main() -> int:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text())
    project, groups = told["project"], told["dependency-groups"]
    run, dev = project["dependencies"], project["optional-dependencies"]["dev"]
    found = problems(ROOT / "requirements/run.txt", run) + problems(ROOT / "requirements/dev.txt", run + dev)
    for name in ("bench", "bots"):
        found += problems(ROOT / f"requirements/{name}.txt", groups[name])
    for lock in (ROOT / "frontend/package-lock.json", ROOT / "tests/clients/package-lock.json"):
        found += npm_problems(lock)
    print("\n".join(found) or "lock files agree with what they lock")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
