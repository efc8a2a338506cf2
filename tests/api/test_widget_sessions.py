"""How long a visitor's session lasts, by a clock that is put forward."""

import httpx

from deskbell.kit.clock import DAY, SECOND
from tests.support.api import API, contents, on_api, written


async def opened(visitor: httpx.AsyncClient) -> str:
    """The session that `config` answers."""
    token: str = (await visitor.post("config")).json()["website_channel_config"]["auth_token"]
    return token


def test_a_session_lasts_for_its_days_to_the_second_and_then_none_of_it_is_shown(url: str) -> None:
    async def story(api: API) -> None:
        visitor = await api.visitor()
        await written(visitor, "Hi")
        api.world.clock.advance(180 * DAY - SECOND)
        assert await contents(visitor) == ["Hi"]
        api.world.clock.advance(SECOND)
        before = await api.state()
        for refused in (
            await visitor.get("messages"),
            await visitor.get("contact"),
            await visitor.get("conversations"),
            await visitor.post("messages", json={"message": {"content": "Still me"}}),
            await visitor.patch("contact", json={"name": "Still me"}),
        ):
            assert (refused.status_code, refused.json()["code"]) == (401, "unauthenticated")
        again = await visitor.post("config")
        assert again.json()["contact"] is None, "a new session, of nobody yet"
        assert await contents(await api.browser(await opened(visitor))) == []
        assert await api.state() == before

    on_api(url, story)


def test_who_comes_back_in_time_goes_on_for_as_many_days_again(url: str) -> None:
    async def story(api: API) -> None:
        first = await api.visitor()
        await written(first, "Hi")
        api.world.clock.advance(6 * DAY)
        renewed = await api.browser(await opened(first))
        api.world.clock.advance(6 * DAY)
        assert (await first.get("messages")).status_code == 401, "the token before ends at its own time"
        assert await contents(renewed) == ["Hi"]
        api.world.clock.advance(DAY)
        assert (await renewed.get("messages")).status_code == 401

    on_api(url, story, session_days=7)


def test_a_session_by_set_user_lasts_as_long(url: str) -> None:
    async def story(api: API) -> None:
        visitor = await api.visitor()
        await visitor.patch("contact/set_user", json={"identifier": "dora"})
        switched = await visitor.patch("contact/set_user", json={"identifier": "emil"})
        emil = await api.browser(switched.json()["widget_auth_token"])
        api.world.clock.advance(7 * DAY - SECOND)
        assert (await emil.get("contact")).json()["identifier"] == "emil"
        api.world.clock.advance(SECOND)
        assert (await emil.get("contact")).status_code == 401

    on_api(url, story, session_days=7)
