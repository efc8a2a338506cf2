"""The contact's panel: what is shown of them, and what the team keeps and changes."""

import asyncio
import re

from deskbell.desk.commands import attribute_definitions, contact_care, contacts, conversations
from deskbell.desk.commands.attribute_definitions import DefinitionChanges
from deskbell.desk.commands.contacts import ContactChanges
from deskbell.desk.queries import contact_care as care_queries
from deskbell.model.contact import Contact
from deskbell.store import contacts as store
from tests.support.api import API, on_api
from tests.support.people import beside, person, words

FRAGMENT = {"hx_request": "true"}


def at(api: API, rest: str = "") -> str:
    return f"/app/accounts/{api.world.account_id}/contacts/{api.world.carla.id}{rest}"


def talk(api: API, rest: str = "") -> str:
    return f"/app/accounts/{api.world.account_id}/conversations/1{rest}"


async def carla(api: API) -> Contact:
    async with api.world.database.read() as reader:
        found = await store.get(reader, api.world.account_id, api.world.carla.id)
    assert found is not None
    return found


async def define(api: API, model: str, key: str, kind: str, **more: object) -> None:
    changes = DefinitionChanges(model=model, key=key, name=key.title(), display_type=kind, **more)  # type: ignore[arg-type]
    await api.world.do(attribute_definitions.create_definition, api.world.alice, changes)


def kept(name: str = "Carla", email: str = "carla@example.com", phone_number: str = "") -> dict[str, str]:
    """What the form of a contact brings back of what it showed."""
    return {"seen_name": name, "seen_email": email, "seen_phone_number": phone_number}


def test_the_panel_shows_what_is_known_of_a_visitor_and_their_browser(url: str) -> None:
    async def story(api: API) -> None:
        told = {
            "browser": {"browser_name": "Firefox", "browser_version": "130.0", "platform_name": "Linux"},
            "browser_language": "de-AT",
            "referer": "https://shop.example/cart",
        }
        facts = {"company_name": "Bells Ltd", "city": "Graz", "timezone": "Asia/Tokyo"}
        changes = ContactChanges(additional_attributes=facts, phone_number="+14155550123", identifier="c-1")
        await api.world.do(contacts.update_contact, api.world.alice, api.world.carla.id, changes)
        await api.world.conversation(additional_attributes=told)
        bob = await person(api, api.world.bob.id)
        shown = words(await bob.get(talk(api, "/panel")))
        for what in (
            "Carla",
            "carla@example.com",
            "+14155550123",
            "c-1",
            "Bells Ltd",
            "Graz",
            "Firefox 130.0",
            "Linux",
            "de-AT",
            "Local time",
            "https://shop.example/cart",
            "This is their first",
        ):
            assert what in shown, what
        assert "Verified" not in shown

    on_api(url, story)


def test_a_proven_identity_is_marked(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        async with api.world.database.unit() as unit:
            await store.verify_inbox(unit, api.world.place.id)
        bob = await person(api, api.world.bob.id)
        assert "Verified" in words(await bob.get(talk(api, "/panel")))
        assert "Verified" in words(await bob.get(at(api)))

    on_api(url, story)


def test_what_visitors_say_of_themselves_is_never_markup_and_no_script_is_linked(url: str) -> None:
    async def story(api: API) -> None:
        evil = '"><script>alert(1)</script>'
        changes = ContactChanges(
            name=evil,
            additional_attributes={"city": evil, "company_name": {"a": evil}, "timezone": evil},
            custom_attributes={evil: evil, "site": "javascript:alert(1)", "list": [evil]},
        )
        await api.world.do(contacts.update_contact, api.world.alice, api.world.carla.id, changes)
        said = {"referer": "javascript:alert(2)", "browser_language": evil, "browser": {"browser_name": evil}}
        await api.world.conversation(additional_attributes=said, custom_attributes={"x": evil})
        await api.world.do(contact_care.add_note, api.world.bob, api.world.carla.id, evil)
        alice = await person(api, api.world.alice.id)
        for path in (talk(api), talk(api, "/panel"), at(api), at(api, "/edit"), at(api, "/delete")):
            page = await alice.get(path)
            assert "<script>alert" not in page, path
            assert 'href="javascript' not in page, path
        listed = await alice.get(f"/app/accounts/{api.world.account_id}/contacts", q="script")
        assert "&lt;script&gt;" in listed
        assert "<script>alert" not in listed

    on_api(url, story)


def test_a_contact_is_edited_and_problems_stand_beside_the_fields(url: str) -> None:
    async def story(api: API) -> None:
        bob = await person(api, api.world.bob.id)
        fields = kept() | {"name": "Carla Bell", "email": "bell@example.com", "phone_number": "+43 1 234567"}
        assert await bob.submit(at(api, "/edit"), fields) == at(api)
        now = await carla(api)
        assert (now.name, now.email, now.phone_number) == ("Carla Bell", "bell@example.com", "+431234567")
        await api.world.do(contacts.create_contact, api.world.alice, ContactChanges(email="dan@example.com"))
        seen = kept("Carla Bell", "bell@example.com", "+431234567")
        page = await bob.refused(
            at(api, "/edit"), seen | {"name": "C", "email": "nobody", "phone_number": "12"}
        )
        assert "not an email" in beside(page, "email")
        assert "e164" in beside(page, "phone_number")
        assert 'value="nobody"' in page
        page = await bob.refused(at(api, "/edit"), seen | {"name": "C", "email": "dan@example.com"})
        assert "taken" in beside(page, "email")
        assert await carla(api) == now

    on_api(url, story)


def test_an_edit_changes_what_was_changed_and_leaves_what_another_changed_meanwhile(url: str) -> None:
    async def story(api: API) -> None:
        bob = await person(api, api.world.bob.id)
        changes = ContactChanges(phone_number="+14155550123")
        await api.world.do(contacts.update_contact, api.world.alice, api.world.carla.id, changes)
        stale = kept() | {"name": "Carla Bell", "email": "carla@example.com", "phone_number": ""}
        await bob.submit(at(api, "/edit"), stale)
        now = await carla(api)
        assert (now.name, now.phone_number) == ("Carla Bell", "+14155550123")

    on_api(url, story)


def test_an_edit_of_what_another_edited_meanwhile_is_refused_and_shows_what_is_true(url: str) -> None:
    async def story(api: API) -> None:
        bob = await person(api, api.world.bob.id)
        changes = ContactChanges(email="new@example.com")
        await api.world.do(contacts.update_contact, api.world.alice, api.world.carla.id, changes)
        stale = kept() | {"name": "Carla", "email": "mine@example.com"}
        answer = await bob.post(at(api, "/edit"), stale)
        assert answer.status_code == 409
        assert "changed meanwhile: it is new@example.com now" in beside(answer.text, "email")
        assert 'value="mine@example.com"' in answer.text
        assert (await carla(api)).email == "new@example.com"
        seen = re.search(r'name="seen_email" value="([^"]*)"', answer.text)
        assert seen is not None
        await bob.submit(at(api, "/edit"), stale | {"seen_email": seen[1]})
        assert (await carla(api)).email == "mine@example.com"

    on_api(url, story)


def test_of_two_edits_at_the_same_time_one_is_refused(url: str) -> None:
    async def story(api: API) -> None:
        alice, bob = await person(api, api.world.alice.id), await person(api, api.world.bob.id)
        for step in range(6):
            seen = kept((await carla(api)).name)
            wanted = (f"A{step}", f"B{step}")
            answers = await asyncio.gather(
                *(
                    someone.post(at(api, "/edit"), seen | {"name": name, "email": "carla@example.com"})
                    for someone, name in zip((alice, bob), wanted, strict=True)
                )
            )
            assert sorted(one.status_code for one in answers) == [303, 409]
            winner = next(name for one, name in zip(answers, wanted, strict=True) if one.status_code == 303)
            assert (await carla(api)).name == winner

    on_api(url, story)


def test_beside_a_conversation_the_panel_looks_again_after_an_edit(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        bob = await person(api, api.world.bob.id)
        form = await bob.client.get(at(api, "/edit?in=1"), headers={"hx-request": "true"})
        assert form.text.lstrip().startswith("<form")
        fields = kept() | {"name": "Carlotta", "email": "carla@example.com", "in": "1"}
        answer = await bob.post(at(api, "/edit"), fields, **FRAGMENT)
        assert answer.headers["hx-trigger"] == "deskbell:contact"
        assert await bob.submit(at(api, "/edit"), kept("Carlotta") | {"name": "C", "in": "1"}) == talk(api)

    on_api(url, story)


def test_attributes_are_typed_by_their_definitions(url: str) -> None:
    async def story(api: API) -> None:
        for kind in ("text", "number", "link", "date", "checkbox"):
            await define(api, "contact", kind, kind)
        await define(api, "contact", "plan", "list", allowed_values=["Gold", "Silver"])
        bob = await person(api, api.world.bob.id)
        for key, typed, value in (
            ("text", "hello", "hello"),
            ("number", "3,5", 3.5),
            ("number", "4", 4),
            ("link", "https://example.com/x", "https://example.com/x"),
            ("date", "2026-05-31", "2026-05-31"),
            ("checkbox", "false", False),
            ("plan", "Gold", "Gold"),
        ):
            seen = {"number": "3.5"}.get(key, "") if typed == "4" else ""
            await bob.submit(at(api, "/attributes"), {"key": key, "value": typed, "seen": seen})
            assert (await carla(api)).custom_attributes[key] == value, key
        page = await bob.get(at(api))
        assert 'href="https://example.com/x"' in page
        assert "Gold" in words(page)
        await bob.submit(at(api, "/attributes"), {"key": "text", "value": " ", "seen": '"hello"'})
        assert "text" not in (await carla(api)).custom_attributes

    on_api(url, story)


def test_a_value_that_is_none_of_its_kind_comes_back_beside_its_field(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        await define(api, "contact", "age", "number")
        await define(api, "conversation", "site", "link")
        bob = await person(api, api.world.bob.id)
        for path, fields, wrong in (
            (at(api, "/attributes"), {"key": "age", "value": "old"}, "should be a number"),
            (talk(api, "/attributes"), {"key": "site", "value": "javascript:1"}, "begins with https"),
        ):
            answer = await bob.post(path, fields | {"seen": "", "in": "1"}, **FRAGMENT)
            assert answer.status_code == 422
            assert wrong in words(answer.text)
            assert f'value="{fields["value"]}"' in answer.text
        answer = await bob.post(
            at(api, "/attributes"), {"key": "unheard", "value": "x", "seen": ""}, **FRAGMENT
        )
        assert answer.status_code == 422
        assert (await carla(api)).custom_attributes == {}

    on_api(url, story)


def test_an_attribute_that_changed_meanwhile_is_not_overwritten_and_the_others_are_kept(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation(custom_attributes={"order": "A-1", "other": 1})
        await define(api, "contact", "plan", "text")
        bob = await person(api, api.world.bob.id)
        fields = {"key": "order", "value": "A-2", "seen": '"A-1"'}
        await bob.submit(talk(api, "/attributes"), fields)
        assert (await api.world.get()).custom_attributes == {"order": "A-2", "other": 1}
        answer = await bob.post(talk(api, "/attributes"), fields | {"value": "A-3"}, **FRAGMENT)
        assert answer.status_code == 409
        assert "changed this meanwhile" in words(answer.text)
        assert "A-2" in words(answer.text)
        answers = await asyncio.gather(
            bob.post(at(api, "/attributes"), {"key": "plan", "value": "x", "seen": ""}),
            bob.post(at(api, "/attributes"), {"key": "plan", "value": "y", "seen": ""}),
        )
        assert sorted(one.status_code for one in answers) == [303, 409]

    on_api(url, story)


def test_notes_are_written_shown_and_deleted(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        bob = await person(api, api.world.bob.id)
        assert await bob.submit(at(api, "/notes"), {"content": "Likes bells.", "in": "1"}) == talk(api)
        assert "Likes bells. Bob, just now" in words(await bob.get(talk(api, "/panel")))
        answer = await bob.post(at(api, "/notes"), {"content": " "}, **FRAGMENT)
        assert answer.status_code == 422
        assert "can't be blank" in beside(answer.text, "note")
        async with api.world.database.read() as reader:
            [one] = await care_queries.notes(reader, api.world.bob, api.world.carla.id)
        await bob.submit(at(api, f"/notes/{one.note.id}/delete"))
        assert "Likes bells" not in await bob.get(at(api))
        assert (await bob.post(at(api, f"/notes/{one.note.id}/delete"))).status_code == 404

    on_api(url, story)


def test_labels_of_a_contact_by_two_at_the_same_time_are_all_there(url: str) -> None:
    async def story(api: API) -> None:
        alice, bob = await person(api, api.world.alice.id), await person(api, api.world.bob.id)
        for title in ("vip", "late", "rude"):
            await alice.submit(at(api, "/labels"), {"new": title})
            await alice.submit(at(api, "/labels"), {"remove": title})
        await asyncio.gather(
            alice.submit(at(api, "/labels"), {"add": "vip"}),
            bob.submit(at(api, "/labels"), {"add": "late"}),
            bob.submit(at(api, "/labels"), {"add": "rude"}),
        )
        async with api.world.database.read() as reader:
            found = await care_queries.labels(reader, api.world.bob, api.world.carla.id)
        assert found == ["late", "rude", "vip"]
        answer = await bob.post(at(api, "/labels"), {"new": "made-up"}, **FRAGMENT)
        assert (answer.status_code, "administrator" in words(answer.text)) == (422, True)

    on_api(url, story)


def test_a_contact_is_blocked_and_unblocked(url: str) -> None:
    async def story(api: API) -> None:
        bob = await person(api, api.world.bob.id)
        await bob.submit(at(api, "/block"), {"blocked": "true"})
        assert (await carla(api)).blocked
        assert "Blocked" in words(await bob.get(at(api)))
        await bob.submit(at(api, "/block"), {"blocked": "false"})
        assert not (await carla(api)).blocked

    on_api(url, story)


def test_previous_conversations_are_the_newest_five_without_the_one_at_hand(url: str) -> None:
    async def story(api: API) -> None:
        for _ in range(8):
            await api.world.conversation()
            api.world.clock.advance(1_000_000)
        page = (await (await person(api, api.world.bob.id)).get(talk(api, "/panel"))).partition(
            "previous-title"
        )[2]
        assert re.findall(r"#(\d+) · API", page) == ["8", "7", "6", "5", "4"]
        assert "All 7 others" in words(page)

    on_api(url, story)


def test_a_panel_answers_beside_the_contacts_own_conversation_only(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        other = await api.world.do(contacts.create_contact, api.world.alice, ContactChanges(name="Dan"))
        await api.world.do(conversations.set_priority, api.world.alice, 1, "low")
        bob = await person(api, api.world.bob.id)
        path = f"/app/accounts/{api.world.account_id}/contacts/{other.id}/block"
        answer = await bob.post(path, {"blocked": "true", "in": "1"}, **FRAGMENT)
        assert "Dan" in words(answer.text)
        assert "Carla" not in words(answer.text)
        answer = await bob.post(path, {"blocked": "true", "in": "77"}, **FRAGMENT)
        assert answer.status_code == 404

    on_api(url, story)
