"""Forms that change what is there: two who fill in one at once never overwrite each other unseen.

A form carries what it showed. What somebody left as they saw it stays as it is by now, so that both win who changed different fields;
what both changed comes back once, with what it is by now beside it: who saves it again does so knowingly.
"""

from typing import Any

from msgspec import to_builtins

from deskbell.desk.rules.merging import Values, alike, is_many, merge
from deskbell.kit import json
from deskbell.kit.errors import Invalid
from deskbell.web.dashboard.deps import Form

FIELD = "seen"
NAMES = {
    "auto_resolve_after": "time_until_conversations_are_resolved",
    "auto_resolve_unit": "unit_of_that_time",
    "auto_resolve_message": "message_when_conversations_are_resolved",
    "auto_resolve_label": "label_of_resolved_conversations",
    "url": "address",
    "outgoing_url": "address",
}
"""Fields that people know by another name."""
LONGEST = 60
"""Characters of a value that are said."""


class Edit:
    """A form with what it shows: what is kept, or what somebody typed over that."""

    def __init__(self, shown: Values, seen: Values | None = None, form: Form | None = None) -> None:
        self.shown: dict[str, Any] = to_builtins(shown)
        self.torn: dict[str, Any] = {}
        self._seen = self.shown if form is None else seen
        self._form = form or Form({})

    @classmethod
    def sent(cls, form: Form, typed: Values) -> "Edit":
        """A form that came back. One that says nothing of what it showed changes all."""
        try:
            seen = json.loads_foreign(form.text(FIELD))
        except ValueError:
            seen = None
        return cls(typed, seen if isinstance(seen, dict) else None, form)

    def changed(self, name: str) -> bool:
        """Whether a field came back otherwise than it was shown, before it is held against what is there by now."""
        return self._seen is None or not alike(self.shown[name], self._seen.get(name))

    def over(self, now: Values) -> dict[str, Any]:
        """What is to be kept in place of what is there by now, which is held. Raises Invalid where both changed the same."""
        now = to_builtins(now)
        merged = merge(self._seen if self._seen is not None else now, self.shown, now)
        self.shown, self.torn, self._seen = merged.values, merged.torn, now
        if self.torn:
            raise Invalid(self._problems)
        return self.shown

    def form(self, now: Values) -> Form:
        """As `over`, as a form that says it, besides whatever else the one that came says."""
        return Form(self._form.fields | {name: _field(value) for name, value in self.over(now).items()})

    @property
    def seen(self) -> str:
        """What the form carries of what it shows."""
        return json.dump_text(self._seen) if self._seen is not None else ""

    @property
    def told(self) -> list[str]:
        """What both changed, a sentence each."""
        return Invalid({NAMES.get(name, name): why for name, why in self._problems.items()}).sentences

    @property
    def _problems(self) -> dict[str, str]:
        return {name: _meanwhile(value) for name, value in self.torn.items()}

    def status(self, problems: Any) -> int:
        if self.torn:
            return 409
        return 422 if problems else 200


def _field(value: Any) -> Any:
    if isinstance(value, bool):
        return "1" if value else ""
    return [str(one) for one in value] if is_many(value) else value


def _meanwhile(value: Any) -> str:
    if isinstance(value, bool):
        return f"was switched {'on' if value else 'off'} meanwhile"
    if isinstance(value, str) and value.strip():
        text = value.strip()
        return f"was changed meanwhile: it is “{text[:LONGEST]}{'…' if len(text) > LONGEST else ''}” now"
    return "was taken away meanwhile" if value in ("", None) else "was changed meanwhile"
