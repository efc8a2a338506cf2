"""What every operation may answer besides what it is there for, described in one place."""

from typing import Any

from deskbell.web.faces import APPLICATION, CLIENT, PLATFORM, WIDGET

Described = dict[str, Any]

PROBLEM = {
    "type": "object",
    "required": ["field", "message", "code"],
    "properties": {name: {"type": "string"} for name in ("field", "message", "code")},
}
REFUSAL = {
    "type": "object",
    "description": "What was refused, for people (`error`) and for programs (`code`).",
    "required": ["error", "code"],
    "properties": {
        "error": {"type": "string"},
        "code": {"type": "string"},
        "message": {"type": "string", "description": "As `error`, where fields are wrong"},
        "attributes": {"type": "array", "items": {"type": "string"}, "description": "The wrong fields"},
        "errors": {
            "type": "array",
            "items": {"anyOf": [{"$ref": "#/components/schemas/Problem"}, {"type": "string"}]},
            "description": "What is wrong with each",
        },
        "success": {"type": "boolean"},
    },
}

MEANING = {
    "400": "What came cannot be read",
    "401": "Nobody proved who they are, or whoever did may not",
    "403": "May, but never here",
    "404": "There is no such thing, or it is another account's",
    "409": "True, but not of the state it meets",
    "413": "More bytes than this server takes",
    "422": "Fields are wrong; all of them are named",
    "429": "Sooner than the limit allows; `Retry-After` says when to try again",
    "500": "Something went wrong on our side; nothing was changed",
    "503": "For now; try again",
}
PROVEN = (f"{APPLICATION}/", "/api/v2/", f"{PLATFORM}/", f"{CLIENT}/", "/auth/")
CHANGING = frozenset({"post", "put", "patch", "delete"})


def describe(found: Described) -> None:
    """Tell of each operation how it refuses, and nothing of content where it answers none."""
    schemas = found.setdefault("components", {}).setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    schemas["Problem"], schemas["Refusal"] = PROBLEM, REFUSAL
    for path, methods in found["paths"].items():
        for method, operation in methods.items():
            if method == "get" and path.startswith("/api/") and not path.startswith(WIDGET):
                operation["responses"]["304"] = {"description": "As before: `If-None-Match` has its `ETag`"}
            _without_nothing(operation["responses"])
            operation["responses"].pop("422", None)
            for status in _refusals(path, method, operation):
                operation["responses"].setdefault(status, _refusal(status, _is_page(operation)))


def _refusals(path: str, method: str, operation: Described) -> list[str]:
    told = ["400", "429", "500", "503"]
    if path.startswith(PROVEN):
        told.append("401")
    if "{" in path or path.startswith(WIDGET) or method in CHANGING:
        told.append("404")
    if method in CHANGING:
        told += ["403", "409", "413"]
    if method in CHANGING or operation.get("parameters"):
        told.append("422")
    return sorted(told)


def _refusal(status: str, page: bool) -> Described:
    content: Described = {"application/json": {"schema": {"$ref": "#/components/schemas/Refusal"}}}
    if page:
        content["text/html"] = {"schema": {"type": "string"}}
    return {"description": MEANING[status], "content": content}


def _is_page(operation: Described) -> bool:
    return "text/html" in operation["responses"].get("200", {}).get("content", {})


def _without_nothing(responses: Described) -> None:
    """What answers an empty body is described as answering none; what answers a file, as no JSON."""
    for told in responses.values():
        content = told.get("content", {})
        if content.get("application/json", {}).get("schema") == {}:
            del content["application/json"]
        if not content:
            told.pop("content", None)
