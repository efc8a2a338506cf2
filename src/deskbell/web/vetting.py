"""Addresses people give us to send to: looked at before they are kept."""

from deskbell.delivery import address
from deskbell.kit.errors import Invalid
from deskbell.model.webhook import Address
from deskbell.web.services import Services


async def vet(services: Services, url: str, field: str) -> Address:
    """A URL found fit to send to. Raises Invalid naming the field and what is wrong."""
    try:
        endpoint = await address.vet(url, services.allowance, services.resolver)
    except ValueError as error:
        raise Invalid({field: str(error)}) from None
    return Address(endpoint.url, endpoint.authorization)
