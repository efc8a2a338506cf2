"""Where a webhook or an API inbox may be told to send to."""

from deskbell.store import webhooks
from tests.support.api import API, errors_of, on_api

REFUSED = (
    "http://127.0.0.1/",
    "http://127.0.0.1:8900/hook",
    "http://127.1/",
    "http://2130706433/",
    "http://0x7f.0.0.1/",
    "http://0177.0.0.1/",
    "http://0.0.0.0/",
    "http://[::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:a00:1]/",
    "http://[64:ff9b::10.0.0.1]/",
    "http://[2002:a00:1::]/",
    "http://[fe80::1]/",
    "http://[fd00:ec2::254]/",
    "http://10.1.2.3/",
    "http://172.16.0.1/",
    "http://192.168.1.1/",
    "http://100.64.0.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://224.0.0.1/",
    "http://198.51.100.7/",
    "http://bob:hunter2@127.0.0.1/",
    "http://9.9.9.9@127.0.0.1/",
    "http://localhost/",
    "http://localhost:5432/",
)
UNREADABLE = (
    "9.9.9.9/hook",
    "ftp://9.9.9.9/",
    "javascript:alert(1)",
    "file:///etc/passwd",
    "https://",
    "https://9.9.9.9:99999/",
    "https://9.9.9.9:25/",
    "https://9.9.9.9/a b",
    "https://9.9.9.9\\@127.0.0.1/",
    "https://a@b@9.9.9.9/",
    "https://9.9.9.9/" + "x" * 2048,
    "https://ho st/",
)


def test_addresses_that_no_webhook_should_reach_are_refused_with_a_reason(url: str) -> None:
    async def story(api: API) -> None:
        before = await api.state()
        for address in (*REFUSED, *UNREADABLE):
            hook = {"url": address, "subscriptions": ["message_created"]}
            inbox = {"name": "x", "channel": {"type": "api", "webhook_url": address}}
            told = errors_of(await api.alice.post("webhooks", json=hook), "url")["url"]
            assert told, address
            assert "hunter2" not in told
            assert (
                errors_of(await api.alice.post("inboxes", json=inbox), "webhook_url")["webhook_url"] == told
            )
        assert await api.state() == before

    on_api(url, story)


def test_user_and_password_of_an_address_are_used_and_never_shown_again(url: str) -> None:
    async def story(api: API) -> None:
        body = {"url": "https://bob:hunter2@9.9.9.9/hook", "subscriptions": ["message_created"]}
        made = await api.alice.post("webhooks", json=body)
        webhook_id = made.json()["payload"]["webhook"]["id"]
        channel = {"type": "api", "webhook_url": "https://bob:hunter2@9.9.9.9/inbox"}
        inbox = await api.alice.post("inboxes", json={"name": "x", "channel": channel})
        changed = await api.alice.patch(f"webhooks/{webhook_id}", json={"name": "x"})
        for answer in (
            made,
            inbox,
            changed,
            await api.alice.get("webhooks"),
            await api.alice.get(f"inboxes/{inbox.json()['id']}"),
            await api.alice.post("webhooks", json=body),
        ):
            assert "9.9.9.9" in answer.text or answer.status_code == 422
            assert "hunter2" not in answer.text
            assert "Ym9iOmh1bnRlcjI=" not in answer.text

    on_api(url, story)


def test_whoever_sends_back_the_url_they_were_shown_keeps_its_password(url: str) -> None:
    async def credentials(api: API) -> str | None:
        async with api.world.database.read() as reader:
            webhook = await webhooks.get(reader, api.world.account_id, 1)
            assert webhook is not None
            return webhook.target.credentials

    async def story(api: API) -> None:
        body = {"url": "https://bob:hunter2@9.9.9.9/hook", "subscriptions": ["message_created"]}
        shown = (await api.alice.post("webhooks", json=body)).json()["payload"]["webhook"]
        known = await credentials(api)
        assert known
        await api.alice.put(f"webhooks/{shown['id']}", json=shown | {"name": "x"})
        assert await credentials(api) == known
        await api.alice.put(f"webhooks/{shown['id']}", json={"url": "https://bob:new@9.9.9.9/hook"})
        assert await credentials(api) not in (None, known)
        await api.alice.put(f"webhooks/{shown['id']}", json={"url": "https://9.9.9.9/elsewhere"})
        assert await credentials(api) is None

    on_api(url, story)
