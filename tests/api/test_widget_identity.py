"""Who a visitor is: proven, claimed, switched, and what each is shown."""

from tests.support.api import API, contents, identified, on_api, proof, written


def test_set_user_takes_a_right_hash_refuses_a_wrong_one_and_may_demand_one(url: str) -> None:
    async def story(api: API) -> None:
        visitor = await api.visitor()
        before = await api.state()
        for wrong in (proof(api, "emil"), "0", "é"):
            refused = await visitor.patch(
                "contact/set_user", json={"identifier": "dora", "identifier_hash": wrong}
            )
            assert refused.status_code == 401
        assert await api.state() == before
        body = {
            "identifier": "dora",
            "identifier_hash": proof(api, "dora"),
            "name": "Dora",
            "email": "dora@example.com",
        }
        shown = (await visitor.put("contact/set_user", json=body)).json()
        assert (shown["identifier"], shown["name"], shown["email"]) == ("dora", "Dora", "dora@example.com")
        assert "widget_auth_token" not in shown
        await written(visitor, "Hi")
        assert (await api.alice.get("conversations/1")).json()["meta"]["hmac_verified"] is True
        await api.alice.patch(f"inboxes/{api.world.website.id}", json={"channel": {"hmac_mandatory": True}})
        refused = await (await api.visitor()).patch("contact/set_user", json={"identifier": "emil"})
        assert refused.status_code == 401
        assert "identifier_hash" in refused.json()["error"]

    on_api(url, story)


def test_who_was_nobody_yet_brings_their_conversation_along(url: str) -> None:
    async def story(api: API) -> None:
        known = (await api.alice.post("contacts", json={"name": "Dora", "identifier": "dora"})).json()[
            "payload"
        ]["contact"]
        visitor = await api.visitor()
        await written(visitor, "Hi")
        after = await identified(api, visitor, identifier="dora", identifier_hash=proof(api, "dora"))
        assert await contents(after) == ["Hi"]
        assert (await api.alice.get("conversations/1")).json()["meta"]["sender"]["id"] == known["id"]

    on_api(url, story)


def test_switching_users_never_shows_the_others_conversation(url: str) -> None:
    async def story(api: API) -> None:
        dora = await identified(
            api, await api.visitor(), identifier="dora", identifier_hash=proof(api, "dora")
        )
        await written(dora, "Dora's")
        emil = await identified(api, dora, identifier="emil", identifier_hash=proof(api, "emil"))
        assert await contents(emil) == []
        await written(emil, "Emil's")
        back = await identified(api, emil, identifier="dora", identifier_hash=proof(api, "dora"))
        assert await contents(back) == ["Dora's"], "a proven identity comes back to its conversation"
        assert (await contents(dora), await contents(emil)) == (["Dora's"], ["Emil's"])

    on_api(url, story)


def test_claiming_to_be_someone_without_proof_shows_nothing_of_theirs(url: str) -> None:
    async def story(api: API) -> None:
        dora = await identified(
            api, await api.visitor(), identifier="dora", identifier_hash=proof(api, "dora")
        )
        await written(dora, "Dora's")
        unproven = await identified(api, await api.visitor(), identifier="emil")
        await written(unproven, "Emil's")
        mallory = await identified(api, await api.visitor(), identifier="mallory")
        for victim in ("dora", "emil"):
            stranger = await api.visitor()
            await written(stranger, "anonymous")
            claims = (
                await identified(api, mallory, identifier=victim),
                await identified(api, await api.visitor(), identifier=victim),
                await identified(api, stranger, identifier=victim),
            )
            for claim in claims[:2]:
                assert await contents(claim) == []
            assert await contents(claims[2]) == ["anonymous"]

    on_api(url, story)
