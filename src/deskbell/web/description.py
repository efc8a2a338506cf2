"""The description at `/openapi.json`: FastAPI's, with refusals told as they are, and the events in its `webhooks` section."""

from typing import Any

from fastapi import FastAPI

from deskbell.events.catalogue import MEANING
from deskbell.events.formats import render
from deskbell.events.samples import SAMPLES
from deskbell.kit import json
from deskbell.model.event import EVENT_NAMES, EventName
from deskbell.web import refusals

_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "A key of your own making, such as a UUID: the same request with the same key is answered the same, and done once.",
    "schema": {"type": "string", "maxLength": 255},
}


def install(app: FastAPI) -> None:
    """Put the refusals to the answers, and the events beside the paths (OpenAPI 3.1)."""
    describe = app.openapi

    def described() -> dict[str, Any]:
        found = describe()
        if "webhooks" in found:
            return found
        for methods in found["paths"].values():
            if "post" in methods:
                methods["post"].setdefault("parameters", []).append(_KEY)
        refusals.describe(found)
        found.setdefault("webhooks", {name: {"post": _event(name)} for name in EVENT_NAMES})
        return found

    app.openapi = described  # type: ignore[method-assign]  # FastAPI's own way to extend it


def _event(name: EventName) -> dict[str, Any]:
    sample = json.loads(render(SAMPLES[name], "hoory"))
    schema = {"type": "object", "required": sorted(sample), "properties": {key: {} for key in sample}}
    return {
        "summary": MEANING[name],
        "operationId": name,
        "requestBody": {"content": {"application/json": {"schema": schema, "example": sample}}},
        "responses": {"2XX": {"description": "Taken; any other answer is retried or counts as refused."}},
    }
