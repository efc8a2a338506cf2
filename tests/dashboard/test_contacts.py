"""The contacts' own screen: the list, one of them, somebody new, merging, deleting, files."""

import re

from deskbell.desk.commands import contact_care, contacts
from deskbell.desk.commands.contacts import ContactChanges
from deskbell.model.contact import Contact
from tests.support.api import API, HOST, on_api
from tests.support.people import Person, beside, person, words

FILE = (
    "name,email,phone_number,plan\nDora,dora@example.com,,gold\nCarla B,carla@example.com,,\nBad,nobody,,\n"
)


def at(api: API, rest: str = "") -> str:
    return f"/app/accounts/{api.world.account_id}/contacts{rest}"


async def made(api: API, name: str, **more: object) -> Contact:
    changes = ContactChanges(name=name, email=f"{name.lower()}@example.com", **more)  # type: ignore[arg-type]
    return await api.world.do(contacts.create_contact, api.world.alice, changes)


def names(page: str) -> list[str]:
    """Who is listed, in their order."""
    return re.findall(r'class="contact-id"><strong>([^<]*)<', page)


async def upload(someone: Person, path: str, text: str) -> tuple[int, str]:
    """A file, as a browser's form sends it."""
    form = await someone.get(path)
    token = re.search(r'name="csrf_token" value="([^"]+)"', form)
    assert token is not None
    answer = await someone.client.post(
        path,
        data={"csrf_token": token[1]},
        files={"import_file": ("people.csv", text.encode(), "text/csv")},
        headers={"origin": HOST},
    )
    return answer.status_code, answer.text


def test_contacts_are_searched_sorted_and_paged(url: str) -> None:
    async def story(api: API) -> None:
        for place in range(30):
            await made(api, f"Person{place:02}")
            api.world.clock.advance(1_000_000)
        bob = await person(api, api.world.bob.id)
        page = await bob.get(at(api), sort="name")
        assert names(page) == ["Carla", *(f"Person{place:02}" for place in range(24))]
        assert "31 contacts" in words(page)
        assert names(await bob.get(at(api), sort="name", page="2")) == [f"Person{n}" for n in range(24, 30)]
        assert names(await bob.get(at(api), sort="-created_at"))[0] == "Person29"
        assert names(await bob.get(at(api), q="PERSON07")) == ["Person07"]
        assert names(await bob.get(at(api), q="person08@example")) == ["Person08"]
        assert "Nobody is found" in words(await bob.get(at(api), q="who?"))
        assert len(names(await bob.get(at(api), sort="no-such-order"))) == 25
        fragment = (await bob.client.get(at(api), headers={"hx-request": "true"})).text
        assert fragment.lstrip().startswith('<div id="contacts"')

    on_api(url, story)


def test_contacts_are_listed_by_label(url: str) -> None:
    async def story(api: API) -> None:
        dora = await made(api, "Dora")
        await api.world.do(contact_care.set_labels, api.world.alice, dora.id, ["vip"])
        bob = await person(api, api.world.bob.id)
        assert names(await bob.get(at(api), label="vip")) == ["Dora"]
        assert names(await bob.get(at(api), label="vip", q="carla")) == []

    on_api(url, story)


def test_an_empty_list_says_what_to_do_next(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.do(contacts.delete_contact, api.world.alice, api.world.carla.id)
        told = words(await (await person(api, api.world.bob.id)).get(at(api)))
        assert "No contacts yet" in told
        assert "import a file" not in told, "only administrators may"
        assert "import a file" in words(await (await person(api, api.world.alice.id)).get(at(api)))

    on_api(url, story)


def test_somebody_new_is_added_or_comes_back_to_be_mended(url: str) -> None:
    async def story(api: API) -> None:
        bob = await person(api, api.world.bob.id)
        fields = {"name": "Dora", "email": "dora@example.com", "company_name": "Bells", "identifier": "d-1"}
        where = await bob.submit(at(api, "/new"), fields)
        page = words(await bob.get(where))
        for what in ("Dora", "dora@example.com", "Bells", "d-1"):
            assert what in page
        page = await bob.refused(
            at(api, "/new"), fields | {"email": "carla@example.com", "identifier": "d-2"}
        )
        assert "taken" in beside(page, "email")
        page = await bob.refused(at(api, "/new"), {"name": "X", "email": "x", "phone_number": "1"})
        assert "not an email" in beside(page, "email")
        assert "e164" in beside(page, "phone_number")
        assert 'value="X"' in page
        assert "blank" in beside(await bob.refused(at(api, "/new"), {"name": " "}), "name")

    on_api(url, story)


def test_a_contacts_page_has_their_conversations_that_one_may_see(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        await api.world.hear(content="Where is my bell?")
        bob = await person(api, api.world.bob.id)
        told = words(await bob.get(at(api, f"/{api.world.carla.id}")))
        assert "#1 API" in told
        assert "Where is my bell?" in told
        assert (await bob.client.get(at(api, "/999999"))).status_code == 404

    on_api(url, story)


def test_two_contacts_are_seen_side_by_side_and_the_one_that_is_chosen_stays(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        dora = await made(api, "Dora", phone_number="+14155550123")
        bob = await person(api, api.world.bob.id)
        path = at(api, f"/{api.world.carla.id}/merge")
        found = await bob.get(path, q="dora")
        assert names(found) == ["Dora"]
        assert names(await bob.get(path, q="carla")) == [], "nobody is merged with themselves"
        both = words(await bob.get(path, other=str(dora.id)))
        for what in ("Which of them stays?", "carla@example.com", "dora@example.com", "+14155550123"):
            assert what in both
        where = await bob.submit(path, {"other": str(dora.id), "stays": "other"})
        assert where == at(api, f"/{dora.id}")
        assert "#1" in words(await bob.get(where))
        assert (await bob.client.get(at(api, f"/{api.world.carla.id}"))).status_code == 404
        assert (await api.world.get()).contact_id == dora.id

    on_api(url, story)


def test_who_is_gone_or_another_accounts_is_not_merged(url: str) -> None:
    async def story(api: API) -> None:
        bob = await person(api, api.world.bob.id)
        path, before = at(api, f"/{api.world.carla.id}/merge"), await api.state()
        for other in ("999999", "", "x"):
            assert await bob.submit(path, {"other": other, "stays": "this"}) == path
        assert (await bob.client.get(path, params={"other": "999999"})).status_code == 404
        assert await api.state() == before

    on_api(url, story)


def test_a_contact_is_deleted_by_an_administrator_who_types_their_name(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        alice, bob = await person(api, api.world.alice.id), await person(api, api.world.bob.id)
        path = at(api, f"/{api.world.carla.id}/delete")
        assert "conversation goes for good" in words(await alice.get(path))
        page = await alice.refused(path, {"name": "carl"})
        assert "is not Carla" in beside(page, "name")
        assert (await bob.post(path, {"name": "Carla"})).status_code == 403
        assert await alice.submit(path, {"name": " Carla "}) == at(api)
        assert (await alice.client.get(at(api, f"/{api.world.carla.id}"))).status_code == 404

    on_api(url, story)


def test_a_file_is_imported_and_every_refused_line_is_named(url: str) -> None:
    async def story(api: API) -> None:
        alice = await person(api, api.world.alice.id)
        status, page = await upload(alice, at(api, "/import"), FILE)
        told = words(page)
        assert status == 200
        assert "2 contacts imported, one line refused" in told
        assert "1 new 1 updated 1 refused" in told
        assert "4 email is not an email address" in told
        assert names(await alice.get(at(api), sort="name")) == ["Carla B", "Dora"]

    on_api(url, story)


def test_what_is_no_file_of_contacts_is_refused(url: str) -> None:
    async def story(api: API) -> None:
        alice = await person(api, api.world.alice.id)
        for text, wrong in (("", "blank"), ("a,b\n1,2\n", "column names"), ('name,email\n"x', "not CSV")):
            status, page = await upload(alice, at(api, "/import"), text)
            assert status == 422
            assert wrong in beside(page, "import_file"), text

    on_api(url, story)


def test_a_file_from_another_site_or_from_an_agent_is_not_read(url: str) -> None:
    async def story(api: API) -> None:
        alice, bob = await person(api, api.world.alice.id), await person(api, api.world.bob.id)
        files = {"import_file": ("people.csv", FILE.encode(), "text/csv")}
        before = await api.state()
        for someone, headers, status in (
            (alice, {"origin": "https://evil.example"}, 403),
            (alice, {"origin": HOST}, 403),
            (bob, {"origin": HOST}, 403),
        ):
            answer = await someone.client.post(at(api, "/import"), files=files, headers=headers)
            assert answer.status_code == status
        assert await api.state() == before

    on_api(url, story)


def test_contacts_are_exported_and_formulas_are_harmless(url: str) -> None:
    async def story(api: API) -> None:
        dora = await made(api, "Dora")
        changes = ContactChanges(name="=HYPERLINK(1)")
        await api.world.do(contacts.update_contact, api.world.alice, api.world.carla.id, changes)
        await api.world.do(contact_care.set_labels, api.world.alice, dora.id, ["vip"])
        alice, bob = await person(api, api.world.alice.id), await person(api, api.world.bob.id)
        answer = await alice.post(at(api, "/export"), {"label": ""})
        assert answer.headers["content-type"].startswith("text/csv")
        assert "'=HYPERLINK(1)" in answer.text
        answer = await alice.post(at(api, "/export"), {"label": "vip"})
        assert [line.split(",")[1] for line in answer.text.splitlines()] == ["name", "Dora"]
        assert (await bob.post(at(api, "/export"))).status_code == 403

    on_api(url, story)
