"""Tables: what a text means, and what is said about one that is none."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redo_py.ground.errors import UsageError
from redo_py.tasks.malformed import Malformed
from redo_py.tasks.tables import delimiter_of, read_table


def wrong(text: str, delimiter: str = ",", path: str = "t.csv") -> str:
    with pytest.raises(Malformed) as caught:
        read_table(text, delimiter)
    return str(caught.value.error(UsageError, path))


@pytest.mark.parametrize(
    ("text", "delimiter", "rows"),
    [
        ("a,b\n1,2\n3,4\n", ",", [{"a": "1", "b": "2"}, {"a": "3", "b": "4"}]),
        ("a\tb\n1\t2", "\t", [{"a": "1", "b": "2"}]),
        ("a,b\r\n1,2\r\n", ",", [{"a": "1", "b": "2"}]),
        ("\ufeffa;b\n1;2\n", ";", [{"a": "1", "b": "2"}]),
        ("a\n", ",", []),
        ("\n\na,b\n\n1,2\n\n", ",", [{"a": "1", "b": "2"}]),
        ('a,b\n"x, ""y""\nz",007\n', ",", [{"a": 'x, "y"\nz', "b": "007"}]),
        ("a,b\n,\n", ",", [{"a": "", "b": ""}]),
        ("a b,é\n x ,\u2028\n", ",", [{"a b": " x ", "é": "\u2028"}]),
    ],
)
def test_rows(text: str, delimiter: str, rows: list[dict[str, str]]) -> None:
    assert read_table(text, delimiter) == rows


@given(st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), min_size=2,
                         max_size=2), max_size=5), st.sampled_from(",\t;|"))  # fmt: skip
def test_what_csv_writes_is_read_again(rows: list[list[str]], delimiter: str) -> None:
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter).writerows([["a", "b"], *rows])
    assert [list(row.values()) for row in read_table(stream.getvalue(), delimiter)] == rows


@pytest.mark.parametrize(
    ("path", "asked", "delimiter"),
    [("a.csv", "", ","), ("b/a.TSV", "", "\t"), ("a.tab", "", "\t"), ("a.txt", ";", ";"), ("a.csv", "|", "|")],
)
def test_the_delimiter(path: str, asked: str, delimiter: str) -> None:
    assert delimiter_of(path, asked) == delimiter


@pytest.mark.parametrize(
    ("path", "asked", "code"),
    [
        ("a.txt", "", "table-format"),
        ("a.csv", ", ", "bad-delimiter"),
        ("a.csv", "\n", "bad-delimiter"),
        ("a.csv", '"', "bad-delimiter"),
    ],
)
def test_no_delimiter(path: str, asked: str, code: str) -> None:
    with pytest.raises(Malformed) as caught:
        delimiter_of(path, asked)
    assert caught.value.code == code


def test_a_row_that_is_too_short_or_too_long() -> None:
    assert wrong("a,b\n1,2\n\n3\n") == (
        "t.csv:4:1: this row has 1 cell, and the header 2\n"
        "     4 | 3\n"
        "       | ^\n"
        "  hint: a cell that holds the delimiter is quoted; an empty cell still has its delimiter"
    )
    assert wrong('a\tb\n"1\n1"\t2\t3\n', "\t").startswith("t.csv:2:1: this row has 3 cells, and the header 2\n")


def test_a_quote_that_is_not_closed_is_told_where_its_row_begins() -> None:
    assert wrong('a,b\n1,2\n3,"4\n5,6\n').startswith("t.csv:3:1: this row cannot be read: unexpected end of data\n")
    assert wrong('a,b\n"1"x,2\n').startswith("t.csv:2:1: this row cannot be read: ',' expected after '\"'\n")


def test_headers_that_name_no_columns() -> None:
    assert wrong("") == "redun: t.csv has no header\n  hint: the first line of a table names its columns"
    assert wrong("\n\n").startswith("redun: t.csv has no header")
    assert wrong("\na,,b\n").startswith("t.csv:2:1: column 2 has no name\n     2 | a,,b\n")
    assert wrong("a,b,a\n").startswith("t.csv:1:1: there are two columns `a`\n")


def test_bytes_that_are_no_text() -> None:
    text = b"a,b\n1,caf\xe9\n".decode("utf-8", "surrogateescape")
    assert wrong(text) == (
        "t.csv:2:6: this is no UTF-8 text\n"
        "     2 | 1,caf?\n"
        "       |      ^\n"
        "  hint: save t.csv as UTF-8, or convert it with `iconv -t UTF-8`"
    )
