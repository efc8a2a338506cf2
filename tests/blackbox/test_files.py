"""Files on the disk of a real process."""

from pathlib import Path

import httpx

from tests.support.aio import run
from tests.support.faces import desk_on
from tests.support.files import attached, picture, png


def test_an_acknowledged_file_outlives_a_crash_with_its_message(url: str, tmp_path: Path) -> None:
    async def story() -> None:
        async with (
            desk_on(tmp_path, url, data_dir=tmp_path / "kept") as (server, desk),
            httpx.AsyncClient(timeout=30) as client,
        ):
            (number,) = await desk.begin(1)
            path = f"/conversations/{number}/messages"
            said = await client.post(
                f"{server.address}/api/v1/accounts/{desk.account_id}{path}",
                files=attached(picture()),
                headers={"api_access_token": desk.token},
            )
            assert said.status_code == 200, said.text
            await server.kill()
            await server.start()
            (file,) = (await desk.get(path))["payload"][-1]["attachments"]
            assert file["id"] == said.json()["attachments"][0]["id"]
            assert file["data_url"].startswith(server.address), "where the server is found now"
            found = await client.get(file["data_url"])
            assert (found.status_code, found.content) == (200, png())

    run(story())
