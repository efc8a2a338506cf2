"""Which files a message may carry."""

from collections.abc import Mapping

from deskbell.desk.rules.fields import Problems
from deskbell.model.file import StoredFile
from deskbell.model.inbox import Channel

MOST = 15
"""Files one message may carry."""

_TEXTS = ("text/plain", "text/csv", "text/rtf", "text/markdown", "application/json", "application/pdf")
_PACKED = (
    "application/zip",
    "application/gzip",
    "application/x-tar",
    "application/x-7z-compressed",
    "application/vnd.rar",
)
_OFFICE = (
    "application/msword",
    "application/vnd.ms-excel",
    "application/vnd.ms-powerpoint",
    "application/x-ole-storage",
)
_OFFICE_FAMILIES = ("application/vnd.openxmlformats-officedocument.", "application/vnd.oasis.opendocument.")


def check(files: Mapping[int, StoredFile], channel: Channel, problems: Problems) -> None:
    """On a website, where anybody writes, only kinds that people send each other; elsewhere whatever the channel brings.

    Files stand under their places in the request, by which wrong ones are named.
    """
    if len(files) > MOST:
        problems.add("attachments", f"are too many (at most {MOST})")
    if channel == "Channel::WebWidget":
        for place, file in files.items():
            if not welcome(file):
                problems.add(f"attachments[{place}]", f"is of a kind not taken here ({file.content_type})")


def welcome(file: StoredFile) -> bool:
    """Whether a website's visitors may send such a file."""
    kind = file.content_type
    return (
        file.file_type != "file"
        or kind in {*_TEXTS, *_PACKED, *_OFFICE, "image/heic", "image/tiff"}
        or kind.startswith(_OFFICE_FAMILIES)
    )
