"""The tree of errors a caller may see. Each says its HTTP status, a code for programs, and what to do.

DeskbellError
├── InvalidRequest     400  what came is not readable at all
├── Unauthenticated    401  nobody proved who they are
├── NotAllowed         401  known, but may not (the reference answers policy denials with 401)
├── Forbidden          403  known, and may, but never here (as the reference has it)
├── NotFound           404  unknown, or another account's: the two look the same
├── Conflict           409  true of the request, but not of the state it meets
├── TooLarge           413  more bytes than the limit
├── Invalid            422  readable, but fields are wrong; names each of them
├── TooManyRequests    429  sooner than the limit allows; says when to try again
└── Unavailable        503  for now; try again
"""

from collections.abc import Mapping
from typing import ClassVar


class DeskbellError(Exception):
    """Something a caller did or met, told so that they know what to do."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class InvalidRequest(DeskbellError):
    status, code = 400, "invalid_request"


class Unauthenticated(DeskbellError):
    status, code = 401, "unauthenticated"


class NotAllowed(DeskbellError):
    status, code = 401, "not_allowed"


class Forbidden(DeskbellError):
    status, code = 403, "forbidden"


class NotFound(DeskbellError):
    status, code = 404, "not_found"

    def __init__(self, message: str = "Resource could not be found") -> None:
        super().__init__(message)


class Conflict(DeskbellError):
    status, code = 409, "conflict"


class TooLarge(DeskbellError):
    status, code = 413, "too_large"


class TooManyRequests(DeskbellError):
    status, code = 429, "too_many_requests"

    def __init__(self, wait: int, refusal: str = "Too many requests.") -> None:
        """`wait` in seconds."""
        again = f"{wait} s" if wait < 120 else f"{-(-wait // 60)} min"
        super().__init__(f"{refusal} Try again in {again}.")
        self.wait = wait

    @property
    def told(self) -> dict[str, str]:
        return {"error": self.message, "code": self.code}


class Unavailable(DeskbellError):
    status, code = 503, "unavailable"


class Invalid(DeskbellError):
    """One or more fields are wrong. `fields` maps each to what is wrong with it."""

    status, code = 422, "invalid"

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__(", ".join(f"{name}: {problem}" for name, problem in fields.items()))
        self.fields = dict(fields)

    @property
    def sentences(self) -> list[str]:
        """Each problem as people read it: what begins with a capital is a sentence by itself, all else is said of its field."""
        return [
            problem
            if problem[:1].isupper()
            else f"{name.partition('[')[0].capitalize().replace('_', ' ')} {problem}"
            for name, problem in self.fields.items()
        ]
