"""Mail, where the operator has named a server for it."""

import ssl
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from urllib.parse import unquote, urlsplit

import aiosmtplib
from msgspec import Struct

from deskbell.kit.clock import SECOND
from deskbell.kit.errors import Invalid, Unavailable

TIMEOUT = 15.0
NOT_SET_UP = "cannot be sent: no mail server is set up. The operator names one with DESKBELL_SMTP_URL and DESKBELL_MAIL_FROM."


class Letter(Struct, frozen=True):
    """What is sent to one reader, as plain text."""

    to: str
    subject: str
    text: str
    at: int


class Post(Struct, frozen=True):
    """A mail server, and who letters are from. `url` is smtp://user:password@host:port or smtps://…; empty where there is none."""

    url: str
    sender: str

    @property
    def is_set_up(self) -> bool:
        return bool(self.url and self.sender)

    def require(self, field: str) -> None:
        """Raises Invalid, naming the field that asks for mail, where no server is set up."""
        if not self.is_set_up:
            raise Invalid({field: NOT_SET_UP})

    async def send(self, letter: Letter) -> None:
        """Hand a letter to the server. Raises Invalid where it refuses the reader, Unavailable where it does not take it."""
        self.require("email")
        if "=?" in letter.to:  # an encoded word (RFC 2047): headers would be read as naming somebody else
            raise Invalid({"email": "is no address that mail can be sent to"})
        server = urlsplit(self.url)
        sealed = server.scheme == "smtps"
        try:
            await aiosmtplib.send(
                self._message(letter),
                hostname=server.hostname,
                port=server.port or (465 if sealed else 587),
                username=unquote(server.username) if server.username else None,
                password=unquote(server.password) if server.password else None,
                use_tls=sealed,
                # A password goes over the wire sealed only; without one, whatever the server offers is taken.
                start_tls=False if sealed else (True if server.username else None),
                timeout=TIMEOUT,
            )
        except aiosmtplib.SMTPRecipientsRefused:
            raise Invalid({"email": "was refused by the mail server"}) from None
        except (aiosmtplib.SMTPException, OSError, ssl.SSLError) as error:
            raise Unavailable(
                f"The mail server did not take the letter ({type(error).__name__}). Try again later."
            ) from None

    def _message(self, letter: Letter) -> EmailMessage:
        message = EmailMessage()
        message["From"] = self.sender
        message["To"] = letter.to
        message["Subject"] = letter.subject
        message["Date"] = formatdate(letter.at / SECOND)
        message["Message-ID"] = make_msgid(domain=self.sender.rpartition("@")[2].strip("> ") or None)
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.text)
        return message
