"""Addresses people give us to send to: looked at before they are kept."""

from deskbell.delivery import address
from deskbell.model.webhook import Address
from deskbell.web.services import Services


async def vet(services: Services, url: str | None, field: str, refused: dict[str, str]) -> Address | None:
    """A URL found fit to send to; None for a blank one, and for one found unfit, which `refused` then says of the field."""
    if url is None or not url.strip():
        return None
    try:
        endpoint = await address.vet(url, services.allowance, services.resolver)
    except ValueError as error:
        refused[field] = str(error)
        return None
    return Address(endpoint.url, endpoint.authorization)
