"""The journal over HTTP: every event by number, as its receivers were told of it."""

from deskbell.kit import json
from deskbell.model.event import event_id
from deskbell.store.statement import Statement
from tests.contract.schema import check_body
from tests.support.api import API, on_api

BODIES = Statement("SELECT number, body FROM event_bodies WHERE account_id = :account_id")


async def talk(api: API) -> int:
    """A conversation with three messages; answers its number."""
    number = (await api.world.conversation()).number
    for content in ("one", "two", "three"):
        said = await api.alice.post(f"conversations/{number}/messages", json={"content": content})
        assert said.status_code == 200
    return number


def test_the_journal_shows_every_event_by_number_with_the_body_its_receivers_got(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.webhook()
        await talk(api)
        found = (await api.alice.get("events", params={"after": 0, "per_page": 100})).json()
        numbers = [one["number"] for one in found["payload"]]
        assert numbers == list(range(1, found["meta"]["last_number"] + 1))
        assert found["meta"]["pruned_number"] == 0
        account_id = api.world.account_id
        for one in found["payload"]:
            assert one["id"] == event_id(account_id, one["number"])
            assert one["body"]["event"] == one["event"]
            check_body(one["body"])
        sent = await sent_bodies(api)
        assert sent
        shown = {one["number"]: one["body"] for one in found["payload"]}
        assert all(shown[number] == body for number, body in sent.items())

    on_api(url, story)


async def sent_bodies(api: API) -> dict[int, object]:
    """What was recorded to be sent, by number."""
    async with api.world.database.read() as reader:
        rows = await reader.all(BODIES, account_id=api.world.account_id)
    return {row["number"]: json.loads(row["body"]) for row in rows}


def test_the_journal_is_read_forwards_from_a_number_and_backwards_from_the_newest(url: str) -> None:
    async def story(api: API) -> None:
        await talk(api)
        newest = [one["number"] for one in (await api.alice.get("events?per_page=2")).json()["payload"]]
        assert newest == sorted(newest, reverse=True)
        older = (await api.alice.get(f"events?per_page=2&before={newest[-1]}")).json()["payload"]
        assert older[0]["number"] == newest[-1] - 1
        following = (await api.alice.get("events?after=1&per_page=2")).json()["payload"]
        assert [one["number"] for one in following] == [2, 3]
        created = (await api.alice.get("events?event=message_created&after=0")).json()["payload"]
        assert [one["body"]["content"] for one in created] == ["one", "two", "three"]

    on_api(url, story)


def test_one_event_is_shown_in_either_format_and_nobody_elses(url: str) -> None:
    async def story(api: API) -> None:
        await talk(api)
        created = (await api.alice.get("events?event=message_created")).json()["payload"][0]
        number = created["number"]
        hoory = (await api.alice.get(f"events/{number}")).json()
        assert (hoory, hoory["body"]["message_type"]) == (created, 1)
        chatwoot = (await api.alice.get(f"events/{number}?payload_format=chatwoot")).json()
        assert chatwoot["body"]["message_type"] == "outgoing"
        assert (await api.alice.get("events/9999")).status_code == 404
        assert (await api.stranger.get(f"events/{number}")).status_code == 404
        assert (await api.alice.get("events?event=contact_created")).status_code == 422

    on_api(url, story)
