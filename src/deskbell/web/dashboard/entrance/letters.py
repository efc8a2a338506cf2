"""Letters that let people in: invitations, links to a new password. Where no mail is set up, links are passed on by hand."""

from fastapi import Request

from deskbell.delivery.mail import Letter
from deskbell.web.dashboard.deps import Desk
from deskbell.web.limits import Limits
from deskbell.web.mail import post
from deskbell.web.services import Services

INVITED = """Hello,

{by} invites you to answer customers with them, in {account}.

Choose a name and a password here, within three days:
{link}

If you do not know what this is about, you need not do anything.
"""
ADDED = """Hello,

{by} has added you to {account}. You sign in with the password you have:
{link}
"""
RESET = """Hello,

by this link you choose a new password for Deskbell, once, {until}:
{link}

If you did not ask for it, you need not do anything: your password stays as it is.
"""


def limit(request: Request, desk: Desk) -> None:
    """Count a letter of the account's, where any is sent. Raises TooManyRequests."""
    if post(desk.services).is_set_up:
        limits: Limits = request.app.state.limits
        limits.require(limits.mail, f"account:{desk.account.id}", "That is a lot of mail.")


async def invite(desk: Desk, to: str, link: str) -> None:
    """Raises Invalid where the reader is refused, Unavailable where the server does not take it."""
    account, by = _line(desk.account.name), _line(desk.visit.profile.user.name)
    await _send(
        desk.services, to, f"{by} invites you to {account}", INVITED.format(by=by, account=account, link=link)
    )


async def tell_added(desk: Desk, to: str) -> None:
    """Raises as `invite`."""
    account, by = _line(desk.account.name), _line(desk.visit.profile.user.name)
    text = ADDED.format(by=by, account=account, link=f"{desk.services.public_url}/app")
    await _send(desk.services, to, f"You are now in {account}", text)


async def reset(services: Services, to: str, link: str, until: str) -> None:
    """Raises as `invite`."""
    await _send(services, to, "A new password for Deskbell", RESET.format(link=link, until=until))


async def _send(services: Services, to: str, subject: str, text: str) -> None:
    await post(services).send(Letter(to=to, subject=subject, text=text, at=services.clock.now()))


def _line(text: str) -> str:
    """What people are called, in one line of a letter."""
    return " ".join(text.split())[:200]
