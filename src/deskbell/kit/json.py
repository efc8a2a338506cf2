"""JSON in and out, one library for the whole house."""

from typing import Any

import orjson

JSONObject = dict[str, Any]


def dumps(value: Any) -> bytes:
    """Compact UTF-8 JSON. Raises TypeError for what JSON cannot say."""
    return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS)


def dump_text(value: Any) -> str:
    return dumps(value).decode()


def loads(data: bytes | str) -> Any:
    """Raises ValueError with line and column for what is not JSON."""
    return orjson.loads(data)
