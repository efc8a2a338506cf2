"""Inboxes in the dashboard: the wizard, each tab, what is refused, and what is only looked at before it is kept."""

import html
import re
from typing import Any

from deskbell.desk.commands.inboxes import InboxChanges, update_inbox
from deskbell.desk.rules.identity import identity_hash
from tests.support.api import API, PUBLIC_HOOK, on_api
from tests.support.people import Person, beside, person, words

LOOK = {
    "widget_color": "#8a5a14",
    "welcome_title": "Ahoy!",
    "welcome_tagline": "Ask about bells.",
    "reply_time": "in_a_day",
}


def at(api: API, rest: str = "") -> str:
    return f"/app/accounts/{api.world.account_id}/settings/inboxes{rest}"


def website(api: API, rest: str = "") -> str:
    return at(api, f"/{api.world.website.id}{rest}")


def api_inbox(api: API, rest: str = "") -> str:
    return at(api, f"/{api.world.api_inbox.id}{rest}")


async def kept(api: API, inbox_id: int) -> dict[str, Any]:
    """The inbox as the API shows it."""
    answer = await api.alice.get(f"inboxes/{inbox_id}")
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def the_website(api: API) -> dict[str, Any]:
    return await kept(api, api.world.website.id)


def fields_of(page: str, form: str = 'class="form"') -> dict[str, Any]:
    """What a form would send as it stands: hidden and typed fields, ticks, choices; lists as lists."""
    [inside] = re.findall(rf"<form[^>]*{re.escape(form)}.*?</form>", page, re.DOTALL)[:1]
    found: dict[str, Any] = {}

    def add(name: str, value: str) -> None:
        if name.endswith("[]"):
            found.setdefault(name, []).append(value)
        else:
            found[name] = value

    for tag in re.findall(r"<input[^>]*>", inside):
        told = {name: html.unescape(value) for name, value in re.findall(r'([a-z-]+)="([^"]*)"', tag)}
        ticks = told.get("type") in ("checkbox", "radio")
        if "name" in told and (not ticks or re.search(r"\schecked[\s>]", tag)):
            add(told["name"], told.get("value", ""))
    for name, options in re.findall(r'<select[^>]*name="([^"]+)".*?>(.*?)</select>', inside, re.DOTALL):
        chosen = re.search(r'<option(?: value="([^"]*)")? selected>([^<]*)<', options)
        if chosen:
            add(name, html.unescape(chosen[1] if chosen[1] is not None else chosen[2]))
    for name, text in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\n?(.*?)</textarea>', inside, re.DOTALL):
        add(name, html.unescape(text))
    del found["csrf_token"]
    return found


async def send(someone: Person, path: str, **changed: Any) -> str:
    """The form of a page with something changed, sent; answers where it leads. None takes a tick away."""
    fields = fields_of(await someone.get(path)) | changed
    return await someone.submit(path, {name: value for name, value in fields.items() if value is not None})


def test_the_list_says_of_each_inbox_what_it_is_and_who_answers(url: str) -> None:
    async def story(api: API) -> None:
        await api.alice.post(f"inboxes/{api.world.website.id}/set_agent_bot", json={"agent_bot": api.bot_id})
        changes = {"channel": {"webhook_url": PUBLIC_HOOK}}
        assert (await api.alice.patch(f"inboxes/{api.world.api_inbox.id}", json=changes)).status_code == 200
        told = words(await (await person(api, api.world.alice.id)).get(at(api)))
        assert "API API · 9.9.9.9 2 agents Nothing accepted yet" in told
        assert "Website Website live chat 1 agent · Botty first" in told

    on_api(url, story)


def test_without_an_inbox_the_list_says_what_to_do(url: str) -> None:
    async def story(api: API) -> None:
        for inbox in (api.world.website, api.world.api_inbox):
            await api.alice.delete(f"inboxes/{inbox.id}")
        page = await (await person(api, api.world.alice.id)).get(at(api))
        assert "No inbox yet" in words(page)
        assert f'href="{at(api)}/new"' in page

    on_api(url, story)


def test_the_wizard_keeps_what_was_typed_back_and_forth_and_makes_the_inbox(url: str) -> None:
    async def story(api: API) -> None:
        alice, path = await person(api, api.world.alice.id), at(api, "/new")
        fields = fields_of(await alice.get(path))
        page = (await alice.post(path, fields | {"to": "look"})).text
        fields = fields_of(page) | {"name": 'Bells "&" more', "widget_color": "#123456", "to": "members"}
        page = (await alice.post(path, fields)).text
        assert f'value="{api.world.alice.id}" checked' in page
        fields = fields_of(page)
        assert (fields["name"], fields["widget_color"]) == ('Bells "&" more', "#123456")
        fields["user_ids[]"] = [str(api.world.bob.id)]
        page = (await alice.post(path, fields | {"to": "look"})).text
        assert 'value="Bells &#34;&amp;&#34; more"' in page
        before = await api.state()
        page = (await alice.post(path, fields_of(page) | {"to": "members"})).text
        assert await api.state() == before, "nothing is made by going on"
        fields = fields_of(page)
        assert fields["user_ids[]"] == [str(api.world.bob.id)]
        done = await alice.submit(path, fields | {"to": "create"})
        inbox_id = int(done.split("/")[-2])
        told = await kept(api, inbox_id)
        assert (told["name"], told["widget_color"]) == ('Bells "&" more', "#123456")
        members = (await api.alice.get(f"inbox_members/{inbox_id}")).json()["payload"]
        assert [one["id"] for one in members] == [api.world.bob.id]
        page = await alice.get(done)
        assert told["website_token"] in page
        assert 'href="/demo"' not in page, "there is no demo"

    on_api(url, story)


def test_the_wizard_says_what_is_wrong_where_it_was_typed(url: str) -> None:
    async def story(api: API) -> None:
        alice, path = await person(api, api.world.alice.id), at(api, "/new")
        before = await api.state()
        page = await alice.refused(
            path,
            {
                "kind": "web_widget",
                "name": " ",
                "widget_color": "brass",
                "welcome_title": "Ahoy",
                "to": "members",
            },
        )
        assert "blank" in beside(page, "name")
        assert "six digits" in beside(page, "widget_color")
        assert 'value="Ahoy"' in page
        page = await alice.refused(
            path, {"kind": "api", "name": "SMS", "webhook_url": "http://10.0.0.1/", "to": "create"}
        )
        assert "private address" in beside(page, "webhook_url")
        stranger = {"kind": "api", "name": "SMS", "user_ids[]": ["999999"], "to": "create"}
        assert "not agents of this account" in beside(await alice.refused(path, stranger), "user_ids")
        assert await api.state() == before

    on_api(url, story)


def test_an_api_inbox_is_made_with_its_webhook(url: str) -> None:
    async def story(api: API) -> None:
        alice = await person(api, api.world.alice.id)
        fields = {"kind": "api", "name": "SMS", "webhook_url": PUBLIC_HOOK, "to": "create"}
        done = await alice.submit(at(api, "/new"), fields)
        told = await kept(api, int(done.split("/")[-2]))
        assert (told["webhook_url"], told["channel_type"]) == (PUBLIC_HOOK, "Channel::Api")
        assert told["inbox_identifier"] in await alice.get(done)

    on_api(url, story)


def test_settings_are_changed_and_those_of_other_tabs_stay(url: str) -> None:
    async def story(api: API) -> None:
        alice = await person(api, api.world.alice.id)
        before = await the_website(api)
        await send(alice, website(api))
        assert await the_website(api) == before | {"csat_config": {"display_type": "emoji"}}, (
            "a form that is sent as it stands changes nothing"
        )
        await send(
            alice,
            website(api),
            name="Bells",
            greeting_enabled="1",
            greeting_message="Welcome!",
            enable_auto_assignment=None,
            max_assignment_limit="4",
            lock_to_single_conversation="1",
            csat_survey_enabled="1",
            csat_message="How was it?",
            csat_display="star",
            csat_labels="Orders, vip",
            website_url="https://bells.example.com",
        )
        told = await the_website(api)
        assert (told["name"], told["greeting_message"], told["greeting_enabled"]) == (
            "Bells",
            "Welcome!",
            True,
        )
        assert not told["enable_auto_assignment"]
        assert told["auto_assignment_config"] == {"max_assignment_limit": 4}
        assert told["lock_to_single_conversation"]
        assert told["csat_config"] == {
            "display_type": "star",
            "message": "How was it?",
            "survey_rules": {"operator": "contains", "values": ["orders", "vip"]},
        }
        assert told["widget_color"] == before["widget_color"]

    on_api(url, story)


def test_wrong_settings_stand_beside_their_fields(url: str) -> None:
    async def story(api: API) -> None:
        alice = await person(api, api.world.alice.id)
        fields = {
            "name": "",
            "max_assignment_limit": "many",
            "greeting_message": "<b>Hello</b>",
            "csat_display": "thumbs",
        }
        page = await alice.refused(website(api), fields)
        assert "blank" in beside(page, "name")
        assert "greater than 0" in beside(page, "max_assignment_limit")
        assert "&lt;b&gt;Hello&lt;/b&gt;" in page
        page = await alice.refused(api_inbox(api), {"name": "API", "reply_window": "soon"})
        assert "number of hours" in beside(page, "reply_window")
        await send(alice, api_inbox(api), reply_window="1,5")
        told = await kept(api, api.world.api_inbox.id)
        assert told["additional_attributes"] == {"agent_reply_time_window": 1.5}

    on_api(url, story)


def test_hours_are_kept_in_the_inboxs_own_timezone(url: str) -> None:
    async def story(api: API) -> None:
        alice, path = await person(api, api.world.alice.id), website(api, "/hours")
        assert "Open now" in words(await alice.get(path)), "who keeps no hours is always open"
        changes: dict[str, Any] = {
            "working_hours_enabled": "1",
            "timezone": "Asia/Tokyo",
            "out_of_office_message": "We sleep.",
            "days[6][state]": "all_day",
            "days[3][opens]": "10:30",
        }
        await send(alice, path, **changes)
        told = await the_website(api)
        week = {one["day_of_week"]: one for one in told["working_hours"]}
        assert (told["timezone"], told["out_of_office_message"]) == ("Asia/Tokyo", "We sleep.")
        assert week[6]["open_all_day"]
        assert (week[3]["open_hour"], week[3]["open_minutes"]) == (10, 30)
        assert week[0]["closed_all_day"]
        await send(alice, path, **{f"days[{day}][state]": "closed" for day in range(7)})
        assert "Closed now" in words(await alice.get(path))

    on_api(url, story)


def test_a_days_hours_are_copied_to_the_weekdays_before_they_are_kept(url: str) -> None:
    async def story(api: API) -> None:
        alice, path = await person(api, api.world.alice.id), website(api, "/hours")
        before = await the_website(api)
        fields = fields_of(await alice.get(path)) | {"days[2][opens]": "07:15", "copy": "2"}
        answer = await alice.post(path, fields)
        assert answer.status_code == 200
        copied = fields_of(answer.text)
        assert [copied[f"days[{day}][opens]"] for day in (1, 2, 3, 4, 5, 6)] == ["07:15"] * 5 + ["09:00"]
        assert await the_website(api) == before
        await alice.submit(path, copied)
        told = (await the_website(api))["working_hours"]
        assert {one["open_hour"] for one in told if 1 <= one["day_of_week"] <= 5} == {7}

    on_api(url, story)


def test_what_is_wrong_with_a_day_stands_beside_it(url: str) -> None:
    async def story(api: API) -> None:
        alice, path = await person(api, api.world.alice.id), website(api, "/hours")
        wrong = {
            "days[1][closes]": "08:00",
            "days[4][opens]": "",
            "timezone": "Moon/Base",
            "days[5][opens]": "29:00",
        }
        page = await alice.refused(path, fields_of(await alice.get(path)) | wrong)
        assert "after it opens" in beside(page, "day-1")
        assert "when it opens" in beside(page, "day-4")
        assert "from 00:00" in beside(page, "day-5")
        assert "not a timezone" in beside(page, "timezone")

    on_api(url, story)


def test_people_and_a_bot_are_put_into_an_inbox(url: str) -> None:
    async def story(api: API) -> None:
        alice, path = await person(api, api.world.alice.id), website(api, "/members")
        await alice.submit(path, {"user_ids[]": [str(api.world.bob.id)]})
        members = (await api.alice.get(f"inbox_members/{api.world.website.id}")).json()["payload"]
        assert [one["id"] for one in members] == [api.world.bob.id]
        page = await alice.refused(path, {"user_ids[]": ["999999"]})
        assert "not agents" in beside(page, "user_ids")
        await alice.submit(website(api, "/bot"), {"agent_bot": str(api.bot_id)})
        told = (await api.alice.get(f"inboxes/{api.world.website.id}/agent_bot")).json()
        assert told["agent_bot"]["id"] == api.bot_id
        assert (await alice.post(website(api, "/bot"), {"agent_bot": "999999"})).status_code == 404
        await alice.submit(website(api, "/bot"), {"agent_bot": ""})
        assert (await api.alice.get(f"inboxes/{api.world.website.id}/agent_bot")).json() == {"agent_bot": {}}

    on_api(url, story)


def test_the_look_is_changed_and_what_it_does_not_speak_of_stays(url: str) -> None:
    async def story(api: API) -> None:
        alice, path = await person(api, api.world.alice.id), website(api, "/look")
        flags = {"channel": {"selected_feature_flags": ["attachments", "allow_mobile_webview"]}}
        await api.alice.patch(f"inboxes/{api.world.website.id}", json=flags)
        await send(alice, path, **LOOK, **{"features[]": ["emoji_picker"]})
        told = await the_website(api)
        assert {name: told[name] for name in LOOK} == LOOK
        assert told["selected_feature_flags"] == ["emoji_picker", "allow_mobile_webview"]
        page = await alice.refused(
            path, LOOK | {"widget_color": "url(x)", "avatar_url": "javascript:alert(1)"}
        )
        assert "six digits" in beside(page, "widget_color")
        assert "https://" in beside(page, "avatar_url")

    on_api(url, story)


def test_a_new_identity_key_is_made_at_once_and_told_without_being_shown(url: str) -> None:
    async def story(api: API) -> None:
        inbox_id, path = api.world.website.id, website(api, "/security")
        alice = await person(api, api.world.alice.id)
        before = await the_website(api)
        assert f'action="{path}/hmac_token"' in await alice.get(path)
        bob = await person(api, api.world.bob.id)
        assert (await bob.post(f"{path}/hmac_token")).status_code == 403
        assert (await the_website(api))["hmac_token"] == before["hmac_token"]
        assert await alice.submit(f"{path}/hmac_token") == f"{path}#key"
        after = await the_website(api)
        assert len(after["hmac_token"]) >= 24
        assert after == before | {"hmac_token": after["hmac_token"]}, "and nothing else"
        assert after["hmac_token"] in await alice.get(path)
        assert before["hmac_token"] not in await alice.get(path)
        audits = await api.alice.get("audit_logs")
        [told] = [one for one in audits.json()["audit_logs"] if "hmac_token" in one["audited_changes"]]
        assert (told["auditable_type"], told["auditable_id"]) == ("Inbox", inbox_id)
        assert told["audited_changes"] == {"hmac_token": ["[hidden]", "[hidden]"]}
        claim = {"identifier": "customer-7"}
        for key, status in ((before["hmac_token"], 401), (after["hmac_token"], 200)):
            visitor = await api.visitor()
            claim["identifier_hash"] = identity_hash(key, "customer-7")
            answer = await visitor.patch("contact/set_user", json=claim)
            assert answer.status_code == status, (status, answer.text)
        assert (await alice.post(website(api, "9/security/hmac_token"))).status_code == 404

    on_api(url, story)


def test_a_colour_that_writing_cannot_be_read_on_is_told_of(url: str) -> None:
    async def story(api: API) -> None:
        alice = await person(api, api.world.alice.id)
        hints = []
        for colour in ("#8a5a14", "#1f93ff", "#ffe680", "brass"):
            answer = await alice.post(
                website(api, "/preview"), LOOK | {"widget_color": colour, "preview": "look"}
            )
            hints.append(answer.json()["hint"])
        assert hints[0] == ""
        assert "a little darker" in hints[1]
        assert "in black" in hints[2]
        assert hints[3] == hints[1], "what is no colour leaves the one that is kept"

    on_api(url, story)


def test_a_preview_shows_what_is_typed_and_keeps_nothing(url: str) -> None:
    async def story(api: API) -> None:
        alice, path = await person(api, api.world.alice.id), website(api, "/preview")
        before = await api.state(), await the_website(api)
        told = (await alice.post(path, LOOK | {"preview": "look", "features[]": ["attachments"]})).json()
        assert told["channel"]["welcome_title"] == "Ahoy!"
        assert told["channel"]["enabled_features"] == ["attachments"]
        asked = {"questions[emailAddress][asked]": "1", "questions[emailAddress][label]": "Your mail"}
        told = (await alice.post(path, asked | {"preview": "form"})).json()["channel"]
        assert told["pre_chat_form_enabled"]
        [email] = [one for one in told["pre_chat_form_options"]["pre_chat_fields"] if one["enabled"]]
        assert (email["name"], email["label"]) == ("emailAddress", "Your mail")
        told = (await alice.post(at(api, "/new/preview"), LOOK | {"name": "Bells", "preview": "look"})).json()
        assert (told["channel"]["website_name"], told["channel"]["widget_color"]) == ("Bells", "#8a5a14")
        assert (await api.state(), await the_website(api)) == before

    on_api(url, story)


def test_the_previews_frame_may_ask_nobody_and_stand_on_no_other_site(url: str) -> None:
    async def story(api: API) -> None:
        alice = await person(api, api.world.alice.id)
        for path in (website(api, "/preview"), at(api, "/new/preview")):
            answer = await alice.client.get(path)
            assert answer.status_code == 200
            policy = answer.headers["content-security-policy"]
            assert "connect-src" not in policy
            assert "default-src 'none'" in policy
            assert "frame-ancestors 'self'" in policy

    on_api(url, story)


async def define(api: API, **more: Any) -> None:
    values: dict[str, Any] = {"attribute_display_type": "list", "attribute_values": ["Orders", "Bells"]}
    body = values | {"attribute_model": "conversation_attribute"} | more
    answer = await api.alice.post("custom_attribute_definitions", json=body)
    assert answer.status_code == 200, answer.text


def test_a_pre_chat_form_is_built_of_standard_and_custom_questions_in_ones_own_order(url: str) -> None:
    async def story(api: API) -> None:
        await define(api, attribute_display_name="Topic", attribute_key="topic")
        alice, path = await person(api, api.world.alice.id), website(api, "/form")
        fields = fields_of(await alice.get(path))
        topic, email = "questions[conversation_attribute-topic]", "questions[emailAddress]"
        said = {"enabled": "1", "message": "Who are you?"}
        for place in (topic, email):
            said[f"{place}[asked]"] = "1"
        said |= {f"{topic}[label]": "What about?", f"{topic}[required]": "1"}
        answer = await alice.post(path, fields | said | {"move": "up:conversation_attribute-topic"})
        assert answer.status_code == 200
        again = fields_of(answer.text)
        order = [name for name in again if name.endswith("[label]")]
        assert order.index(f"{topic}[label]") == 2, "one place further up"
        first = {name: value for name, value in again.items() if name.startswith(topic)}
        rest = {name: value for name, value in again.items() if not name.startswith(topic)}
        await alice.submit(path, first | rest)
        told = await the_website(api)
        assert told["pre_chat_form_enabled"]
        assert told["pre_chat_form_options"]["pre_chat_message"] == "Who are you?"
        asked = [one for one in told["pre_chat_form_options"]["pre_chat_fields"] if one["enabled"]]
        assert [one["name"] for one in asked] == ["topic", "emailAddress"]
        assert asked[0] | {"label": "What about?", "required": True, "type": "list"} == asked[0]
        assert (asked[0]["field_type"], asked[0]["values"]) == ("conversation_attribute", ["Orders", "Bells"])
        shown = [name for name in fields_of(await alice.get(path)) if name.startswith("questions")]
        assert shown[0].startswith(topic)

    on_api(url, story)


def test_a_form_that_asks_nothing_or_without_a_word_is_refused(url: str) -> None:
    async def story(api: API) -> None:
        alice, path = await person(api, api.world.alice.id), website(api, "/form")
        assert "Tick something" in beside(await alice.refused(path, {"enabled": "1"}), "enabled")
        blank = {"enabled": "1", "questions[fullName][asked]": "1", "questions[fullName][label]": " "}
        assert "blank" in beside(await alice.refused(path, blank), "label-fullName")

    on_api(url, story)


def test_what_other_programs_keep_as_a_form_breaks_no_page(url: str) -> None:
    async def story(api: API) -> None:
        alice, path = await person(api, api.world.alice.id), website(api, "/form")
        strange: list[Any] = [
            7,
            {"name": None},
            {
                "name": "gone",
                "label": "<i>Gone</i>",
                "enabled": True,
                "field_type": "contact_attribute",
                "values": 3,
            },
            {"name": "fullName", "enabled": True, "label": None},
        ]
        for options in ({"pre_chat_fields": strange}, {"pre_chat_fields": "none"}, {"pre_chat_message": 3}):
            async with api.world.database.unit() as unit:
                settings = {"pre_chat_form_options": options}
                await update_inbox(
                    unit, api.world.alice, api.world.website.id, InboxChanges(settings=settings)
                )
            page = await alice.get(path)
            if options.get("pre_chat_fields") is strange:
                assert "&lt;i&gt;Gone&lt;/i&gt;" in page
                assert "Contact · Text · deleted" in words(page)
                await send(alice, path, **{"questions[contact_attribute-gone][asked]": None})
                names = [
                    one["name"]
                    for one in (await the_website(api))["pre_chat_form_options"]["pre_chat_fields"]
                ]
                assert "gone" not in names
                assert names[0] == "fullName"

    on_api(url, story)


def test_domains_and_the_proof_of_identity_are_set(url: str) -> None:
    async def story(api: API) -> None:
        alice, path = await person(api, api.world.alice.id), website(api, "/security")
        assert api.world.website.hmac_token in await alice.get(path)
        await alice.submit(path, {"hmac_mandatory": "1", "allowed_domains": "example.com\n*.example.org"})
        told = await the_website(api)
        assert (told["hmac_mandatory"], told["allowed_domains"]) == (True, "example.com\n*.example.org")
        page = await alice.refused(path, {"allowed_domains": "not a domain!"})
        assert "wrong:" in beside(page, "allowed_domains")
        await alice.submit(api_inbox(api, "/security"), {"hmac_mandatory": "1"})
        assert (await kept(api, api.world.api_inbox.id))["hmac_mandatory"]

    on_api(url, story)


def test_the_hash_that_is_shown_is_the_one_that_is_believed(url: str) -> None:
    async def story(api: API) -> None:
        page = await (await person(api, api.world.alice.id)).get(website(api, "/security"))
        [shown] = re.findall(r'id="hmac-example">([0-9a-f]+)<', page)
        visitor = await api.visitor()
        said = {"identifier": "customer-7", "identifier_hash": shown}
        assert (await visitor.patch("contact/set_user", json=said)).status_code == 200

    on_api(url, story)


def test_the_snippet_says_what_was_chosen_for_the_page(url: str) -> None:
    async def story(api: API) -> None:
        alice, path = await person(api, api.world.alice.id), website(api, "/snippet")
        plain = html.unescape(await alice.get(path))
        assert f'data-website-token="{api.world.website.token}"></script>' in plain
        wish: dict[str, Any] = {
            "position": "left",
            "launcher": '</script>"',
            "scheme": "auto",
            "language": "browser",
        }
        page = await alice.get(path, **wish)
        assert '</script>"' not in page
        shown = html.unescape(page)
        assert 'data-position="left"' in shown
        assert 'data-launcher-title="&lt;/script&gt;&quot;"' in shown
        assert 'data-dark-mode="auto"' in shown
        assert 'data-use-browser-language="true"' in shown
        assert '"launcherTitle":"\\u003c/script>\\""' in shown
        assert "hoorySDK.run" in shown

    on_api(url, story)


def test_an_api_inboxs_webhook_is_set_with_its_terms_and_let_go_of(url: str) -> None:
    async def story(api: API) -> None:
        alice, path = await person(api, api.world.alice.id), api_inbox(api, "/webhook")
        terms = {
            "url": PUBLIC_HOOK,
            "payload_format": "chatwoot",
            "headers": "X-Team: bells",
            "schedule": "0 s, 5 min",
        }
        await alice.submit(path, terms)
        told = await kept(api, api.world.api_inbox.id)
        assert (told["webhook_url"], told["payload_format"]) == (PUBLIC_HOOK, "chatwoot")
        assert (told["headers"], told["schedule"]) == ({"X-Team": "bells"}, [0, 300])
        page = await alice.get(path)
        assert told["secret"] in page
        assert "Nothing accepted yet" in words(page)
        await alice.submit(f"{path}/rotate_secret", {"overlap_hours": "24"})
        assert (await kept(api, api.world.api_inbox.id))["secret"] != told["secret"]
        page = await alice.refused(path, {"url": "http://10.0.0.1/", "schedule": "now"})
        assert "private address" in beside(page, "url")
        assert "cannot be read" in beside(page, "schedule")
        await alice.submit(path, {"url": "", "schedule": "0 s"})
        assert (await kept(api, api.world.api_inbox.id))["webhook_url"] is None

    on_api(url, story)


def test_an_inbox_is_deleted_only_by_who_types_its_name(url: str) -> None:
    async def story(api: API) -> None:
        alice = await person(api, api.world.alice.id)
        page = await alice.refused(website(api, "/delete"), {"confirmed_name": "Wobsite"})
        assert "not the same" in beside(page, "confirmed_name")
        assert (await the_website(api))["name"] == "Website"
        assert await alice.submit(website(api, "/delete"), {"confirmed_name": "Website"}) == at(api)
        assert (await api.alice.get(f"inboxes/{api.world.website.id}")).status_code == 404
        await alice.get(website(api), status=404)

    on_api(url, story)


def test_what_belongs_to_a_website_is_not_found_of_an_api_inbox(url: str) -> None:
    async def story(api: API) -> None:
        alice = await person(api, api.world.alice.id)
        for rest in ("/look", "/form", "/snippet", "/preview"):
            await alice.get(api_inbox(api, rest), status=404)
        await alice.get(website(api, "/webhook"), status=404)

    on_api(url, story)
