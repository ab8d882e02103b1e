import os
import shutil
import stat
from hashlib import blake2b
from pathlib import Path

import pytest

from xylo_mcp.ads.errors import AdsError, Conflict, Invalid, NotFound
from xylo_mcp.identity.files import LONGEST_LINE, measured, opened

KEY = b"k" * 32
TEXT = b"email\nana@example.com\n"
posix = pytest.mark.skipif(os.name != "posix", reason="elsewhere there are no such files")


@pytest.fixture
def lists(tmp_path: Path) -> Path:
    folder = tmp_path / "lists"
    (folder / "crm").mkdir(parents=True)
    (folder / "crm" / "buyers.csv").write_bytes(TEXT)
    (tmp_path / "secret.csv").write_bytes(TEXT)
    return folder


def refusal(name: str, *folders: Path) -> AdsError:
    with pytest.raises(AdsError) as refused, opened(name, folders):
        pass
    assert refused.value.__cause__ is None
    assert not [folder for folder in folders if str(folder) in f"{refused.value.message}{refused.value.fix}"]
    return refused.value


@pytest.mark.parametrize("name", ["crm/buyers.csv", "./crm//buyers.csv"])
def test_a_file_below_an_allowed_folder_is_opened(name: str, lists: Path) -> None:
    with opened(name, [lists / "none", lists]) as file:
        assert (file.name, file.size, list(file.lines())) == (name, len(TEXT), ["email\n", "ana@example.com\n"])
        assert list(file.lines()) == ["email\n", "ana@example.com\n"]


def test_a_file_is_shown_by_its_name_alone(lists: Path) -> None:
    with opened("crm/buyers.csv", [lists]) as file:
        assert f"{file} {file!r} {[file]}" == (
            "PeopleFile('crm/buyers.csv') PeopleFile('crm/buyers.csv') [PeopleFile('crm/buyers.csv')]"
        )


def test_a_folder_may_itself_be_reached_through_a_link(lists: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(lists)

    with opened("crm/buyers.csv", [tmp_path / "link"]) as file:
        assert file.size == len(TEXT)


@pytest.mark.parametrize(
    "name",
    ["../secret.csv", "crm/../../secret.csv", "crm/../crm/buyers.csv", "/etc/passwd", "/secret.csv", "//x/y.csv"],
)
def test_a_name_cannot_lead_out_of_its_folder(name: str, lists: Path) -> None:
    refused = refusal(name, lists)

    assert (type(refused), refused.message) == (Invalid, "A file's name cannot lead out of its folder.")


def test_an_absolute_name_is_refused_though_it_lies_in_the_folder(lists: Path) -> None:
    with pytest.raises(Invalid):
        opened(str(lists / "crm" / "buyers.csv"), [lists])


@pytest.mark.parametrize("name", ["", "a\0.csv", "a\n.csv", "crm\\buyers.csv", "C:buyers.csv", "a" * 300 + ".csv"])
def test_what_is_no_name_of_a_file_is_refused(name: str, lists: Path) -> None:
    refused = refusal(name, lists)

    assert (type(refused), refused.message) == (Invalid, "That is no name of a file.")


@pytest.mark.parametrize("name", ["buyers", "buyers.xlsx", "buyers.csv.gz", ".", "crm", "buyers.json", ".csv"])
def test_files_of_other_kinds_are_refused(name: str, lists: Path) -> None:
    assert type(refusal(name, lists)) is Invalid


def test_a_missing_file_is_not_found(lists: Path) -> None:
    refused = refusal("crm/sellers.csv", lists)

    assert (type(refused), refused.message, refused.fix) == (
        NotFound,
        'There is no file "crm/sellers.csv" in the folders for lists.',
        "Check its name, links are not followed; or ask the operator which folders lists may be read from.",
    )
    assert type(refusal("crm/buyers.csv")) is NotFound


@posix
def test_links_are_not_followed_and_do_not_tell_what_is_behind_them(lists: Path, tmp_path: Path) -> None:
    (lists / "out.csv").symlink_to(tmp_path / "secret.csv")
    (lists / "nowhere.csv").symlink_to(tmp_path / "none.csv")
    (lists / "in.csv").symlink_to(lists / "crm" / "buyers.csv")
    (lists / "loop.csv").symlink_to(lists / "loop.csv")
    (lists / "away").symlink_to(tmp_path)

    names = ["out.csv", "nowhere.csv", "in.csv", "loop.csv", "away/secret.csv", "away/none.csv"]
    assert {type(refusal(name, lists)) for name in names} == {NotFound}


@posix
def test_what_is_no_ordinary_file_is_refused_and_not_waited_for(lists: Path) -> None:
    os.mkfifo(lists / "pipe.csv")
    (lists / "folder.csv").mkdir()

    assert refusal("pipe.csv", lists).message == '"pipe.csv" is no ordinary file.'
    assert refusal("folder.csv", lists).message == '"folder.csv" is no ordinary file.'
    assert refusal("null.csv", Path("/dev")).code == "NOT_FOUND"


def test_an_empty_file_is_refused(lists: Path) -> None:
    (lists / "empty.csv").touch()

    assert refusal("empty.csv", lists).message == 'The file "empty.csv" is empty.'


@posix
def test_a_file_that_the_server_cannot_open_is_refused(lists: Path) -> None:
    os.mknod(lists / "socket.csv", stat.S_IFSOCK | 0o600)

    assert refusal("socket.csv", lists).message == 'The file "socket.csv" cannot be read by this server.'


def test_a_line_may_be_long_but_not_too_long(lists: Path) -> None:
    (lists / "long.csv").write_bytes(b"email\n" + b"a" * (LONGEST_LINE - 1) + b"\n")
    (lists / "longer.csv").write_bytes(b"email\n" + b"a" * LONGEST_LINE + b"\n")

    with opened("long.csv", [lists]) as file:
        assert [len(line) for line in file.lines()] == [6, LONGEST_LINE]
    with opened("longer.csv", [lists]) as file, pytest.raises(Invalid) as refused:
        list(file.lines())
    assert refused.value.message == 'The file "longer.csv" has a line that is too long.'


def test_a_digest_stands_for_the_content_under_a_key(lists: Path) -> None:
    shutil.copy(lists / "crm" / "buyers.csv", lists / "copy.csv")
    (lists / "other.csv").write_bytes(TEXT + b"eva@example.com")

    def digest(name: str, key: bytes = KEY) -> str:
        with opened(name, [lists]) as file:
            return measured(file, key).digest

    assert digest("crm/buyers.csv") == digest("copy.csv") == blake2b(TEXT, key=KEY, digest_size=32).hexdigest()
    assert len({digest("copy.csv"), digest("other.csv"), digest("copy.csv", b"o" * 32)}) == 3


def test_a_file_that_cannot_be_read_to_its_end_has_no_digest(lists: Path) -> None:
    (lists / "latin.csv").write_bytes(TEXT * 3 + "josé".encode("latin-1"))

    with opened("latin.csv", [lists]) as file, pytest.raises(Invalid) as refused:
        measured(file, KEY)
    assert (refused.value.message, refused.value.__context__) == ('The file "latin.csv" is not text in UTF-8.', None)


@pytest.mark.parametrize("text", [TEXT + b"x", TEXT[:-1], TEXT.upper()])
def test_a_file_that_changes_after_it_was_opened_is_a_conflict(text: bytes, lists: Path) -> None:
    path = lists / "crm" / "buyers.csv"

    with opened("crm/buyers.csv", [lists]) as file:
        path.write_bytes(text)
        os.utime(path, ns=(0, path.stat().st_mtime_ns + 1))
        with pytest.raises(Conflict) as refused:
            measured(file, KEY)

    assert refused.value.message == 'The file "crm/buyers.csv" changed while it was read.'


def test_a_file_that_is_put_in_its_place_is_not_read(lists: Path) -> None:
    path = lists / "crm" / "buyers.csv"

    with opened("crm/buyers.csv", [lists]) as file:
        (lists / "new.csv").write_bytes(b"email\neva@example.com\n")
        (lists / "new.csv").replace(path)
        assert "".join(file.lines()).encode() == TEXT
