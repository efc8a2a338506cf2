"""Rows become nouns: what is written comes back the same, from either database."""

from enum import IntEnum
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from msgspec import Struct
from msgspec.structs import replace

from deskbell.kit import json
from deskbell.model.contact import Contact
from deskbell.store import contacts, inboxes
from deskbell.store.shape import Shape, insert
from tests.contract.snapshots import OBJECTS
from tests.support.aio import run
from tests.support.world import World, live_world, open_world


class Kind(IntEnum):
    ONE = 1


class Inner(Struct, frozen=True):
    a: int = 0


class Thing(Struct, frozen=True, kw_only=True):
    id: int
    name: str | None
    kind: Kind
    flag: bool
    maybe: bool | None
    tags: list[str]
    extra: dict[str, Any]
    inner: Inner


SHAPE = Shape(Thing, name="COALESCE({t}.name, '{{}}')", flag="x.flag")
ROW = (7, "seven", 1, 1, None, '["a"]', '{"b": 2}', '{"a": 3}')


def test_columns_stand_in_the_order_of_the_fields() -> None:
    assert (
        SHAPE.columns("t")
        == "t.id, COALESCE(t.name, '{}'), t.kind, x.flag, t.maybe, t.tags, t.extra, t.inner"
    )
    assert SHAPE.width == 8


def test_a_row_becomes_a_struct_with_every_value_in_its_own_type() -> None:
    thing = SHAPE.read(("other", *ROW), 1)
    assert thing == Thing(
        id=7, name="seven", kind=Kind.ONE, flag=True, maybe=None, tags=["a"], extra={"b": 2}, inner=Inner(3)
    )
    assert isinstance(thing.kind, Kind)
    assert thing.flag is True


def test_what_an_outer_join_did_not_find_is_none() -> None:
    assert SHAPE.maybe((None,) * 8) is None
    assert SHAPE.maybe(ROW) is not None


def test_a_row_that_is_too_short_is_a_mistake() -> None:
    with pytest.raises(IndexError):
        SHAPE.read(ROW[:-1])


def test_an_insert_names_its_parameters_as_its_columns() -> None:
    assert insert("t", "a", "b") == "INSERT INTO t (a, b) VALUES (:a, :b)"
    assert insert("t", "a", returning="id") == "INSERT INTO t (a) VALUES (:a) RETURNING id"


async def write_and_read(world: World, attributes: dict[str, Any]) -> Contact:
    carla = replace(world.carla, custom_attributes=attributes, additional_attributes=attributes)
    async with world.database.unit() as unit:
        await contacts.update(unit, carla)
    async with world.database.read() as reader:
        found = await contacts.get(reader, world.account_id, carla.id)
    assert found is not None
    return found


def test_json_comes_back_as_it_was_written(url: str) -> None:
    with live_world(url) as (world, run_in):

        @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
        @given(OBJECTS)
        def check(attributes: dict[str, Any]) -> None:
            found = run_in(write_and_read(world, attributes))
            assert json.same(found.custom_attributes, attributes)
            assert json.same(found.additional_attributes, attributes)

        check()


def test_settings_come_back_as_they_were_written(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            assert world.website.settings.greeting_message is None
            settings_now = replace(
                world.website.settings, greeting_message="Hi", additional_attributes={"a": [1, None, True]}
            )
            async with world.database.unit() as unit:
                await inboxes.update(unit, replace(world.website, settings=settings_now))
                found = await inboxes.get(unit, world.account_id, world.website.id)
            assert found is not None
            assert found.settings == settings_now

    run(story())
