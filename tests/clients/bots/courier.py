"""A bridge as many are written for Chatwoot's API channel: an inbox's `webhook_url` on one side, a network of telephones on the other.

What it reads and does stands for the habits of public bridges: `message_created` with `message_type` "outgoing" and not `private` goes to
`conversation.contact_inbox.source_id`, and becomes "delivered" or "failed" by PATCH; what comes in goes to the contact's conversation
with `message_type` "incoming"; `X-Chatwoot-Signature` is checked, and a message that was carried is not carried again.
"""

import hashlib
import hmac
import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

DESK = f"{os.environ['ADDRESS']}/api/v1/accounts/{os.environ['ACCOUNT_ID']}"
CARRIED = Path(os.environ["CARRIED"])


def call(method: str, path: str, body: dict[str, Any] | None = None) -> Any:
    headers = {"api_access_token": os.environ["TOKEN"], "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    with urlopen(Request(f"{DESK}{path}", data, headers, method=method)) as answer:
        return json.load(answer)


def carry(event: dict[str, Any]) -> None:
    """Take a reply to its telephone, once, and say what became of it."""
    if event["event"] != "message_created" or event["message_type"] != "outgoing" or event["private"]:
        return
    carried = CARRIED.read_text().splitlines() if CARRIED.exists() else []
    if any(json.loads(line)["id"] == event["id"] for line in carried):
        return
    number = event["conversation"]["contact_inbox"]["source_id"]
    message = f"/conversations/{event['conversation']['id']}/messages/{event['id']}"
    if number.endswith("000"):
        call("PATCH", message, {"status": "failed", "external_error": "No such number"})
        return
    with CARRIED.open("a") as lines:
        lines.write(json.dumps({"id": event["id"], "to": number, "text": event["content"]}) + "\n")
    call("PATCH", message, {"status": "delivered"})


def bring(call_in: dict[str, str]) -> None:
    """Bring what a telephone says to the contact's conversation, which begins where there is none."""
    found = call("GET", f"/contacts/search?q={call_in['from']}")["payload"]
    contact = found[0]["id"]
    threads = call("GET", f"/contacts/{contact}/conversations")["payload"]
    if not threads:
        threads = [
            call("POST", "/conversations", {"source_id": call_in["from"], "inbox_id": os.environ["INBOX_ID"]})
        ]
    body = {"content": call_in["text"], "message_type": "incoming"}
    call("POST", f"/conversations/{threads[0]['id']}/messages", body)


class Courier(BaseHTTPRequestHandler):
    """`/phone` is the network's side, everything else the desk's."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/phone":
            bring(json.loads(body))
            self._say(200)
        elif self._is_believable(body):
            carry(json.loads(body))
            self._say(200)
        else:
            self._say(401)

    def _is_believable(self, body: bytes) -> bool:
        signed = f"{self.headers['X-Chatwoot-Timestamp']}.".encode() + body
        expected = hmac.new(os.environ["SECRET"].encode(), signed, hashlib.sha256).hexdigest()
        return hmac.compare_digest(f"sha256={expected}", self.headers["X-Chatwoot-Signature"] or "")

    def _say(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()


ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Courier).serve_forever()
