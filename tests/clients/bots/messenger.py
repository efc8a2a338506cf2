"""A messenger for bots made for Delta Chat: answers their client library's JSON-RPC on standard input and output.

People's messages are files in MESSENGER/letters; what the bot sends is appended to MESSENGER/sent. It remembers what it was told across starts.
"""

import json
import os
import sys
import threading
import time
from pathlib import Path
from typing import Any

HOME = Path(os.environ["MESSENGER"])
ACCOUNT = 1


class Messenger:
    """One account, whose people and chats have the same ids; a method for each that the library calls."""

    def __init__(self) -> None:
        self._told: set[str] = set()
        self._lock = threading.Lock()

    def answer(self, request: dict[str, Any]) -> None:
        found = getattr(self, request["method"], None)
        if found is None:
            answer = {"error": {"code": -32601, "message": f"no {request['method']} here"}}
        else:
            answer = {"result": found(*request["params"])}
        with self._lock:
            print(json.dumps({"jsonrpc": "2.0", "id": request["id"], **answer}), flush=True)

    def get_all_account_ids(self) -> list[int]:
        return [ACCOUNT]

    def is_configured(self, _account: int) -> bool:
        return True

    def add_or_update_transport(self, _account: int, _transport: Any) -> None: ...

    def start_io(self, _account: int) -> None: ...

    def stop_io_for_all_accounts(self) -> None: ...

    def set_config(self, _account: int, key: str, value: str | None) -> None:
        with self._lock:
            _config_file().write_text(json.dumps(_config() | {key: value}))

    def get_config(self, _account: int, key: str) -> str | None:
        with self._lock:
            return _config().get(key)

    def get_chat_securejoin_qr_code(self, _account: int, _chat: int | None) -> str:
        return "OPENPGP4FPR:0"

    def get_next_event(self) -> dict[str, Any]:
        """What is new; when nothing comes for a moment, a word of no meaning."""
        for _ in range(20):
            new = set(_unseen()) - self._told
            if new:
                self._told |= new
                return {"contextId": ACCOUNT, "event": {"kind": "IncomingMsg"}}
            time.sleep(0.05)
        return {"contextId": ACCOUNT, "event": {"kind": "Info", "msg": "quiet"}}

    def get_next_msgs(self, _account: int) -> list[int]:
        return sorted(int(name) for name in _unseen())

    def get_message(self, _account: int, message: int) -> dict[str, Any]:
        letter = json.loads((HOME / "letters" / str(message)).read_text())
        file = letter.get("file")
        flags = {"isInfo": False, "isBot": False, "viewType": "Image" if file else "Text", "file": file}
        return {
            "id": message,
            "chatId": letter["from"],
            "fromId": letter["from"],
            "text": letter["text"],
            **flags,
        }

    def markseen_msgs(self, _account: int, messages: list[int]) -> None:
        for message in messages:
            (HOME / "letters" / str(message)).rename(HOME / "seen" / str(message))

    def get_contact(self, _account: int, contact: int) -> dict[str, Any]:
        return {
            "id": contact,
            "address": f"person-{contact}@example.com",
            "displayName": f"Person {contact}",
        }

    def get_basic_chat_info(self, _account: int, chat: int) -> dict[str, Any]:
        return {"id": chat, "chatType": "Single"}

    def create_chat_by_contact_id(self, _account: int, contact: int) -> int:
        return contact

    def misc_send_text_message(self, _account: int, chat: int, text: str) -> int:
        return self._send({"to": chat, "text": text})

    def send_msg(self, _account: int, chat: int, draft: dict[str, Any]) -> int:
        return self._send({"to": chat, "text": None, "file": draft["file"]})

    def _send(self, letter: dict[str, Any]) -> int:
        with self._lock, (HOME / "sent").open("a") as sent:
            sent.write(json.dumps(letter) + "\n")
        return 1


def _unseen() -> list[str]:
    return [letter.name for letter in (HOME / "letters").iterdir() if letter.name.isdigit()]


def _config_file() -> Path:
    return HOME / "config.json"


def _config() -> dict[str, str | None]:
    found: dict[str, str | None] = json.loads(_config_file().read_text()) if _config_file().exists() else {}
    return found


if __name__ == "__main__":
    messenger = Messenger()
    for line in sys.stdin:
        threading.Thread(target=messenger.answer, args=[json.loads(line)], daemon=True).start()
