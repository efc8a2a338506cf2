"""What happens by itself, in a real process: a conversation wakes, and its survey is answered at the address that was told."""

import time

import httpx

from tests.support import bells
from tests.support.aio import run
from tests.support.faces import desk_in
from tests.support.process import Server, until


def test_a_snoozed_conversation_wakes_and_the_survey_of_a_resolved_one_has_a_page(house: Server) -> None:
    async def story() -> None:
        async with desk_in(house) as desk, bells.listening() as bell:
            await desk.webhook(
                bell.url, ["conversation_status_changed", "message_created"], payload_format="chatwoot"
            )
            (number,) = await desk.begin(1)
            inbox = (await desk.get("/inboxes"))["payload"][0]["id"]
            await desk.patch(f"/inboxes/{inbox}", {"csat_survey_enabled": True})
            path = f"/conversations/{number}/toggle_status"
            await desk.post(path, {"status": "snoozed", "snoozed_until": int(time.time()) + 1})

            async def awake() -> bool:
                shown = await desk.get(f"/conversations/{number}")
                return bool(shown["status"] == "open")

            await until(awake, "the conversation to wake")
            await desk.post(path, {"status": "resolved"})
            await until(lambda: len(bell.contents()) == 1, "the survey to be told")
            address = (bell.contents()[0] or "").split()[-1]
            assert address.startswith(f"{house.address}/survey/responses/")
            async with httpx.AsyncClient() as browser:
                assert (await browser.get(address)).status_code == 200
                assert (await browser.post(address, data={"rating": "5"})).status_code == 303
            (one,) = await desk.get("/csat_survey_responses")
            assert (one["rating"], one["conversation_id"]) == (5, number)

    run(story())
