"""The ceilings: what one core can post at all, with a bare client in Python and with wrk, a load generator in C."""

import re
import resource
import shutil
import subprocess
import tempfile
from pathlib import Path

import uvloop

from bench.scenario import Measure, Place, Rounds, Row, Scenario, raw_client
from bench.sink import sink

SCRIPT = """
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = string.rep("x", 2048)
"""


def rounds(place: Place) -> Rounds:
    with sink() as receivers:
        while True:
            raw = uvloop.run(raw_client(receivers.port, place.count))
            figures = {"raw": raw.per_second, "raw cpu": raw.cpu}
            if shutil.which("wrk"):
                wrk = _wrk(receivers.port)
                figures |= {"wrk": wrk.per_second, "wrk cpu": wrk.cpu, "share": wrk.cpu / raw.cpu}
            yield figures


def _wrk(port: int, seconds: int = 2) -> Measure:
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        Path(script.name).write_text(SCRIPT)
        command = ["wrk", "-t1", "-c64", f"-d{seconds}s", "-s", script.name, f"http://127.0.0.1:{port}/ok"]
        before = _children_cpu()
        said = subprocess.run(command, check=True, text=True, capture_output=True).stdout
    found = re.search(r"(\d+) requests in ([\d.]+)s", said)
    assert found is not None, said
    total, wall = int(found[1]), float(found[2])
    return Measure(total / wall, (_children_cpu() - before) / total * 1e6)


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


SCENARIO = Scenario(
    "ceilings",
    "posting 2 kB over 64 kept connections, one core"
    + ("" if shutil.which("wrk") else " (wrk: not installed)"),
    rounds,
    (
        Row("raw client", "raw", "/s"),
        Row("raw client, CPU each", "raw cpu", "µs"),
        Row("wrk", "wrk", "/s"),
        Row("wrk, CPU each", "wrk cpu", "µs"),
        Row("wrk, CPU ÷ raw client's", "share", "x"),
    ),
    on_databases=False,
)
