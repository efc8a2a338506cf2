"""Filters find exactly what their conditions say, worked out in plain Python beside either database."""

import random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from deskbell.desk.queries import filters
from deskbell.desk.rules.filters import CUSTOM, STANDARD
from deskbell.kit.clock import DAY, HOUR
from deskbell.model.filter import Condition
from deskbell.store import contact_labels, contacts, conversations
from deskbell.store.database import Unit
from deskbell.store.statement import Statement
from tests.support.filtering import holds
from tests.support.world import World, live_world

DEFINE = Statement(
    "INSERT INTO attribute_definitions (account_id, model, key, name, display_type, created_at, updated_at) "
    "VALUES (:account_id, :model, :key, :key, :display_type, 0, 0)"
)
DISPLAY = {"plan": "text", "score": "number", "born on": "date", "vip": "checkbox", "größe-2": "list"}
TEXTS = ("gold", "Gold", "go", "50%", "5_0", "!", "o'x", 'q"q', "true", "1", "7", "größe", "")
PLANS: tuple[Any, ...] = (*TEXTS, None, True, False, 7, -2.5, {"a": 1}, ["gold"])
SCORES: tuple[Any, ...] = (7, -2.5, 0, 1e18, "7", "-2.5", "7.", ".5", ".", "-", "--7", "1e5", "", "seven", True, {}, None)  # fmt: skip
DAYS: tuple[Any, ...] = ("2025-10-08", "2025-10-09T23:59:59Z", "2025-10-10", "soon", "2025-10-1", 20251008, None, True, [])  # fmt: skip
FLAGS: tuple[Any, ...] = (True, False, "true", "FALSE", 1, 0, "1", 2, "maybe", None, {})
CUSTOM_FACTS = {"plan": PLANS, "score": SCORES, "born on": DAYS, "vip": FLAGS, "größe-2": PLANS}
LABELS = ("vip", "billing", "späm")

KINDS = {
    "contact": {
        **dict.fromkeys(("name", "email", "identifier", "city", "plan", "größe-2"), "text"),
        "phone_number": "phone",
        "blocked": "flag",
        "labels": "labels",
        "created_at": "instant",
        "last_activity_at": "instant",
        "score": "number",
        "born on": "day",
        "vip": "flag",
    },
    "conversation": {
        "status": "word",
        "priority": "word",
        "assignee_id": "whole",
        "display_id": "whole",
        "labels": "labels",
        "referer": "text",
        "created_at": "instant",
        "last_activity_at": "instant",
        "plan": "text",
        "größe-2": "text",
        "score": "number",
        "born on": "day",
        "vip": "flag",
    },
}
ASKED: dict[str, st.SearchStrategy[Any]] = {
    "text": st.sampled_from([*TEXTS, "OL", "%", "_", 7, True, -2.5]),
    "phone": st.sampled_from(["+14155550123", "14155550123", "415", "+1"]),
    "number": st.sampled_from([7, "7", -2.5, "0", 0.5, 1e18]),
    "whole": st.sampled_from([1, "2", 3, "0", 999]),
    "day": st.sampled_from(["2025-10-08", "2025-10-09", "2025-10-10"]),
    "instant": st.sampled_from(["2025-10-08", "2025-10-09", "2025-10-12"]),
    "flag": st.sampled_from([True, False, "true", "false", "1"]),
    "labels": st.sampled_from([*LABELS, "VIP", "none"]),
}
WORDS = {"status": ("open", "resolved", "snoozed", "all"), "priority": ("low", "urgent")}


def operators(model: Any, key: str) -> tuple[str, ...]:
    found = STANDARD[model].get(key) or CUSTOM[DISPLAY[key]]
    return found.operators


@st.composite
def conditions(draw: st.DrawFn, model: str) -> Condition:
    key = draw(st.sampled_from(sorted(KINDS[model])))
    operator = draw(st.sampled_from(operators(model, key)))
    kind = KINDS[model][key]
    values = st.sampled_from(WORDS[key]) if key in WORDS else ASKED[kind]
    if operator in ("contains", "does_not_contain", "starts_with") and kind != "phone":
        values = ASKED["text"]
    if operator == "days_before":
        values = st.integers(0, 4)
    return Condition(
        attribute_key=key,
        filter_operator=operator,
        values=draw(st.lists(values, min_size=1, max_size=3)),
        query_operator=draw(st.sampled_from(["AND", "OR", "and", None])),
    )


def some(chance: random.Random) -> dict[str, Any]:
    """Custom attributes of whatever kind, or none."""
    return {name: chance.choice(facts) for name, facts in CUSTOM_FACTS.items() if chance.random() < 0.8}


async def define(unit: Unit, world: World) -> None:
    for model in ("contact", "conversation"):
        for key, display in DISPLAY.items():
            await unit.run(DEFINE, account_id=world.account_id, model=model, key=key, display_type=display)


async def add_contact(world: World, chance: random.Random, number: int) -> dict[str, Any]:
    """A contact as chance will have it, and what is true of them."""
    world.clock.advance(chance.randrange(0, 6) * HOUR)
    given: dict[str, Any] = {
        "name": chance.choice(TEXTS),
        "email": chance.choice([None, f"go{number}@example.com"]),
        "phone_number": "+14155550123" if number == 5 else chance.choice([None, f"+49150{number:06}"]),
        "identifier": f"Gold{number}" if number % 3 == 0 else None,
        "blocked": chance.random() < 0.3,
        "additional_attributes": chance.choice([{}, {"city": "Gold"}, {"city": None}]),
        "custom_attributes": some(chance),
    }
    labels = [label for label in LABELS if chance.random() < 0.4]
    async with world.database.unit() as unit:
        contact_id = await contacts.add(unit, world.account_id, **given)
        await contact_labels.replace(unit, contact_id, labels)
        active = chance.random() < 0.5
        if active:
            await contacts.touch(unit, contact_id)
    facts = {**dict.fromkeys(DISPLAY), **given, **given["custom_attributes"]}
    facts |= {"id": contact_id, "labels": labels, "city": given["additional_attributes"].get("city")}
    return facts | {"created_at": unit.now, "last_activity_at": unit.now if active else None}


async def add_conversation(world: World, chance: random.Random) -> dict[str, Any]:
    world.clock.advance(chance.randrange(0, 6) * HOUR)
    begun = await world.conversation()
    changed = replace(
        begun,
        status=chance.choice(["open", "resolved", "pending", "snoozed"]),
        priority=chance.choice(["low", "urgent", None]),
        assignee_id=chance.choice([world.alice.id, world.bob.id, None]),
        labels=[label for label in LABELS if chance.random() < 0.4],
        additional_attributes=chance.choice([{}, {"referer": "https://Gold.example"}, {"referer": None}]),
        custom_attributes=some(chance),
        last_activity_at=begun.last_activity_at + chance.randrange(0, 3) * DAY,
    )
    async with world.database.unit() as unit:
        await conversations.update(unit, begun, changed)
    facts = {name: getattr(changed, name) for name in KINDS["conversation"] if hasattr(changed, name)}
    facts |= {"display_id": begun.number, "referer": changed.additional_attributes.get("referer")}
    return {**facts, **dict.fromkeys(DISPLAY), **changed.custom_attributes}


async def found(world: World, model: str, asked: list[Condition]) -> set[int]:
    async with world.database.read() as reader:
        now = world.clock.now()
        if model == "contact":
            page = await filters.contacts(
                reader, world.alice, asked, now, sort="created_at", number=1, size=500
            )
            assert page.count == len(page.contacts)
            return {one.contact.id for one in page.contacts}
        listed = await filters.conversations(
            reader, world.alice, asked, now, sort="created_at", number=1, size=500
        )
        assert listed.counts["all_count"] == len(listed.conversations)
        return {one.view.conversation.number for one in listed.conversations}


@pytest.mark.parametrize("model", ["contact", "conversation"])
def test_a_filter_finds_exactly_what_its_conditions_say(url: str, model: str) -> None:
    chance = random.Random(7)
    with live_world(url) as (world, run_in):

        async def prepare() -> list[dict[str, Any]]:
            async with world.database.unit() as unit:
                await contacts.delete(unit, world.carla.id) if model == "contact" else None
                await define(unit, world)
            if model == "contact":
                made = [await add_contact(world, chance, number) for number in range(60)]
                return [one for one in made if one["email"] or one["phone_number"] or one["identifier"]]
            return [await add_conversation(world, chance) for _ in range(40)]

        things = run_in(prepare())
        key = "id" if model == "contact" else "display_id"

        @settings(
            max_examples=250,
            deadline=None,
            database=None,
            phases=[Phase.explicit, Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        )
        @given(st.lists(conditions(model), max_size=4))
        def check(asked: list[Condition]) -> None:
            now = world.clock.now()
            expected = {one[key] for one in things if holds(asked, one, KINDS[model], now)}
            assert run_in(found(world, model, asked)) == expected

        check()
