"""What became of one request: an answer came, or none did and there is a named reason."""

from msgspec import Struct

from deskbell.model.delivery import Reason


class Answered(Struct, frozen=True, gc=False):
    """The receiver answered. `excerpt` is the first 16 KiB of the body; `duration` is in microseconds."""

    status: int
    retry_after: str | None
    excerpt: bytes
    duration: int


class Failed(Struct, frozen=True, gc=False):
    """No usable answer. `detail` is a sentence for the owner; `duration` in microseconds."""

    reason: Reason
    detail: str
    duration: int


Outcome = Answered | Failed
