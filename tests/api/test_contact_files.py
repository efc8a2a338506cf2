"""Contacts as CSV files: exported and imported."""

import asyncio
import csv
import io
from typing import Any

import httpx

from tests.api.test_filters import condition, define, made
from tests.support.api import API, errors_of, on_api


async def imported(api: API, text: str | bytes) -> httpx.Response:
    data = text if isinstance(text, bytes) else text.encode()
    return await api.alice.post("contacts/import", files={"import_file": ("contacts.csv", data, "text/csv")})


async def report(api: API, text: str | bytes) -> dict[str, Any]:
    answer = await imported(api, text)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()["payload"]
    return told


def rows(answer: httpx.Response) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.text, newline="")))


async def everyone(api: API) -> dict[str, dict[str, Any]]:
    listed = (await api.alice.get("contacts", params={"per_page": 100})).json()["payload"]
    return {one["name"]: one for one in listed}


def test_an_import_makes_updates_and_refuses_line_by_line(url: str) -> None:
    async def story(api: API) -> None:
        dora = await made(api, name="Dora", identifier="d-1", custom_attributes={"plan": "tin", "age": "4"})
        text = (
            "\ufeffName,EMAIL,phone_number,identifier,city,plan\r\n"
            "Dora D,dora@example.com,,d-1,Graz,gold\r\n"
            '"Emil, ""the"" great\r\nand mighty",emil@example.com,14155550123,,,\r\n'
            "\r\n"
            "Nobody,,,,,\r\n"
            "Wrong,not-an-email,0664,,,\r\n"
            "Both,carla@example.com,,d-1,,\r\n"
            "Many,many@example.com,,,,,,\r\n"
            ",CARLA@example.com,,,Linz,\r\n"
        )
        told = await report(api, text)
        assert (told["created_count"], told["updated_count"], told["refused_count"]) == (1, 2, 4)
        refused = {one["line"]: sorted(one["errors"]) for one in told["refused"]}
        assert refused == {6: ["line"], 7: ["email", "phone_number"], 8: ["line"], 9: ["line"]}
        known = await everyone(api)
        assert sorted(known) == ["Carla", "Dora D", 'Emil, "the" great\r\nand mighty']
        assert known["Dora D"]["id"] == dora
        assert known["Dora D"]["email"] == "dora@example.com"
        assert known["Dora D"]["custom_attributes"] == {"plan": "gold", "age": "4"}
        assert known["Dora D"]["additional_attributes"] == {"city": "Graz"}
        assert known['Emil, "the" great\r\nand mighty']["phone_number"] == "+14155550123"
        assert known["Carla"]["additional_attributes"] == {"city": "Linz"}

    on_api(url, story)


def test_the_same_file_twice_makes_nobody_twice(url: str) -> None:
    async def story(api: API) -> None:
        lines = [f"N{number},n{number}@example.com\n" for number in range(250)]
        text = "name,email\n" + "".join(lines) + lines[0]
        first, second = await report(api, text), await report(api, text)
        assert (first["created_count"], first["updated_count"], first["refused_count"]) == (250, 1, 0)
        assert (second["created_count"], second["updated_count"], second["refused_count"]) == (0, 251, 0)

    on_api(url, story)


def test_a_file_that_is_none_is_refused_whole(url: str) -> None:
    async def story(api: API) -> None:
        before = await api.state()
        for text in (
            b"name,city\nDora,Graz\n",
            b"email,email\na@example.com,b@example.com\n",
            b"email,\na@example.com,b\n",
            b'email\n"a@example.com',
            b"  \n",
            b"",
            "email\nä@example.com".encode("latin-1"),
        ):
            errors_of(await imported(api, text), "import_file")
        for nothing in ({}, {"import_file": None}):
            errors_of(await api.alice.post("contacts/import", json=nothing), "import_file")
        other = {"import_file": ("a.csv", b"email\na@example.com"), "avatar": ("a.png", b"x")}
        errors_of(await api.alice.post("contacts/import", files=other), "avatar")
        nul = await imported(api, b"email,name\na@example.com,\x00\n")
        assert nul.status_code == 400
        assert await api.state() == before

    on_api(url, story)


def test_only_an_import_takes_a_file_and_only_of_a_size(url: str) -> None:
    async def story(api: API) -> None:
        line = b"a@example.com\n"
        big = b"email\n" + line * 300
        assert (await imported(api, big)).json()["payload"]["created_count"] == 1, (
            "more than other bodies may be"
        )
        assert (await imported(api, big * 2)).status_code == 413
        files = {"import_file": ("a.csv", b"email\n")}
        for path in ("contacts", "contacts/export", "contacts/filter"):
            errors_of(await api.alice.post(path, files=files), "import_file")

    on_api(url, story, max_body_bytes=1_024, max_import_bytes=5_000)


def test_an_export_is_a_file_that_an_import_takes_back(url: str) -> None:
    async def story(api: API) -> None:
        await define(api, "contact", "plan", "text")
        await made(api, name='=cmd|"x"!A1', email="eve@example.com", phone_number="+14155550123")
        await made(
            api,
            name="Dora, née O'Hara",
            identifier="'d-1",
            additional_attributes={"city": "-Graz"},
            custom_attributes={"plan": "@gold"},
        )
        await made(api, name="nobody can reach me")
        columns = ["name", "email", "phone_number", "identifier", "city", "plan", "created_at"]
        answer = await api.alice.post("contacts/export", json={"column_names": columns})
        assert "attachment" in answer.headers["content-disposition"]
        found = {row["name"]: row for row in rows(answer)}
        assert sorted(found) == ['\'=cmd|"x"!A1', "Carla", "Dora, née O'Hara"]
        assert found['\'=cmd|"x"!A1']["phone_number"] == "+14155550123"
        assert found["Carla"]["created_at"].endswith("Z")
        before = await everyone(api)
        told = await report(api, answer.content)
        assert (told["created_count"], told["updated_count"], told["refused"]) == (0, 3, [])
        assert await everyone(api) == before

    on_api(url, story)


def test_an_export_shows_those_a_filter_or_a_label_finds(url: str) -> None:
    async def story(api: API) -> None:
        for number in range(501):
            await made(api, name=f"N{number:03}", identifier=f"n{number}")
        every = rows(await api.alice.post("contacts/export"))
        assert [row["name"] for row in every] == ["Carla", *(f"N{number:03}" for number in range(501))]
        assert list(every[0]) == ["id", "name", "email", "phone_number", "identifier"]
        await api.alice.post(f"contacts/{every[7]['id']}/labels", json={"labels": ["vip"]})
        vip = rows(await api.alice.post("contacts/export", json={"label": "VIP", "column_names": []}))
        assert [row["name"] for row in vip] == ["N006"]
        some = {"payload": [condition("name", "starts_with", "n00")], "column_names": ["name"]}
        assert len(rows(await api.alice.post("contacts/export", json=some))) == 10
        wrong = await api.alice.post("contacts/export", json={"column_names": ["name", "password"]})
        errors_of(wrong, "column_names")
        bad = await api.alice.post("contacts/export", json={"payload": [condition("shoe", "equal_to", 1)]})
        errors_of(bad, "payload.0.attribute_key")

    on_api(url, story)


def test_an_import_under_a_key_is_done_once_and_the_key_is_for_that_file_alone(url: str) -> None:
    async def story(api: API) -> None:
        async def sent(text: str) -> httpx.Response:
            return await api.alice.post(
                "contacts/import",
                files={"import_file": ("contacts.csv", text.encode())},
                headers={"Idempotency-Key": "monday"},
            )

        text = "name,email\n" + "".join(f"N{number},n{number}@example.com\n" for number in range(150))
        first, again = await sent(text), await sent(text)
        assert first.json()["payload"]["created_count"] == 150
        assert (again.json(), again.headers["idempotent-replayed"]) == (first.json(), "true")
        errors_of(await sent(text + "Late,late@example.com\n"), "idempotency_key")
        assert "Late" not in await everyone(api)

    on_api(url, story)


def test_two_imports_of_the_same_people_at_once_make_nobody_twice_and_refuse_nobody(url: str) -> None:
    async def story(api: API) -> None:
        text = "name,email\n" + "".join(f"N{number},n{number}@example.com\n" for number in range(250))
        both = await asyncio.gather(report(api, text), report(api, text))
        assert sum(one["created_count"] for one in both) == 250
        assert sum(one["updated_count"] for one in both) == 250
        assert [one["refused"] for one in both] == [[], []]

    on_api(url, story)
