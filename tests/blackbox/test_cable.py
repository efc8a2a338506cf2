"""`/cable` of real processes: what one takes is heard at another, and a process that ends loses nobody anything."""

from pathlib import Path
from typing import Any

from tests.support.aio import run
from tests.support.cable import Cable, Channel, open_cable
from tests.support.faces import Chat, Desk, Face, desk_on
from tests.support.process import Server, serving, until

HEARING = "Hearing other processes"


async def listen(cable: Cable, desk: Desk, profile: dict[str, Any], **more: Any) -> Channel:
    """Listen as the desk's administrator."""
    return await cable.subscribe(
        profile["pubsub_token"], account_id=desk.account_id, user_id=profile["id"], **more
    )


async def profile_of(server: Server, desk: Desk) -> dict[str, Any]:
    """The administrator as they see themselves."""
    async with Face(server, "/api/v1", {"api_access_token": desk.token}) as own:
        profile: dict[str, Any] = await own.get("/profile")
    return profile


def test_what_one_process_takes_another_tells_without_looking(postgres_url: str, tmp_path: Path) -> None:
    async def story() -> None:
        async with (
            serving(tmp_path, postgres_url, "--role", "web", name="other") as other,
            desk_on(tmp_path, postgres_url, "--role", "all") as (server, desk),
        ):
            for process in (other, server):
                await until(lambda process=process: HEARING in process.log, "both to listen")
            profile = await profile_of(server, desk)
            inbox = await desk.api_inbox()
            async with (
                Chat(server, inbox, "carla") as chat,
                open_cable(other.address) as far,
                open_cable(server.address) as near,
                open_cable(other.address) as visitors,
            ):
                alices = [await listen(cable, desk, profile) for cable in (far, near)]
                registered = await chat.post("", {"source_id": "carla", "name": "Carla"})
                carla = await visitors.subscribe(registered["pubsub_token"])
                number = await chat.begin()
                for turn in range(20):
                    await chat.say(number, f"Said {turn}")
                await desk.say(number, "Between us", private=True)
                await desk.say(number, "For you")
                for alice in alices:
                    await alice.hears("first.reply.created")
                    told = [
                        one["data"]["content"] for one in alice.messages if one["event"] == "message.created"
                    ]
                    assert told == [*(f"Said {turn}" for turn in range(20)), "Between us", "For you"]
                assert [one["number"] for one in alices[0].messages] == [
                    one["number"] for one in alices[1].messages
                ]
                await carla.hears("message.created", 21)
                assert "Between us" not in str(visitors.frames)
                await chat.post(f"/carla/conversations/{number}/toggle_typing", {"typing_status": "on"})
                for alice in alices:
                    assert (await alice.hears("conversation.typing_on"))["user"]["name"] == "Carla"
                await far.until(
                    lambda: alices[0].presence["contacts"] == alices[1].presence["contacts"] != {},
                    "the visitor at both",
                )
            assert await other.stop() == 0

    run(story())


def test_a_process_that_ends_sends_its_listeners_elsewhere_and_they_miss_nothing(
    url: str, tmp_path: Path
) -> None:
    async def story() -> None:
        async with desk_on(tmp_path, url) as (server, desk):
            profile = await profile_of(server, desk)
            numbers = await desk.begin(1)
            heard: list[dict[str, Any]] = []
            cursor: str | int = 0
            for turn, how in enumerate(("stop", "kill", "stop")):
                async with open_cable(server.address) as cable:
                    alice = await listen(cable, desk, profile, after=cursor)
                    await desk.say(numbers[0], f"Before {turn}")
                    await cable.until(
                        lambda turn=turn, alice=alice: f"Before {turn}" in str(alice.messages[-2:]), "it"
                    )
                    if how == "stop":
                        assert await server.stop() == 0
                        ended = await cable.ended()
                        assert ended is not None
                        assert (ended["reason"], ended["reconnect"]) == ("server_restart", True)
                    else:
                        await server.kill()
                        await cable.ended()
                    heard += alice.messages
                    cursor = heard[-1]["cursor"]
                await server.start()
                await desk.say(numbers[0], f"Meanwhile {turn}")
            async with open_cable(server.address) as cable:
                alice = await listen(cable, desk, profile, after=cursor)
                await alice.hears("message.created")
                heard += alice.messages
            said = [one["data"]["content"] for one in heard if one["event"] == "message.created"]
            assert said == [f"{when} {turn}" for turn in range(3) for when in ("Before", "Meanwhile")]

    run(story())
