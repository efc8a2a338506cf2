"""The first run: an empty installation is set up once, by whoever comes first."""

import asyncio

from deskbell.desk.commands import setup
from deskbell.desk.commands.setup import Beginning
from deskbell.kit.clock import ManualClock
from deskbell.kit.errors import Conflict
from deskbell.store import accounts, open_database
from deskbell.store.statement import Statement
from tests.support.aio import run
from tests.support.api import API, on_api
from tests.support.people import beside, person, visitor, words

SAID = {"account_name": "Campana", "name": "Ada", "email": "ada@example.com", "password": "correct horse"}
COUNT = Statement("SELECT COUNT(*) AS accounts FROM accounts")


async def emptied(api: API) -> None:
    for account_id in (api.world.account_id, api.other_account):
        await api.world.do(accounts.delete, account_id)


def test_an_empty_installation_is_set_up_and_shows_its_snippet(url: str) -> None:
    async def story(api: API) -> None:
        await emptied(api)
        ada = await visitor(api)
        assert await ada.sent_to("/app") == "/app/setup"
        assert await ada.sent_to("/app/login") == "/app/setup"
        assert "Set up your desk" in words(await ada.get("/app/setup"))
        assert await ada.submit("/app/setup", SAID) == "/app"
        home = await ada.sent_to("/app")
        page = words(await ada.get(home))
        assert "Getting started" in page
        assert "/packs/js/sdk.js" in page
        assert "Add a webhook" in page

    on_api(url, story)


def test_every_wrong_field_of_the_first_form_is_named(url: str) -> None:
    async def story(api: API) -> None:
        await emptied(api)
        ada = await visitor(api)
        page = await ada.refused(
            "/app/setup", {"account_name": " ", "name": "Ada", "email": "ada", "password": "x"}
        )
        assert "blank" in beside(page, "account_name")
        assert "not an email" in beside(page, "email")
        assert "8 to 128" in beside(page, "password")
        assert 'value="Ada"' in page, "what was typed stays"

    on_api(url, story)


def test_nobody_sets_up_what_is_set_up(url: str) -> None:
    async def story(api: API) -> None:
        someone = await visitor(api)
        before = await api.state()
        assert await someone.sent_to("/app/setup") == "/app"
        assert await someone.submit("/app/setup", SAID) == "/app/login"
        assert await api.state() == before

    on_api(url, story)


def test_of_many_who_set_up_at_the_same_time_one_does(url: str) -> None:
    async def story() -> None:
        database = await open_database(url, ManualClock())

        async def attempt(number: int) -> bool:
            said = Beginning(
                account_name="A", user_name="N", email=f"a{number}@example.com", password_hash="x"
            )
            try:
                async with database.unit() as unit:
                    await setup.set_up(unit, said)
            except Conflict:
                return False
            return True

        try:
            won = await asyncio.gather(*(attempt(number) for number in range(8)))
            assert sum(won) == 1
            async with database.read() as reader:
                row = await reader.one(COUNT)
            assert row is not None
            assert row["accounts"] == 1
        finally:
            await database.close()

    run(story())


def test_the_steps_turn_to_done_as_things_arrive(url: str) -> None:
    async def story(api: API) -> None:
        alice = await person(api, api.world.alice.id)
        steps = f"/app/accounts/{api.world.account_id}/first_steps"
        page = await alice.get(steps)
        assert page.count("step done") == 0
        assert "/widget?website_token=" in page, "who has no site yet tries it in a window"
        await api.world.conversation()
        page = await alice.get(steps)
        assert page.count("step done") == 2
        assert "It has arrived. See your conversations" in words(page)
        await api.world.webhook()
        assert (await alice.get(steps)).count("step done") == 3

    on_api(url, story)
