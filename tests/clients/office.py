"""What a client library is configured with, and what the server says has become of what the library did."""

from typing import Any

import httpx

from tests.support.faces import JSONObject


class Office:
    """An account on a running server: its address, its administrator's token, and plain requests to compare with."""

    def __init__(self, address: str, account: JSONObject) -> None:
        self.address = address
        self.account_id: int = account["account_id"]
        self.user_id: int = account["user_id"]
        self.token: str = account["api_access_token"]

    def get(self, path: str, **query: Any) -> Any:
        """What the Application API says, without any library. Raises AssertionError for an answer that is no 2xx."""
        return self._told("GET", path, params=query)

    def post(self, path: str, body: JSONObject | None = None) -> Any:
        return self._told("POST", path, json=body or {})

    def patch(self, path: str, body: JSONObject) -> Any:
        return self._told("PATCH", path, json=body)

    def messages(self, conversation: int) -> list[JSONObject]:
        """What was said in a conversation, oldest first, without the lines that only tell what was done to it."""
        thread = self.get(f"/conversations/{conversation}/messages")["payload"]
        return [message for message in thread if message["message_type"] != 2]

    def said(self, conversation: int) -> list[str]:
        return [message["content"] for message in self.messages(conversation)]

    def _told(self, method: str, path: str, **more: Any) -> Any:
        url = f"{self.address}/api/v1/accounts/{self.account_id}{path}"
        answer = httpx.request(method, url, headers={"api_access_token": self.token}, **more)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json()
