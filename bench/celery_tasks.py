"""The peer: a Celery task that signs and posts with requests. Runs in a virtual environment of its own.

`python -m bench.celery_tasks COUNT` waits for a line on its input, then enqueues so many.
"""

import base64
import hashlib
import hmac
import os
import sys
import threading
import time

import requests
from celery import Celery

SECRET = b"a secret of twenty-four "
URL, BODY = os.environ["BENCH_URL"], "ring-00000000".ljust(2048, "x")

app = Celery("bench", broker=os.environ["BENCH_BROKER"])
app.conf.update(
    task_ignore_result=True,
    worker_prefetch_multiplier=4,
    worker_hijack_root_logger=False,
    broker_connection_retry_on_startup=True,
    worker_enable_remote_control=False,
    worker_send_task_events=False,
)
_mine = threading.local()


@app.task(name="deliver")  # type: ignore[untyped-decorator]
def deliver(url: str, body: str, number: int) -> None:
    """One delivery, signed as Standard Webhooks wants it, over a kept connection of the thread or process."""
    session = getattr(_mine, "session", None)
    if session is None:
        session = _mine.session = requests.Session()
        session.trust_env = False
    identity, timestamp, data = f"evt_1_{number}", int(time.time()), body.encode()
    signed = hmac.digest(SECRET, f"{identity}.{timestamp}.".encode() + data, hashlib.sha256)
    headers = {
        "Content-Type": "application/json",
        "webhook-id": identity,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{base64.b64encode(signed).decode()}",
    }
    session.post(url, data=data, headers=headers, timeout=15).raise_for_status()


def main() -> None:
    with app.connection_for_write() as connection, app.amqp.Producer(connection) as producer:
        print("ready", flush=True)
        sys.stdin.readline()
        for number in range(int(sys.argv[1])):
            deliver.apply_async((URL, BODY, number), producer=producer)


if __name__ == "__main__":
    main()
