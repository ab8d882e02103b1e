import csv
from pathlib import Path

import pytest

from xylo_mcp.ads.errors import Conflict, Invalid
from xylo_mcp.ads.people import Known
from xylo_mcp.identity.columns import Columns, column_of
from xylo_mcp.identity.files import opened
from xylo_mcp.identity.rows import CHUNK, People, Person, from_file, from_values

ANA, EVA = Known(email="ana@example.com"), Known(email="eva@example.com")


def all_of(people: People) -> list[Person]:
    return [row for chunk in people for row in chunk]


def read(folder: Path, text: str | bytes, name: str = "people.csv", country: str = "") -> tuple[list[Person], int]:
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    with opened(name, [folder]) as file:
        people = from_file(file, country)
        return all_of(people), people.unknown_columns


def test_people_in_a_call_are_numbered_from_one() -> None:
    people = from_values([{"email": "ana@example.com"}, {"E-Mail": "eva@"}, {}, {"phone": 600111222}], "ES")

    assert all_of(people) == [
        (1, ANA, ()),
        (2, Known(), ("email_invalid",)),
        (3, Known(), ()),
        (4, Known(phone="+34600111222"), ()),
    ]


def test_names_that_are_not_taken_are_counted_once_each() -> None:
    people = from_values([{"email": "ana@example.com", "shoe size": 38, "Hat": 1}, {"hat": 2, "Hat": 3}, {"": 4}])

    assert people.unknown_columns == 0
    assert all_of(people) == [(1, ANA, ()), (2, Known(), ()), (3, Known(), ())]
    assert people.unknown_columns == 3


def test_of_several_values_for_the_same_the_first_that_is_there_counts() -> None:
    people = from_values(
        [{"phone": "", "mobile": "+34600111222", "tel": "+34600111333"}, {"consent": False, "ad_consent": "yes"}]
    )

    assert all_of(people) == [(1, Known(phone="+34600111222"), ()), (2, Known(consent="denied"), ())]


def test_a_default_country_that_is_none_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(Invalid):
        from_values([], "Spain")
    with pytest.raises(Invalid):
        read(tmp_path, "email\n", country="Spain")


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("email", "email"),
        (" E-Mail ", "email"),
        ("Email Address", "email"),
        ("EMAIL_SHA256", "email"),
        ("phone_number", "phone"),
        ("Ｐｈｏｎｅ", "phone"),
        ("fn", "first_name"),
        ("First Name", "first_name"),
        ("surname", "last_name"),
        ("ct", "city"),
        ("st", "region"),
        ("ZIP", "postcode"),
        ("Postal Code", "postcode"),
        ("country_code", "country"),
        ("extern_id", "external_id"),
        ("MADID", "mobile_id"),
        ("dob", "birth_date"),
        ("Gender", "gender"),
        ("consent", "consent"),
        ("opt_in", ""),
        ("id", ""),
        ("", ""),
    ],
)
def test_columns_are_known_by_their_usual_names(name: str, column: str) -> None:
    assert column_of(name) == column


def test_names_of_columns_are_remembered_up_to_a_number() -> None:
    columns = Columns()

    found = [columns.of(f"column {number}") for number in range(1_500)]

    assert (set(found), columns.unknown, columns.of("e-mail")) == ({""}, 1_000, "email")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_table_is_read_whatever_stands_between_its_cells(delimiter: str, end: str, mark: str, tmp_path: Path) -> None:
    lines = [["E-mail", "First Name", "notes, or; so"], ["ana@example.com", "Ana", "x"], ["eva@", "Eva", '"a;\tb,c"']]
    header = delimiter.join([*lines[0][:2], f'"{lines[0][2]}"'])
    text = mark + end.join([header, *map(delimiter.join, lines[1:])])

    assert read(tmp_path, text) == (
        [(1, Known(email="ana@example.com", first_name="ana"), ()), (2, Known(first_name="eva"), ("email_invalid",))],
        1,
    )


def test_a_table_of_one_column_is_read(tmp_path: Path) -> None:
    assert read(tmp_path, "email\nana@example.com\neva@example.com", "people.TXT") == ([(1, ANA, ()), (2, EVA, ())], 0)


def test_a_cell_may_go_over_several_lines(tmp_path: Path) -> None:
    text = 'email,notes,city\nana@example.com,"one\ntwo ""three""\n",Lugo\neva@example.com,,\n'

    assert read(tmp_path, text) == ([(1, Known(email="ana@example.com", city="lugo"), ()), (2, EVA, ())], 1)


def test_blank_lines_are_passed_over_and_counted_in_the_numbers(tmp_path: Path) -> None:
    assert read(tmp_path, "email\n\nana@example.com\n\n\neva@example.com\n\n") == ([(2, ANA, ()), (5, EVA, ())], 0)


def test_a_row_with_other_than_its_cells_is_not_used_at_all(tmp_path: Path) -> None:
    text = "email,city\nana@example.com,Lugo,x\nana@example.com\neva@example.com,\n"

    assert read(tmp_path, text) == ([(1, Known(), ("row_invalid",)), (2, Known(), ("row_invalid",)), (3, EVA, ())], 0)


def test_a_stray_quote_costs_the_lines_it_swallowed_and_each_is_counted(tmp_path: Path) -> None:
    text = 'email,city\n"ana@example.com,Lugo\nana@example.com,"Lugo"\neva@example.com,\n'
    unread = Known(), ("row_invalid",)

    assert read(tmp_path, text) == ([(1, *unread), (2, *unread), (3, EVA, ())], 0)


def test_a_quote_that_is_never_closed_costs_what_one_cell_can_hold_and_each_line_is_counted(tmp_path: Path) -> None:
    line = "eva@example.com,\n"
    swallowed = csv.field_size_limit() // len(line) + 1
    text = f'email,city\nana@example.com,\n"{line}' + line * (swallowed + 1)

    rows, _ = read(tmp_path, text)

    assert rows[0] == (1, ANA, ())
    assert rows[1:-2] == [(number, Known(), ("row_invalid",)) for number in range(2, swallowed + 2)]
    assert rows[-2:] == [(swallowed + 2, EVA, ()), (swallowed + 3, EVA, ())]


@pytest.mark.parametrize(
    "text",
    [
        "ana@example.com,Ana\neva@example.com,Eva\n",
        "hat;shoes\n1;2\n",
        '"email\n',
        "\ufeff\n",
        "email\rana@x.example\r",
    ],
)
def test_a_table_whose_first_line_names_no_column_that_is_taken_is_refused_without_a_word_of_it(
    text: str, tmp_path: Path
) -> None:
    with pytest.raises(Invalid) as refused:
        read(tmp_path, text)

    assert refused.value.message == "The first line of the file names no column that is taken."
    assert refused.value.fix == (
        "Name its columns there: email, phone, first_name, last_name, city, region, postcode, country, external_id, "
        "mobile_id, birth_date, gender, consent."
    )


def test_a_table_with_nobody_in_it_is_empty(tmp_path: Path) -> None:
    assert read(tmp_path, "email,hat\n") == ([], 1)


def test_one_object_a_line_is_read(tmp_path: Path) -> None:
    text = (
        '\ufeff{"email":"ana@example.com","hat":{"size":3}}\n\n'
        '{"e-mail":"eva@example.com","phone":600111222,"consent":true}\r\n'
        '["eva@example.com"]\n'
        '{"email":"eva@example.com"\n' + "[" * 30_000 + "\n" + '{"email":null}'
    )

    assert read(tmp_path, text, "people.jsonl", "ES") == (
        [
            (1, ANA, ()),
            (3, Known(email="eva@example.com", phone="+34600111222", consent="granted"), ()),
            (4, Known(), ("row_invalid",)),
            (5, Known(), ("row_invalid",)),
            (6, Known(), ("row_invalid",)),
            (7, Known(), ()),
        ],
        1,
    )


def test_half_a_character_in_json_is_no_value(tmp_path: Path) -> None:
    rows, _ = read(tmp_path, '{"external_id":"\\ud800","city":"Lugo"}\n', "people.ndjson")

    assert rows in (
        [(1, Known(city="lugo"), ("external_id_invalid",))],
        [(1, Known(), ("row_invalid",))],
    )


def test_rows_come_in_chunks(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("external_id\n" + "".join(f"c{number}\n" for number in range(CHUNK + 2)))

    with opened("people.csv", [tmp_path]) as file:
        chunks = list(from_file(file))

    assert [len(chunk) for chunk in chunks] == [CHUNK, 2]
    assert chunks[1][-1] == (CHUNK + 2, Known(external_id=f"c{CHUNK + 1}"), ())


@pytest.mark.parametrize("name", ["people.csv", "people.jsonl"])
def test_a_file_that_is_no_text_in_utf8_is_refused_without_a_word_of_it(name: str, tmp_path: Path) -> None:
    with pytest.raises(Invalid) as refused:
        read(tmp_path, "email\nana@example.com\njosé@example.com\n".encode("latin-1"), name)

    assert (refused.value.message, refused.value.fix, refused.value.__cause__, refused.value.__context__) == (
        f'The file "{name}" is not text in UTF-8.',
        "Save it as UTF-8 (in a spreadsheet: CSV UTF-8), then ask again.",
        None,
        None,
    )


def test_a_file_that_changes_while_it_is_read_is_a_conflict(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("email\nana@example.com\n")

    with opened("people.csv", [tmp_path]) as file:
        people = from_file(file)
        path.write_text("email\nana@example.com\neva@example.com\n")
        with pytest.raises(Conflict):
            all_of(people)
