"""Lists that the reference answers whole: whole they stay, unless a page of them is asked for.

How many there are is said by `X-Total-Count`, where the other pages are by `Link` (RFC 8288): such lists have no place for it inside.
"""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, TypeVar
from urllib.parse import urlencode

from fastapi import Depends, Query, Request, Response
from msgspec import Struct

from deskbell.web.answers import answer

T = TypeVar("T")
PER_PAGE = 25


class Slice(Struct, frozen=True):
    """What is asked of a list. Neither page nor size: all of it."""

    path: str
    query: list[tuple[str, str]]
    page: int | None
    per_page: int | None

    def answer(
        self, found: Sequence[T], show: Callable[[T], Any], wrap: Callable[[list[Any]], Any] | None = None
    ) -> Response:
        """The part asked for, each shown, and where the rest is."""
        if self.page is None and self.per_page is None:
            part = found
        else:
            number, size = self.bounds(PER_PAGE)
            part = found[(number - 1) * size : number * size]
        values = [show(one) for one in part]
        return self.counted(answer(values if wrap is None else wrap(values)), len(found))

    def bounds(self, size: int) -> tuple[int, int]:
        """The page's number and size; the first, and this size, where nothing is said."""
        return self.page or 1, self.per_page or size

    def counted(self, response: Response, total: int, size: int | None = None) -> Response:
        """A list with how long it is, and where its other pages are. `size`: of a page, where a list is never whole."""
        response.headers["x-total-count"] = str(total)
        if size is not None or self.page is not None or self.per_page is not None:
            response.headers["link"] = self._links(*self.bounds(size or PER_PAGE), total)
        return response

    def _links(self, page: int, size: int, total: int) -> str:
        last = max(1, -(-total // size))
        pages = {"first": 1, "last": last}
        if page > 1:
            pages["prev"] = min(page - 1, last)
        if page < last:
            pages["next"] = page + 1
        return ", ".join(
            f'<{self.path}?{self._query(number, size)}>; rel="{name}"' for name, number in pages.items()
        )

    def _query(self, page: int, size: int) -> str:
        return urlencode([*self.query, ("page", page), ("per_page", size)])


async def the_slice(
    request: Request,
    page: Annotated[
        int | None, Query(ge=1, le=1_000_000, description="By default everything is listed")
    ] = None,
    per_page: Annotated[int | None, Query(ge=1, le=100)] = None,
) -> Slice:
    others = [
        (name, value)
        for name, value in request.query_params.multi_items()
        if name not in ("page", "per_page")
    ]
    return Slice(request.scope["path"], others, page, per_page)


TheSlice = Annotated[Slice, Depends(the_slice)]
