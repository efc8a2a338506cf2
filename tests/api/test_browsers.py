"""A customer's own chat interface runs in browsers: pages from anywhere may use the Client API, and only that."""

import pytest

from tests.support.api import API, on_api

PAGE = {"origin": "https://shop.example"}


def test_any_page_may_use_the_client_api(url: str) -> None:
    async def story(api: API) -> None:
        root = await api.root()
        path = f"/public/api/v1/inboxes/{api.world.api_inbox.token}/contacts"
        for method in ("POST", "PATCH", "PUT"):
            wish = {
                **PAGE,
                "access-control-request-method": method,
                "access-control-request-headers": "content-type,idempotency-key",
            }
            may = await root.options(path, headers=wish)
            assert (may.status_code, may.headers["access-control-allow-origin"]) == (200, "*")
            assert method in may.headers["access-control-allow-methods"]
            assert "idempotency-key" in may.headers["access-control-allow-headers"].lower()
        for answer in (
            await root.post(path, json={"name": "Nina"}, headers=PAGE),
            await root.get(f"{path}/nobody", headers=PAGE),
            await root.post(path, content="{", headers=PAGE),
        ):
            assert answer.headers["access-control-allow-origin"] == "*", "refusals can be read, too"
            assert "X-Total-Count" in answer.headers["access-control-expose-headers"]
            assert "access-control-allow-credentials" not in answer.headers
            assert answer.headers["x-content-type-options"] == "nosniff"

    on_api(url, story)


@pytest.mark.parametrize("path", ["/api/v1/profile", "/platform/api/v1/users", "/auth/sign_in", "/health"])
def test_no_page_from_elsewhere_may_use_anything_else(url: str, path: str) -> None:
    async def story(api: API) -> None:
        root = await api.root()
        wish = {**PAGE, "access-control-request-method": "GET"}
        for answer in (await root.options(path, headers=wish), await root.get(path, headers=PAGE)):
            assert not [name for name in answer.headers if name.startswith("access-control-")]

    on_api(url, story)
