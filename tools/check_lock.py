"""Fail when a lock file and pyproject.toml disagree, or when a lock file names an address."""

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


def main() -> int:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text())
    project, bench = told["project"], told["dependency-groups"]["bench"]
    run, dev = project["dependencies"], project["optional-dependencies"]["dev"]
    found = problems(ROOT / "requirements/run.txt", run) + problems(ROOT / "requirements/dev.txt", run + dev)
    found += problems(ROOT / "requirements/bench.txt", bench)
    print("\n".join(found) or "lock files agree with pyproject.toml")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
