"""Input nobody should send: refused with a reason, and without a trace."""

from collections.abc import AsyncIterator

import httpx

from tests.support.api import API, errors_of, on_api

MIB = 1_048_576
JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
NOT_FOUND = b'{"error":"Resource could not be found","code":"not_found"}'

WRITES = (
    "agents",
    "contacts",
    "contacts/1/contact_inboxes",
    "conversations",
    "conversations/1/messages",
    "conversations/1/labels",
    "conversations/1/assignments",
    "conversations/1/custom_attributes",
    "conversations/1/toggle_status",
    "inboxes",
    "inbox_members",
    "webhooks",
)
UNREADABLE = {
    "cut off": b'{"name": "x"',
    "a word": b"name",
    "single quotes": b"{'name': 'x'}",
    "a trailing comma": b'{"name": "x",}',
    "two objects": b"{}{}",
    "an array": b'[{"name": "x"}]',
    "a string": b'"name"',
    "null": b"null",
    "a number": b"7",
    "true": b"true",
    "not a number": b'{"name": NaN}',
    "infinity": b'{"custom_attributes": {"a": 1e999}}',
    "no UTF-8": b'{"name": "\xff\xfe"}',
    "UTF-16": '{"name": "x"}'.encode("utf-16"),
    "a lone surrogate": b'{"name": "\\ud800"}',
    "a lone low surrogate": b'{"name": "\\udc00x"}',
    "NUL in a value": b'{"name": "a\\u0000b"}',
    "NUL in a key": b'{"custom_attributes": {"a\\u0000": 1}}',
    "a raw NUL": b'{"name": "a\x00b"}',
    "deep arrays": b'{"custom_attributes": {"a":' + b"[" * 200 + b"]" * 200 + b"}}",
    "deep objects": b'{"a":' * 200 + b"1" + b"}" * 200,
    "a tower": b"[" * 500_000,
}
UNREADABLE_FORMS = {
    "NUL in a value": b"name=a%00b",
    "NUL in a key": b"a%00b=x",
    "NUL inside an object": b"custom_attributes[a][b]=%00",
    "a tower": b"custom_attributes" + b"[a]" * 5000 + b"=1",
    "a contradiction": b"name=x&name[a]=y",
}


async def untouched(api: API, request: httpx.Response, *, status: int, before: dict[str, int]) -> None:
    assert request.status_code == status, request.text
    assert request.json()["error"]
    assert await api.state() == before


def test_a_body_that_is_no_json_object_is_refused_everywhere(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        before = await api.state()
        client, visitor = await api.client_api(), await api.visitor()
        for name, body in UNREADABLE.items():
            answers = [await api.alice.post(path, content=body, headers=JSON) for path in WRITES]
            answers.append(await client.post("contacts", content=body, headers=JSON))
            answers.append(await visitor.post("messages", content=body, headers=JSON))
            answers.append(await visitor.post("events", content=body, headers=JSON))
            for answer in answers:
                assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request"), (
                    name,
                    answer.url,
                )
                assert answer.json()["error"]
        assert await api.state() == before

    on_api(url, story)


def test_a_form_that_cannot_be_read_is_refused(url: str) -> None:
    async def story(api: API) -> None:
        before = await api.state()
        for name, body in UNREADABLE_FORMS.items():
            answer = await api.alice.post("contacts", content=body, headers=FORM)
            assert answer.status_code == 400, name
        part = b'--b\r\nContent-Disposition: form-data; name="name"\r\n\r\n'
        kinds = {
            "multipart/form-data": part,
            "multipart/form-data; boundary=b": part[3:],
            "multipart/form-data; boundary=b; charset=utf-7": part + b"+2AA-x\r\n--b--\r\n",
            "multipart/form-data; boundary=b; charset=punycode": part + b"-99999999\r\n--b--\r\n",
            "multipart/form-data; boundary=c": part + b"x\r\n--b--\r\n",
        }
        for kind, body in kinds.items():
            answer = await api.alice.post("contacts", content=body, headers={"Content-Type": kind})
            await untouched(api, answer, status=400, before=before)
        objects = await api.alice.post("contacts", data={"custom_attributes": '{"a": "\\u0000"}'})
        errors_of(objects, "custom_attributes")
        assert await api.state() == before

    on_api(url, story)


def test_text_that_only_looks_like_a_nul_is_kept(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        said = await api.alice.post(
            "conversations/1/messages", json={"content": "write \\u0000 for NUL \U0001f514"}
        )
        assert said.json()["content"] == "write \\u0000 for NUL \U0001f514"

    on_api(url, story)


async def pieces(*parts: bytes) -> AsyncIterator[bytes]:
    """A body that does not say how long it is."""
    for part in parts:
        yield part


def test_more_than_a_mebibyte_is_too_much(url: str) -> None:
    async def story(api: API) -> None:
        before = await api.state()
        head, foot = b'{"custom_attributes": {"a": "', b'"}}'
        whole = b"x" * (MIB - len(head) - len(foot))
        for kind in (JSON, FORM):
            for content in (head + whole + b"x" + foot, pieces(head, whole, b"x", foot)):
                refused = await api.alice.post("contacts", content=content, headers=kind)
                assert refused.json()["code"] == "too_large"
                await untouched(api, refused, status=413, before=before)
        for content in (head + whole + foot, pieces(head, whole, foot)):
            assert (await api.alice.post("contacts", content=content, headers=JSON)).status_code == 200

    on_api(url, story)


def test_a_body_is_refused_by_the_size_it_declares(url: str) -> None:
    async def story(api: API) -> None:
        before = await api.state()
        for size in (str(MIB + 1), "9" * 18, "9" * 5000):
            headers = JSON | {"Content-Length": size}
            await untouched(
                api,
                await api.alice.post("contacts", content=b"{}", headers=headers),
                status=413,
                before=before,
            )

    on_api(url, story)


def test_numbers_beyond_all_measure_are_wrong_numbers(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        before = await api.state()
        for huge in (2**63, 10**18 * 7**9, -1, 0, "1.5", "x", "²", "1e3", "9" * 5000):
            paths = (
                f"contacts/{huge}",
                f"conversations/{huge}",
                f"conversations/{huge}/messages",
                f"inboxes/{huge}",
            )
            for path in (*paths, f"webhooks/{huge}/deliveries", f"inbox_members/{huge}"):
                answer = await api.alice.get(path)
                assert (answer.status_code, answer.content) == (404, NOT_FOUND), path
            assert (await api.alice.delete(f"conversations/1/messages/{huge}")).content == NOT_FOUND
        queries = {
            "contacts?page=-1&per_page=0": ("page", "per_page"),
            f"contacts?page={2**63}&per_page=101": ("page", "per_page"),
            "conversations?page=0&per_page=-5&inbox_id=-1": ("page", "per_page", "inbox_id"),
            f"conversations?inbox_id={'9' * 5000}&page=1.5": ("inbox_id", "page"),
            f"conversations/1/messages?before={2**63}&after=-1": ("before", "after"),
            "conversations?status=closed&assignee_type=you": ("status", "assignee_type"),
            f"contacts/search?q={'x' * 201}": ("q",),
        }
        for query, wrong in queries.items():
            errors_of(await api.alice.get(query), *wrong)
        beyond: list[object] = [2**63, -(2**63), 1e30, "9" * 5000]
        for number in beyond:
            body = {"inbox_id": number, "contact_id": number, "assignee_id": number}
            errors_of(await api.alice.post("conversations", json=body), *body)
        assert await api.state() == before

    on_api(url, story)


def test_numbers_at_the_edge_are_only_unknown(url: str) -> None:
    async def story(api: API) -> None:
        edge = 2**63 - 1
        for path in (
            f"contacts/{edge}",
            f"conversations/{edge}",
            f"inboxes/{edge}",
            f"webhooks/{edge}/deliveries",
        ):
            assert (await api.alice.get(path)).content == NOT_FOUND
        assert (
            await api.alice.post("conversations", json={"contact_id": edge, "inbox_id": edge})
        ).status_code == 404
        assert (await api.alice.get("contacts?page=1000000")).json()["payload"] == []
        assert (await api.alice.get(f"conversations?inbox_id={edge}")).status_code == 200

    on_api(url, story)


def test_nul_has_no_place_in_paths_queries_and_headers(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        before = await api.state()
        client, visitor = await api.client_api(), await api.visitor()
        for answer in (
            await api.alice.get("contacts/%00"),
            await api.alice.get("contacts/1%00"),
            await api.alice.get("contacts/search?q=a%00b"),
            await api.alice.get("conversations?source_id=%00"),
            await api.alice.get("conversations?q=%00&labels[]=%00"),
            await client.get("contacts/carla-1%00"),
            await visitor.get("messages", params={"website_token": "a\x00b"}),
        ):
            assert (answer.status_code, answer.content) == (404, NOT_FOUND), answer.url
        body = {"message": {"content": "Hi"}}
        for name in ("X-Auth-Token", "User-Agent", "Accept-Language", "Referer", "api_access_token"):
            answer = await visitor.post("messages", json=body, headers={name: "a\x00b"})
            await untouched(api, answer, status=400, before=before)

    on_api(url, story)


def test_odd_bytes_in_paths_and_queries_find_nothing(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        client = await api.client_api()
        for odd in (
            "%ff",
            "%ed%a0%80",
            "%F0%9F%94%94",
            "..%2f..",
            "%27%20OR%201=1",
            "%0d%0aX-Evil:%201",
            "%25",
        ):
            assert (await client.get(f"contacts/{odd}")).status_code == 404
            assert (await api.alice.get(f"contacts/search?q={odd}")).json()["payload"] == []
            assert (await api.alice.get(f"conversations?source_id={odd}")).json()["data"]["payload"] == []
            assert (await api.alice.get(f"conversations?q={odd}&labels[]={odd}")).json()["data"][
                "payload"
            ] == []
            errors_of(await api.alice.get(f"conversations?status={odd}"), "status")

    on_api(url, story)


def test_a_method_a_route_has_not_is_refused(url: str) -> None:
    async def story(api: API) -> None:
        before = await api.state()
        for method, path in (
            ("PUT", "conversations"),
            ("DELETE", "agents"),
            ("POST", "conversations/1"),
            ("PATCH", "contacts"),
        ):
            await untouched(api, await api.alice.request(method, path), status=405, before=before)

    on_api(url, story)
