"""The peer: Celery with requests and Redis posts the same body to the same sink, from the same core.

Both deliver a backlog, and both take messages and deliver them at once: Deskbell by recording them, Celery by enqueuing
them from a producer on the same core. Redis runs on core 1. Celery keeps no log of what it did, and Redis syncs once a second.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import uvloop
from msgspec import Struct

from bench import engine, pipeline
from bench.cores import cpu_of, pinned
from bench.scenario import Figures, Measure, Place, Rounds, Row, Scenario
from bench.sink import Sink, sink

ROOT = Path(__file__).resolve().parent.parent
PYTHON = Path(sys.prefix) / "celery/bin/python"
POOL = os.environ.get("CELERY_POOL", "threads")
CONCURRENCY = os.environ.get("CELERY_CONCURRENCY", "64")
PATIENCE = 60.0
WARMING = 64


def missing() -> str:
    if not PYTHON.exists():
        return "Celery is not installed: `make bench-celery` does it"
    if shutil.which("redis-server") is None:
        return "redis-server is not installed"
    return ""


class Peer(Struct):
    """Celery's environment: where its broker is, and where to post."""

    environment: dict[str, str]
    receivers: Sink
    log: Path

    @contextmanager
    def worker(self) -> Iterator[int]:
        """A worker on core 0; gives its process id."""
        command = [str(PYTHON), "-m", "celery", "-A", "bench.celery_tasks", "worker", "--pool", POOL]
        command += ["--concurrency", CONCURRENCY, "--loglevel", "error"]
        command += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
        with pinned(0), self.log.open("ab") as log:
            process = subprocess.Popen(
                command, env=self.environment, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT
            )
        try:
            yield process.pid
        finally:
            process.terminate()
            process.wait()

    @contextmanager
    def producer(self, count: int, core: int) -> Iterator[subprocess.Popen[str]]:
        """A producer that is ready to enqueue so many; tell it to by a line on its input."""
        command = [str(PYTHON), "-m", "bench.celery_tasks", str(count)]
        with pinned(core):
            process = subprocess.Popen(
                command,
                env=self.environment,
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        with process:
            assert process.stdout is not None
            process.stdout.readline()
            yield process

    def until(self, count: int) -> float:
        """Wait until so many have come; answers when."""
        give_up = time.perf_counter() + PATIENCE
        while self.receivers.received < count:
            if time.perf_counter() > give_up:
                raise TimeoutError(f"Celery did not deliver\n{self.log.read_text()[-2000:]}")
            time.sleep(0.002)
        return time.perf_counter()


@contextmanager
def peer(receivers: Sink) -> Iterator[Peer]:
    """A Redis of its own on core 1, and what Celery needs to know."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="deskbell-bench-redis-"))
        where = Path(folder) / "redis.sock"
        command = ["redis-server", "--port", "0", "--unixsocket", str(where), "--dir", folder]
        command += ["--appendonly", "yes", "--appendfsync", "everysec", "--save", "", "--loglevel", "warning"]
        with pinned(1):
            redis = stack.enter_context(subprocess.Popen(command, stdout=subprocess.DEVNULL))
        stack.callback(redis.terminate)
        while not where.exists():
            if redis.poll() is not None:
                raise RuntimeError("redis-server did not start")
            time.sleep(0.02)
        told = {
            "BENCH_BROKER": f"redis+socket://{where}",
            "BENCH_URL": f"http://127.0.0.1:{receivers.port}/ok",
        }
        yield Peer(os.environ | told, receivers, Path(folder) / "celery.log")


def backlog(one: Peer, count: int) -> Measure:
    """What a worker takes for a backlog, from its first tenth on: how it starts is not measured."""
    before = one.receivers.received
    _enqueue(one, count)
    with one.worker() as pid:
        began, cpu = one.until(before + count // 10), cpu_of(pid)
        done = before + count - one.receivers.received
        ended = one.until(before + count)
        return Measure(done / (ended - began), (cpu_of(pid) - cpu) / done * 1e6)


def at_once(one: Peer, count: int) -> Measure:
    """What producer and worker take on one core, from the first message to the last delivery."""
    before = one.receivers.received
    with one.worker() as pid, one.producer(count, 0) as producer:
        _enqueue(one, WARMING)
        one.until(before + WARMING)
        began, cpu = time.perf_counter(), cpu_of(pid) + cpu_of(producer.pid)
        _go(producer)
        ended = one.until(before + WARMING + count)
        used = cpu_of(pid) + cpu_of(producer.pid) - cpu
    return Measure(count / (ended - began), used / count * 1e6)


def _enqueue(one: Peer, count: int) -> None:
    with one.producer(count, 1) as producer:
        _go(producer)


def _go(producer: subprocess.Popen[str]) -> None:
    assert producer.stdin is not None
    producer.stdin.write("\n")
    producer.stdin.flush()


def rounds(place: Place) -> Rounds:
    count = max(200, place.count // 5)
    with sink(messages=place.count) as receivers, peer(receivers) as one:
        while True:
            with place.database() as url:
                ours = uvloop.run(engine.one_round(url, receivers, place.count))
            with pipeline.served(place, receivers, "all") as (home, server):
                whole = pipeline.peak(home, server, place.count)
            with pinned(1):
                theirs = {"backlog": backlog(one, count), "at once": at_once(one, count)}
            yield _figures(ours, whole, theirs)


def _figures(ours: Figures, whole: Measure, theirs: Mapping[str, Measure]) -> Figures:
    waiting, taken = theirs["backlog"], theirs["at once"]
    return {
        "drain": ours["drain"],
        "both": ours["both"],
        "whole": whole.per_second,
        "backlog": waiting.per_second,
        "at once": taken.per_second,
        "backlog cpu": waiting.cpu,
        "at once cpu": taken.cpu,
        "drain times": ours["drain"] / waiting.per_second,
        "both times": ours["both"] / taken.per_second,
        "whole times": whole.per_second / taken.per_second,
        "drain cpu times": waiting.cpu / ours["drain cpu"],
        "both cpu times": taken.cpu / ours["both cpu"],
        "whole cpu times": taken.cpu / whole.cpu,
    }


SCENARIO = Scenario(
    "celery",
    f"Deskbell beside Celery + requests + Redis on one core (pool {POOL}, concurrency {CONCURRENCY})",
    rounds,
    (
        Row("Celery: a backlog", "backlog", "/s"),
        Row("Celery: enqueue + deliver", "at once", "/s"),
        Row("Celery: a backlog, CPU each", "backlog cpu", "µs"),
        Row("Celery: enqueue + deliver, CPU each", "at once cpu", "µs"),
        Row("Deskbell: a backlog", "drain", "/s"),
        Row("Deskbell: record + deliver", "both", "/s"),
        Row("Deskbell: over HTTP + deliver", "whole", "/s"),
        Row("a backlog ÷ Celery's", "drain times", "x", "40x at least"),
        Row("record + deliver ÷ Celery's enqueue + deliver", "both times", "x", "40x at least"),
        Row("over HTTP + deliver ÷ Celery's enqueue + deliver", "whole times", "x", "40x at least"),
        Row("CPU of a backlog: Celery's ÷ ours", "drain cpu times", "x"),
        Row("CPU: Celery's enqueue + deliver ÷ record + deliver", "both cpu times", "x"),
        Row("CPU: Celery's enqueue + deliver ÷ over HTTP + deliver", "whole cpu times", "x"),
    ),
    missing=missing,
)
