"""What is in a file, and what may stand in its name."""

import io

from hypothesis import given, settings
from hypothesis import strategies as st

from deskbell.desk.rules.attachments import MOST, check, welcome
from deskbell.desk.rules.fields import Problems
from deskbell.files.content import NAME_LIMIT, PICTURE_HEAD, harmless_name, look
from deskbell.model.file import PICTURES, StoredFile
from tests.support.files import EXE, HTML, MP3, MP4, PDF, SVG, WEBM, png, zipped

BEGINNINGS = [
    png(), png(9, 9)[:20], PDF, HTML, SVG, MP4, WEBM, MP3, EXE, zipped("word/document.xml"), b"BM", b"GIF89a", b"\xff\xd8\xff\xe0",
    b"RIFF\x24\0\0\0WEBPVP8 ", b"RIFF\x24\0\0\0WEBPVP8X", b"\0\0\0\x1cftypavif", b"II*\0", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"",
]  # fmt: skip


def stored(content_type: str, name: str = "a") -> StoredFile:
    return StoredFile(key="k", name=name, content_type=content_type, file_size=1)


@settings(max_examples=400)
@given(
    st.sampled_from(BEGINNINGS),
    st.binary(max_size=300),
    st.text(max_size=20),
    st.none() | st.text(max_size=20),
)
def test_any_bytes_are_something_and_pictures_have_a_size(
    beginning: bytes, rest: bytes, name: str, said: str | None
) -> None:
    found = look(io.BytesIO(beginning + rest), name, said)
    assert found.content_type.count("/") == 1
    assert (found.content_type in PICTURES) == (found.width is not None and found.height is not None)


@given(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1),
    st.sampled_from(["BM", "GIF89a", "ID3", "II", ""]),
)
def test_text_is_never_taken_for_more(rest: str, beginning: str) -> None:
    found = look(io.BytesIO(f"{beginning} {rest}".encode()), "a.png", "image/png")
    assert found.content_type in {"text/plain", "text/html", "image/svg+xml", "application/xml"}
    assert not stored(found.content_type).harmless


def test_markup_is_known_however_it_begins() -> None:
    for data, kind in (
        (b"\xef\xbb\xbf \n<HTML>", "text/html"),
        (b"<!-- hello --><svg>", "text/html"),
        (b"\t<SVG onload=alert(1)>", "image/svg+xml"),
        (b'<?xml version="1.0"?>\n<!DOCTYPE svg>\n<svg/>', "image/svg+xml"),
        (b"<?xml version='1.0'?><a/>", "application/xml"),
    ):
        assert look(io.BytesIO(data), "a.png", "image/png").content_type == kind


def test_a_picture_says_early_how_large_it_is_or_is_none() -> None:
    size = b"\xff\xc0\0\x11\x08\0\x09\0\x07\x03" + bytes(12)
    for before, kind in ((10, "image/jpeg"), (20, "application/octet-stream")):
        said = (b"\xff\xe1\xff\xff" + bytes(65_533)) * before
        assert look(io.BytesIO(b"\xff\xd8" + said + size), "a.jpg").content_type == kind
    assert PICTURE_HEAD == 16 * 65_536, "between the two"


@given(st.text(max_size=600))
def test_a_harmless_name_stays_in_its_folder_and_is_never_empty(name: str) -> None:
    kept = harmless_name(name)
    assert 0 < len(kept) <= NAME_LIMIT
    assert not set(kept) & set("/\\\x00\r\n")
    assert kept.strip(".") != ""
    assert harmless_name(kept) == kept
    assert "/" not in stored("text/plain", kept).path.partition("/")[2]


@given(
    st.dictionaries(st.integers(0, 14), st.sampled_from(["image/png", "text/html", "application/zip", "x/y"]))
)
def test_each_unwelcome_file_is_named_by_its_place_and_only_on_websites(kinds: dict[int, str]) -> None:
    files = {place: stored(kind) for place, kind in kinds.items()}
    problems, elsewhere = Problems(), Problems()
    check(files, "Channel::WebWidget", problems)
    check(files, "Channel::Api", elsewhere)
    wrong = {f"attachments[{place}]" for place, kind in kinds.items() if kind in {"text/html", "x/y"}}
    assert (set(problems.fields), elsewhere.fields) == (wrong, {})
    assert all(welcome(file) for place, file in files.items() if f"attachments[{place}]" not in wrong)


def test_more_files_than_a_message_carries_are_too_many() -> None:
    problems = Problems()
    check({place: stored("image/png") for place in range(MOST + 1)}, "Channel::Api", problems)
    assert list(problems.fields) == ["attachments"]
