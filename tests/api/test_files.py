"""Files attached to messages: taken, told of, served, let go of."""

import asyncio
import io
import os
from pathlib import Path
from typing import Any

import httpx
import pytest

from deskbell.files.disk import Disk
from deskbell.files.storage import SHARES, StorageUnavailable
from deskbell.kit import json
from deskbell.kit.clock import DAY, SECOND
from deskbell.store import files as file_store
from deskbell.upkeep.sweeping import Sweeper
from tests.support import bodies
from tests.support.api import API, errors_of, on_api
from tests.support.files import EXE, HTML, MP3, MP4, PDF, SVG, WEBM, attached, picture, png, zipped

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
KEY = {"Idempotency-Key": "once"}


def on_disk(api: API) -> list[Path]:
    return sorted(path for path in api.services.settings.data_dir.rglob("*") if path.is_file())


async def sent(client: httpx.AsyncClient, path: str, *files: Any, **fields: Any) -> dict[str, Any]:
    answer = await client.post(path, files=attached(*files), data=fields)
    assert answer.status_code == 200, answer.text
    message: dict[str, Any] = answer.json()
    return message


async def swept(api: API) -> None:
    sweeper = Sweeper(api.world.database, api.services.files)
    for _ in range(SHARES):
        await sweeper.step()


def test_every_face_takes_files_and_tells_of_them_alike(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        customer = await api.client_api()
        visitor = await api.visitor()
        answers = [
            await api.alice.post("conversations/1/messages", files=attached(picture())),
            await api.bot.post("conversations/1/messages", files=attached(picture())),
            await customer.post("contacts/carla-1/conversations/1/messages", files=attached(picture())),
            await visitor.post("messages", files=attached(picture(), field="message[attachments][]")),
            await visitor.post("messages", files=attached(picture())),
            await visitor.post("messages", files=attached(picture(), field="attachments")),
        ]
        first = await api.alice.post(
            "conversations",
            data={"source_id": "carla-1"},
            files=attached(picture(), field="message[attachments][]"),
        )
        answers.append(await api.alice.get(f"conversations/{first.json()['id']}/messages"))
        begun = await visitor.post("conversations", files=attached(picture(), field="message[attachments][]"))
        messages = [answer.json() for answer in answers[:-1]]
        messages += answers[-1].json()["payload"] + begun.json()["messages"]
        for message in messages:
            (file,) = message["attachments"]
            assert file["message_id"] == message["id"]
            assert (file["file_type"], file["content_type"], file["extension"]) == (
                "image",
                "image/png",
                "png",
            )
            assert (file["width"], file["height"], file["file_size"]) == (2, 3, len(png()))
            assert file["data_url"] == file["thumb_url"]
            found = await api.nobody.get(file["data_url"])
            assert (found.status_code, found.content) == (200, png())
        assert len({message["attachments"][0]["data_url"] for message in messages}) == 8
        listed = (await api.alice.get("conversations/1/messages")).json()["payload"]
        assert [one["attachments"] for one in listed] == [one["attachments"] for one in messages[:3]]
        shown = (await visitor.get("messages")).json()["payload"]
        assert shown[-1]["attachments"] == messages[-1]["attachments"]

    on_api(url, story)


def test_both_formats_tell_of_files_and_of_their_going(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        before = len(await api.told())
        said = await sent(api.alice, "conversations/1/messages", picture("a cat.png"), content="Look")
        await api.alice.post("conversations/1/toggle_status", json={"status": "resolved"})
        await api.alice.delete(f"conversations/1/messages/{said['id']}")
        told = await api.world.snapshots(before)
        made = next(one for one in told if one.event == "message_created")
        for body in (bodies.hoory(made), bodies.chatwoot(made)):
            (file,) = body["attachments"]
            assert file["data_url"] == said["attachments"][0]["data_url"]
            assert file["data_url"].startswith(api.services.public_url + "/files/")
            assert file["data_url"].endswith("/a%20cat.png")
            assert body["conversation"]["messages"][0]["attachments"] == body["attachments"]
        moved = bodies.hoory(next(one for one in told if one.event == "conversation_status_changed"))
        assert moved["messages"][0]["attachments"] == bodies.hoory(made)["attachments"]
        gone = next(one for one in told if one.event == "message_updated")
        assert bodies.hoory(gone)["attachments"] == []
        assert "attachments" not in bodies.chatwoot(gone)

    on_api(url, story)


def test_a_file_is_what_its_bytes_say(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        kinds = [
            (("a.png", png(), "text/html"), "image/png", "image"),
            (("a.pdf", PDF, "image/png"), "application/pdf", "file"),
            (("page.png", HTML, "image/png"), "text/html", "file"),
            (("a.svg", SVG, "image/svg+xml"), "image/svg+xml", "file"),
            (("a.xml", b'<?xml version="1.0"?>' + SVG, "text/xml"), "image/svg+xml", "file"),
            (("a.png", png()[:12], "image/png"), "application/octet-stream", "file"),
            (("a.mp4", MP4, "video/mp4"), "video/mp4", "video"),
            (("voice.webm", WEBM, "audio/webm;codecs=opus"), "audio/webm", "audio"),
            (("screen.webm", WEBM, "text/html"), "video/webm", "video"),
            (("a.mp3", MP3, "audio/mpeg"), "audio/mpeg", "audio"),
            (("a.docx", zipped("a"), "x/y"), WORD, "file"),
            (("a.exe", EXE, "image/png"), "application/x-msdownload", "file"),
            (("a.txt", "Größe".encode(), "text/html"), "text/plain", "file"),
            (("a.csv", b"a,b\n", "text/plain"), "text/csv", "file"),
            (("a.bin", bytes(range(256)), "image/png"), "application/octet-stream", "file"),
        ]
        for place in range(0, len(kinds), 5):
            some = kinds[place : place + 5]
            said = await sent(api.alice, "conversations/1/messages", *(file for file, _, _ in some))
            found = [(one["content_type"], one["file_type"]) for one in said["attachments"]]
            assert found == [(content_type, kind) for _, content_type, kind in some]

    on_api(url, story)


def test_what_a_browser_could_act_on_is_only_to_be_saved(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        shown = [picture(), ("a.pdf", PDF, ""), ("a.mp4", MP4, ""), ("a.mp3", MP3, "")]
        saved = [("a.html", HTML, "image/png"), ("a.svg", SVG, "image/png"), ("a.txt", b"<b>Hi", "image/png")]
        for files, how in ((shown, "inline"), (saved, "attachment")):
            said = await sent(api.alice, "conversations/1/messages", *files)
            for file in said["attachments"]:
                found = await api.nobody.get(file["data_url"])
                assert found.headers["content-disposition"].startswith(how), file
                assert found.headers["content-type"].partition(";")[0] == file["content_type"]
                assert found.headers.get_list("x-content-type-options") == ["nosniff"]
                assert found.headers.get_list("cache-control") == ["private, max-age=31536000, immutable"]
                assert "default-src 'none'" in found.headers["content-security-policy"]
                if file["content_type"] != "application/pdf":
                    assert "sandbox" in found.headers["content-security-policy"]

    on_api(url, story)


def test_a_part_of_a_file_can_be_asked_for_and_its_head_alone(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        said = await sent(api.alice, "conversations/1/messages", ("a.txt", b"0123456789", "text/plain"))
        address = said["attachments"][0]["data_url"]
        part = await api.nobody.get(address, headers={"range": "bytes=2-4"})
        assert (part.status_code, part.content) == (206, b"234")
        assert part.headers["content-range"] == "bytes 2-4/10"
        assert (await api.nobody.get(address, headers={"range": "bytes=99-"})).status_code == 416
        head = await api.nobody.head(address)
        assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", "10")
        base = address.rpartition("/files/")[0]
        for unknown in ("0" * 64, "..", "%2e%2e%2f%2e%2e%2fetc", "a" * 5_000, "x%00y"):
            for end in ("a.txt", "../../etc/passwd", "%2e%2e/%2e%2e/etc/passwd"):
                assert (await api.nobody.get(f"{base}/files/{unknown}/{end}")).status_code == 404

    on_api(url, story)


def test_wrong_files_are_named_one_by_one_and_nothing_is_kept(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        visitor = await api.visitor()
        before, told = await api.state(), await api.told()
        good, large, page = picture(), ("a.txt", b"x" * 3_000, "text/plain"), ("a.png", HTML, "image/png")
        answer = await visitor.post(
            "messages",
            files=attached(good, large, page, ("a.exe", EXE, "image/png"), ("none.txt", b"", "text/plain")),
        )
        errors = errors_of(answer, *(f"attachments[{place}]" for place in (1, 2, 3, 4)))
        assert "too large" in errors["attachments[1]"]
        assert "text/html" in errors["attachments[2]"]
        assert "empty" in errors["attachments[4]"]
        many = await api.alice.post("conversations/1/messages", files=attached(*[good] * 16))
        errors_of(many, "attachments")
        customer = await api.client_api()
        for client, path in (
            (api.alice, "conversations/99/messages"),
            (customer, "contacts/carla-1/conversations/99/messages"),
        ):
            assert (await client.post(path, files=attached(good))).status_code == 404
        wrong = await api.alice.post(
            "conversations/1/messages", files=attached(good), data={"content_type": "x"}
        )
        errors_of(wrong, "content_type")
        for junk in (["nonsense"], [{"a": 1}], "nonsense", [7]):
            answer = await api.alice.post("conversations/1/messages", json={"attachments": junk})
            errors_of(answer, "attachments[0]")
        assert (await api.state(), await api.told()) == (before, told)
        assert on_disk(api) == []

    on_api(url, story, max_upload_bytes=2_000)


def test_a_request_may_bring_so_much_and_a_stranger_nothing(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        path = "conversations/1/messages"
        half = ("a.txt", b"x" * 1_500, "text/plain")
        assert (await api.alice.post(path, files=attached(half))).status_code == 200
        assert (await api.alice.post(path, files=attached(half, half, half))).status_code == 413

        async def without_length() -> Any:
            yield b'--x\r\nContent-Disposition: form-data; name="attachments[]"; filename="a"\r\n\r\n'
            for _ in range(10_000):
                yield b"y" * 1_000

        form = {"content-type": "multipart/form-data; boundary=x"}
        assert (await api.alice.post(path, content=without_length(), headers=form)).status_code == 413
        assert (await api.nobody.post(path, content=without_length(), headers=form)).status_code == 401
        assert (await api.stranger.post(path, files=attached(half))).status_code == 404
        text = {"content": "x" * 1_100}
        assert (await api.alice.post(path, files=attached(half), data=text)).status_code == 413
        for broken in (b"--x\r\nnonsense", b"--x\r\n\r\n\r\n--x--\r\n", b"\xff" * 50):
            assert (await api.alice.post(path, content=broken, headers=form)).status_code == 400
        assert len(on_disk(api)) == 1

    on_api(url, story, max_upload_bytes=2_000, max_upload_total_bytes=2_000, max_body_bytes=1_024)


def test_routes_without_files_refuse_them_by_name(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        for path, name in (
            ("conversations", "attachments"),
            ("conversations/1/labels", "avatar"),
            ("conversations/1/messages", "avatar"),
            ("contacts", "attachments"),
        ):
            answer = await api.alice.post(path, files=attached(picture(), field=name))
            errors_of(answer, name)
        assert on_disk(api) == []

    on_api(url, story)


def test_a_name_is_only_a_name(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        names = {
            "../../../etc/passwd": "passwd",
            "C:\\Users\\x\\cat.png": "cat.png",
            "/abs/olute.txt": "olute.txt",
            "..": "file",
            "für \u202edich\n.txt": "für dich.txt",
            "x" * 400 + ".txt": "x" * 196 + ".txt",
            'quo"te;.txt': 'quo"te;.txt',
            "100%?#&.txt": "100%?#&.txt",
        }
        for name, kept in names.items():
            upload = await api.alice.post(
                "conversations/1/messages",
                content=b'--x\r\nContent-Disposition: form-data; name="attachments[]"; '
                b"filename=" + _quoted(name) + b"\r\n\r\nHello\r\n--x--\r\n",
                headers={"content-type": "multipart/form-data; boundary=x"},
            )
            (file,) = upload.json()["attachments"]
            found = await api.nobody.get(file["data_url"])
            assert found.content == b"Hello"
            told = httpx.QueryParams("n=" + found.headers["content-disposition"].partition("''")[2])["n"]
            assert told == kept or f'filename="{kept}"' in found.headers["content-disposition"]
        folders = {path.parent.parent for path in on_disk(api)}
        assert folders == {api.services.settings.data_dir}

    on_api(url, story)


def _quoted(name: str) -> bytes:
    escaped = name.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\x01")
    return b'"' + escaped.encode() + b'"'


def test_a_deleted_message_or_contact_takes_its_files_along(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        first = await sent(api.alice, "conversations/1/messages", picture())
        second = await sent(api.alice, "conversations/1/messages", picture())
        addresses = [one["attachments"][0]["data_url"] for one in (first, second)]
        deleted = await api.alice.delete(f"conversations/1/messages/{first['id']}")
        assert "attachments" not in deleted.json()
        assert [(await api.nobody.get(one)).status_code for one in addresses] == [404, 200]
        await api.alice.delete(f"contacts/{api.world.carla.id}")
        assert [(await api.nobody.get(one)).status_code for one in addresses] == [404, 404]

    on_api(url, story)


def test_the_sweeper_takes_what_nobody_refers_to_and_is_a_day_old(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        kept = await sent(api.alice, "conversations/1/messages", picture())
        gone = await sent(api.alice, "conversations/1/messages", picture("gone.png"))
        await api.alice.delete(f"conversations/1/messages/{gone['id']}")
        waiting = (await api.alice.post("upload", files=attached(picture(), field="attachment"))).json()
        lost = api.services.settings.data_dir / "00" / ("0" * 64 + ".part")
        lost.parent.mkdir(exist_ok=True)
        lost.write_bytes(b"half a file")
        stranger = lost.with_name("README")
        stranger.write_bytes(b"not ours")
        now = api.world.clock.now()
        for path in on_disk(api):
            os.utime(path, (now / SECOND, now / SECOND))
        await swept(api)
        assert len(on_disk(api)) == 5, "younger than a day: somebody may be about to refer to it"
        api.world.clock.advance(DAY + SECOND)
        await swept(api)
        left = {path.name for path in on_disk(api)}
        assert left == {kept["attachments"][0]["data_url"].split("/")[-2], "README"}
        assert (await api.nobody.get(kept["attachments"][0]["data_url"])).status_code == 200
        assert (await api.nobody.get(waiting["file_url"])).status_code == 404

    on_api(url, story)


def test_a_key_covers_the_bytes_and_an_answer_is_repeated_without_a_second_file(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()

        async def posted(data: bytes) -> httpx.Response:
            files = attached(("a.txt", data, "text/plain"))
            return await api.alice.post("conversations/1/messages", files=files, headers=KEY)

        first, again = await posted(b"one"), await posted(b"one")
        assert (again.json(), again.headers["idempotent-replayed"]) == (first.json(), "true")
        errors_of(await posted(b"two"), "idempotency_key")
        assert len(on_disk(api)) == 1
        assert (await api.state())["messages"] == 1

    on_api(url, story)


def test_a_disk_that_fails_keeps_no_message(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        before = await api.state()

        def full(_handle: int) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("deskbell.files.disk.os.fsync", full)
        answer = await api.alice.post("conversations/1/messages", files=attached(picture()))
        assert answer.status_code == 503
        assert await api.state() == before
        assert on_disk(api) == []

    on_api(url, story)


def test_a_file_uploaded_in_advance_is_one_messages_of_its_account(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        made = (await api.bob.post("upload", files=attached(picture(), field="attachment"))).json()
        assert sorted(made) == ["blob_id", "blob_key", "file_url"]
        assert (await api.nobody.get(made["file_url"])).content == png()
        path, named = "conversations/1/messages", {"attachments": [made["blob_id"]]}
        for wrong in (made["blob_key"], made["blob_id"] + "x", "e30.e30.e30"):
            errors_of(await api.alice.post(path, json={"attachments": [wrong]}), "attachments[0]")
        root = await api.client(
            f"/api/v1/accounts/{api.other_account}", api.stranger.headers["api_access_token"]
        )
        inbox = (await root.post("inboxes", json={"name": "x", "channel": {"type": "api"}})).json()["id"]
        await root.post("contacts", json={"inbox_id": inbox, "source_id": "o-1"})
        await root.post("conversations", json={"source_id": "o-1"})
        errors_of(await root.post(path, json=named), "attachments[0]")
        said = (await api.alice.post(path, json=named)).json()
        assert said["attachments"][0]["data_url"] == made["file_url"]
        errors_of(await api.alice.post(path, json=named), "attachments[0]")
        errors_of(await api.alice.post("upload", json={}), "attachment")
        both = await asyncio.gather(*(_twice(api, path) for _ in range(1)))
        assert both == [[200, 422]]

    on_api(url, story)


async def _twice(api: API, path: str) -> list[int]:
    """Two messages at once that name one file."""
    made = (await api.alice.post("upload", files=attached(picture(), field="attachment"))).json()
    posts = [api.alice.post(path, json={"attachments": [made["blob_id"]]}) for _ in range(2)]
    return sorted(answer.status_code for answer in await asyncio.gather(*posts))


def test_addresses_follow_the_servers_own_and_events_keep_theirs(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        said = await sent(api.alice, "conversations/1/messages", picture())
        me = await (await api.root()).put(
            "/api/v1/profile", files=attached(picture(), field="profile[avatar]")
        )
        old = said["attachments"][0]["data_url"]
        assert old.startswith(api.services.public_url)
        async with api.world.database.unit() as unit:
            await file_store.rebase(unit, "https://desk.example.com")
        listed = (await api.alice.get("conversations/1/messages")).json()["payload"]
        moved = listed[0]["attachments"][0]["data_url"]
        assert moved == old.replace(api.services.public_url, "https://desk.example.com")
        again = (await (await api.root()).get("/api/v1/profile")).json()["avatar_url"]
        assert again == me.json()["avatar_url"].replace(api.services.public_url, "https://desk.example.com")
        frozen = json.loads((await api.world.events())[-1].snapshot)
        assert frozen["message"]["attachments"][0]["external_url"] == old

    on_api(url, story)


def test_a_folder_that_cannot_be_had_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"in the way")

    async def story() -> None:
        disk = Disk(tmp_path / "file")
        with pytest.raises(StorageUnavailable):
            await disk.keep(io.BytesIO(b"x"))

    asyncio.run(story())
