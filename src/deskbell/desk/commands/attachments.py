"""What is attached to messages. The files are kept already: what is written here makes them somebody's."""

from collections.abc import Mapping

from deskbell.desk import access
from deskbell.desk.rules import attachments as rules
from deskbell.desk.rules.fields import Problems
from deskbell.kit.errors import Invalid
from deskbell.model.conversation import Conversation
from deskbell.model.file import StoredFile
from deskbell.model.message import Attachment, Message
from deskbell.store import files, inboxes, messages
from deskbell.store.database import Unit


async def check(
    unit: Unit, conversation: Conversation, given: Mapping[int, StoredFile], problems: Problems
) -> None:
    """Name the files that the conversation's channel does not take."""
    inbox = access.found(await inboxes.get(unit, conversation.account_id, conversation.inbox_id))
    rules.check(given, inbox.channel, problems)


async def attach(unit: Unit, message: Message, given: Mapping[int, StoredFile]) -> list[Attachment]:
    """Attach files to a message just written. Raises Invalid for one uploaded in advance that is another's by now."""
    for place, file in sorted(given.items()):
        attachment_id = await messages.add_attachment(
            unit,
            message.id,
            file_type=file.file_type,
            file_name=file.name,
            content_type=file.content_type,
            file_size=file.file_size,
            width=file.width,
            height=file.height,
            external_url=None,
        )
        if not await files.attach(unit, file, attachment_id):
            raise Invalid({f"attachments[{place}]": "was sent with another message, or too long ago"})
    return await messages.attachments(unit, message.id)
