"""Words that stand for something."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskbell.desk.rules.variables import fill

VALUES = {"contact.name": "Ada", "contact.email": "", "contact.custom_attribute.plan": "Gold"}


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Hello {{contact.name}}!", "Hello Ada!"),
        ("Hello {{ contact.name }}, {{contact.name}}", "Hello Ada, Ada"),
        ("{{contact.custom_attribute.plan}}", "Gold"),
        ("We write to {{ contact.email | default: 'you' }}", "We write to you"),
        ("{{contact.name | default: 'you'}}", "Ada"),
        ("[{{contact.email}}]", "[]"),
        (
            "{{contact.nickname}} {{unknown}} {{ }} {contact.name}",
            "{{contact.nickname}} {{unknown}} {{ }} {contact.name}",
        ),
    ],
)
def test_variables_stand_for_what_is_known_and_the_rest_stays_as_written(written: str, said: str) -> None:
    assert fill(written, VALUES) == said


@given(st.text(alphabet="{}contact.name |default:'\" A", max_size=60), st.text(max_size=20))
def test_what_is_put_in_is_not_read_again(text: str, name: str) -> None:
    once = fill(text, {"contact.name": "{{contact.name}}" + name})
    assert once == text or "{{contact.name}}" + name in once


@given(st.text(max_size=200))
def test_a_text_without_braces_is_not_touched(text: str) -> None:
    plain = text.replace("{", "")
    assert fill(plain, VALUES) == plain
