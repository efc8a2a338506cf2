"""What reports are asked by: the parts of their queries."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field

from deskbell.desk.actor import Actor
from deskbell.desk.queries import reports as queries
from deskbell.desk.rules.report_time import GroupBy
from deskbell.kit.clock import SECOND
from deskbell.model.report import ReportType, Scope
from deskbell.store.database import Reader
from deskbell.web.bodies import LARGEST, Id, OptionalTime
from deskbell.web.services import Services

LATEST = 32_503_680_000
"""The year 3000: who names a later second meant milliseconds."""

Moment = Annotated[OptionalTime, Field(ge=0, le=LATEST, description="Unix time in seconds")]
ThingId = Annotated[int | None, Field(ge=1, le=LARGEST)]


def _listed(value: Any) -> Any:
    """`1,2` is a list, too."""
    return [part for one in value for part in str(one).split(",")] if isinstance(value, list) else value


Ids = Annotated[list[Id], BeforeValidator(_listed), Field(max_length=1000)]


class Range(BaseModel):
    """From `since` on, until before `until`; by default from the account's beginning until now."""

    since: Moment = None
    until: Moment = None

    async def scope(self, reader: Reader, actor: Actor, services: Services) -> Scope:
        """The account in that time. Raises Invalid, NotAllowed."""
        since, until = (None if one is None else one * SECOND for one in (self.since, self.until))
        return await queries.span(reader, actor, since, until, services.clock.now())


class BusinessRange(Range):
    business_hours: Annotated[bool, Field(description="Count only the time in which the inbox was open")] = (
        False
    )


class ThingRange(BusinessRange):
    """For the account, or for one agent, inbox, team or label."""

    type: ReportType = "account"
    id: ThingId = None

    async def thing(self, reader: Reader, actor: Actor, services: Services) -> Scope:
        """Whose numbers are asked for. Raises Invalid, NotAllowed, NotFound."""
        scope = await self.scope(reader, actor, services)
        return await queries.about(reader, actor, scope, self.type, self.id)


class Paged(BaseModel):
    page: Annotated[int, Field(ge=1, le=1_000_000)] = 1
    per_page: Annotated[int, Field(ge=1, le=100)] = 25


class Zoned(BaseModel):
    timezone_offset: Annotated[
        float, Field(ge=-14, le=14, allow_inf_nan=False, description="Hours ahead of UTC, such as -3 or 5.5")
    ] = 0

    @property
    def offset(self) -> int:
        """In microseconds, to the minute."""
        return round(self.timezone_offset * 60) * 60 * SECOND


class SeriesRange(ThingRange, Zoned):
    metric: queries.Metric
    group_by: GroupBy = "day"
