"""How a canned response is found."""

from collections.abc import Sequence

from deskbell.model.canned_response import CannedResponse


def found(responses: Sequence[CannedResponse], search: str) -> list[CannedResponse]:
    """Those that hold a text, whatever its case: first by how their short code begins, then by what it holds, then by content."""
    wanted = search.casefold()
    ranked = [(_rank(one, wanted), one) for one in responses]
    return [one for rank, one in sorted(ranked, key=lambda pair: pair[0]) if rank < _NOT_AT_ALL]


_NOT_AT_ALL = 3


def _rank(response: CannedResponse, wanted: str) -> int:
    short_code = response.short_code.casefold()
    if short_code.startswith(wanted):
        return 0
    if wanted in short_code:
        return 1
    return 2 if wanted in response.content.casefold() else _NOT_AT_ALL
