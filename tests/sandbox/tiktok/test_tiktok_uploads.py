"""The sandbox's TikTok takes the files it would take, and none that names people."""

from collections.abc import Awaitable, Callable
from hashlib import md5, sha256

import httpx2
import pytest

from xylo_mcp.sandbox.tiktok import CAST, CREDENTIALS
from xylo_mcp.sandbox.tiktok.parameters import Asked
from xylo_mcp.sandbox.tiktok.refusals import Refusal
from xylo_mcp.sandbox.tiktok.uploads import upload as take
from xylo_mcp.sandbox.world import World

Answer = tuple[int, str, dict[str, object]]
Upload = Callable[..., Awaitable[Answer]]

US, DE, JP, UK = (plan.id for plan in CAST.accounts)
A, B = (sha256(name).hexdigest() for name in (b"a", b"b"))
MAID = "AEBE52E7-03EE-455A-B3C4-E57283966239"
MD5 = md5(b"a").hexdigest()
NO_HEADER = (
    "Line 1 must be a header of MULTIPLE_TYPES: each of these at most once: "
    "MAID, PHONE_SHA256, EMAIL_SHA256, MAID_SHA256, MAID_MD5."
)
NO_TYPE = (
    "calculate_type: Must be one of EMAIL_SHA256, FIRST_MD5, FIRST_SHA256, GAID_MD5, GAID_SHA256, IDFA_MD5, "
    "IDFA_SHA256, MAID_MD5, MAID_SHA256, MULTIPLE_TYPES, PHONE_SHA256."
)


def held(world: World, answer: Answer) -> list[str]:
    assert answer[:2] == (0, "OK")
    path = answer[2]["file_path"]
    assert isinstance(path, str)
    assert len(path) == 16
    return [person for _, person in world.people.held("tiktok", path)]


async def test_a_file_of_one_type_has_one_identifier_on_each_line(world: World, upload: Upload) -> None:
    answer = await upload(f"{A}\n{B.upper()}\r\n{A}\n".encode())

    assert held(world, answer) == [f"EMAIL_SHA256={A}", f"EMAIL_SHA256={B}", f"EMAIL_SHA256={A}"]
    assert [attempt[1:] for attempt in world.attempts()] == [("tiktok", "upload_file", "")]


@pytest.mark.parametrize(
    ("calculate_type", "value"),
    [
        ("PHONE_SHA256", A),
        ("IDFA_SHA256", A),
        ("IDFA_MD5", MD5),
        ("GAID_SHA256", A),
        ("GAID_MD5", MD5),
        ("MAID_SHA256", A),
        ("MAID_MD5", MD5),
        ("FIRST_SHA256", A),
        ("FIRST_MD5", MD5),
    ],
)
async def test_each_type_has_its_own_digest(world: World, upload: Upload, calculate_type: str, value: str) -> None:
    wrong = MD5 if value == A else A

    assert held(world, await upload(value.encode(), calculate_type)) == [f"{calculate_type}={value}"]
    assert (await upload(wrong.encode(), calculate_type))[0] == 40909


async def test_a_file_of_several_types_has_a_header_and_is_told_in_one_order(world: World, upload: Upload) -> None:
    content = f"email_sha256,PHONE_SHA256,MAID\n{A},{B},{MAID}\n{A.upper()},,\n,,{MAID}\n".encode()

    assert held(world, await upload(content, "MULTIPLE_TYPES", file_name="list.txt")) == [
        f"MAID={MAID}|PHONE_SHA256={B}|EMAIL_SHA256={A}",
        f"EMAIL_SHA256={A}",
        f"MAID={MAID}",
    ]


async def test_each_file_has_a_path_of_its_own(upload: Upload) -> None:
    first, second = await upload(A.encode()), await upload(A.encode())

    assert first[2] != second[2]


@pytest.mark.parametrize(
    ("content", "calculate_type", "code", "message"),
    [
        (b"", "EMAIL_SHA256", 40906, "The file is empty."),
        (b"email_SHA256\n", "MULTIPLE_TYPES", 40906, "The file has no line but its header."),
        (f"{A}\nme@example.com\n".encode(), "EMAIL_SHA256", 40909, "Line 2 has a value that is no EMAIL_SHA256."),
        (b"+4915112345678", "PHONE_SHA256", 40909, "Line 1 has a value that is no PHONE_SHA256."),
        (f"email_SHA256\n{A}\n".encode(), "EMAIL_SHA256", 40909, "Line 1 has a value that is no EMAIL_SHA256."),
        (f"{A},{B}\n".encode(), "EMAIL_SHA256", 40909, "Line 1 must have 1 fields."),
        (f"{A}\n\n{B}\n".encode(), "EMAIL_SHA256", 40909, "Line 2 must have 1 fields."),
        ("é".encode(), "EMAIL_SHA256", 40909, "Line 1 has a value that is no EMAIL_SHA256."),
        (
            f"{A},{B}\n".encode(),
            "MULTIPLE_TYPES",
            40909,
            NO_HEADER,
        ),
        (
            b"MAID,maid\n",
            "MULTIPLE_TYPES",
            40909,
            NO_HEADER,
        ),
        (f"MAID,email_SHA256\n{A}\n".encode(), "MULTIPLE_TYPES", 40909, "Line 2 must have 2 fields."),
        (b"MAID,email_SHA256\n,\n", "MULTIPLE_TYPES", 40909, "Line 2 is empty."),
        (f"MAID,email_SHA256\n{A},\n".encode(), "MULTIPLE_TYPES", 40909, "Line 2 has a value that is no MAID."),
        (b'"' + b"a" * 200_000, "EMAIL_SHA256", 40909, "The file is not a table of values with commas between."),
    ],
)
async def test_a_file_with_one_bad_line_is_refused_by_its_number_alone_and_nothing_of_it_kept(
    world: World, upload: Upload, content: bytes, calculate_type: str, code: int, message: str
) -> None:
    assert await upload(content, calculate_type) == (code, message, {})
    assert world.memory.read("SELECT * FROM aside") == []


@pytest.mark.parametrize(
    ("others", "code", "message"),
    [
        ({"file_signature": MD5}, 40900, "file_signature: It is not the MD5 of the file."),
        ({"file_name": "list.CSV"}, 40908, "The name of the file must end in exactly .csv or .txt."),
        (
            {"calculate_type": "MAID"},
            40909,
            NO_TYPE,
        ),
        ({"calculate_type": None}, 40002, "calculate_type: Missing data for required field."),
        ({"file_signature": None}, 40002, "file_signature: Missing data for required field."),
        ({"caculate_type": "EMAIL_SHA256"}, 40002, "caculate_type: Unknown field."),
        ({"advertiser_id": "tiktok_7"}, 40002, "advertiser_id: Not a valid id."),
        ({"advertiser_id": "7"}, 40300, "The advertiser 7 doesn't exist."),
        ({"advertiser_id": UK}, 40001, f"The advertiser {UK} is disabled."),
    ],
)
async def test_what_is_said_of_a_file_must_be_true_and_whole(
    upload: Upload, others: dict[str, str | None], code: int, message: str
) -> None:
    assert await upload(A.encode(), **others) == (code, message, {})


@pytest.mark.parametrize(
    ("content_type", "body", "message"),
    [
        ("application/json", b"{}", "Content-Type: Must be multipart/form-data."),
        ("multipart/form-data", b"", "Content-Type: Must be multipart/form-data."),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\n", "body: Not a whole form."),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n' * 2 + b"--x--",
            "a: The parameter may be given only once.",
        ),
        ("multipart/form-data; boundary=x", b"--x--", "advertiser_id: Missing data for required field."),
    ],
)
async def test_a_form_must_be_one(http: httpx2.AsyncClient, content_type: str, body: bytes, message: str) -> None:
    headers = {"content-type": content_type, "access-token": CREDENTIALS["ACCESS_TOKEN"]}
    answer = await http.post("/open_api/v1.3/dmp/custom_audience/file/upload/", content=body, headers=headers)

    assert (answer.json()["code"], answer.json()["message"]) == (40002, message)


async def test_a_form_is_not_in_the_query(http: httpx2.AsyncClient) -> None:
    path = f"/open_api/v1.3/dmp/custom_audience/file/upload/?advertiser_id={US}"
    answer = await http.post(path, files={"file": ("a.csv", A.encode())})

    assert answer.json()["message"] == "advertiser_id: Must be a part of the form, not in the query."


def test_a_file_that_is_too_large_is_refused(world: World) -> None:
    parts = {"advertiser_id": US, "calculate_type": "EMAIL_SHA256", "file_signature": MD5}
    form = "".join(
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in parts.items()
    )
    file = f'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n{A}\r\n--x--'
    asked = Asked((), (form + file).encode(), "multipart/form-data; boundary=x")

    with pytest.raises(Refusal) as refused:
        take(world, asked, largest=63)

    assert (refused.value.code, refused.value.message) == (40907, "The file is larger than 63 bytes.")
