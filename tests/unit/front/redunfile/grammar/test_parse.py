"""Trees, places, bytes, and texts that would rather be something else. Wrong texts are in tests/golden/syntax."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from redo_py.front.redunfile.grammar.depth import MOST_LEVELS
from redo_py.front.redunfile.grammar.layout import MOST_BLOCKS, MOST_BRACKETS
from redo_py.front.redunfile.grammar.parse import MOST_ERRORS, parse, parse_bytes
from redo_py.front.redunfile.grammar.syntax import Assign, Call, Def, Evaluate, FString, Hole, Name, Node
from redo_py.ground.errors import ErrorList
from tests.unit.front.redunfile.grammar.corpus import SAMPLES

ROOT = Path(__file__).resolve().parents[5]


def value_of(text: str) -> Node:
    """The value of the only assignment in `text`."""
    (statement,) = parse(text, "redunfile.py").body
    assert isinstance(statement, Assign)
    return statement.value


def holes(text: str) -> list[Hole]:
    value = value_of(text)
    assert isinstance(value, FString)
    return [part for part in value.parts if isinstance(part, Hole)]


def refusal(text: str) -> ErrorList:
    with pytest.raises(ErrorList) as caught:
        parse(text, "redunfile.py")
    return caught.value


def codes(text: str) -> list[tuple[str, str]]:
    """The errors of `text` as (place, code)."""
    return [(str(error.span), error.code) for error in refusal(text).errors]


def place(node: Node) -> tuple[int, int]:
    return node.line, node.column


# ---- trees


def test_a_docstring_is_cleaned_and_is_no_statement():
    module = parse('"""First.\n\n    Second.\n    """\n\n\ndef f():\n    "Inner."\n', "redunfile.py")
    (function,) = module.body
    assert isinstance(function, Def)
    assert (module.doc, function.doc, function.body) == ("First.\n\nSecond.", "Inner.", ())


def test_a_call_stands_where_its_function_is_named():
    (statement,) = parse("a.b.c(1)", "redunfile.py").body
    assert isinstance(statement, Evaluate)
    assert isinstance(statement.value, Call)
    assert place(statement.value) == (1, 5)


def test_adjacent_strings_are_one():
    assert repr(value_of("x = 'a' \"b\" r'\\c'")) == r"Constant('ab\\c')"
    assert repr(value_of("x = 'a' f'b{c}d' 'e'")) == "FString(('ab', Hole('', Name('c')), 'de'))"


def test_strings_on_two_lines_are_one_only_where_no_comma_can_be_missing():
    assert repr(value_of("x = (\n'a'\n'b'\n)")) == "Constant('ab')"
    parse("sh(\n'a '\n'b'\n)", "redunfile.py")
    parse("x = [('a'\n'b'), 'c']", "redunfile.py")
    assert codes("x = ['a'\n'b']") == [("redunfile.py:2:1", "strings-across-lines")]
    assert codes("group('x', 'a'\n'b')") == [("redunfile.py:2:1", "strings-across-lines")]


# ---- places inside f-strings


def test_a_hole_stands_at_its_brace_and_its_value_behind():
    first, second = holes('x = f"é{a} {b + c}"')
    assert [place(first), place(first.value)] == [(1, 8), (1, 9)]
    assert [place(second), place(second.value)] == [(1, 12), (1, 13)]


def test_places_in_a_string_of_several_lines():
    first, second, third = holes('x = f"""{a}\n  é {\n f(b)} \\\n{c.d}"""')
    assert [place(hole) for hole in (first, second, third)] == [(1, 9), (2, 5), (4, 1)]
    assert isinstance(second.value, Call)
    (argument,) = second.value.arguments
    assert [place(second.value), place(argument)] == [(3, 2), (3, 4)]
    assert place(third.value) == (4, 4)


def test_places_in_a_hole_of_a_hole():
    (hole,) = holes('x = f\'\'\'{f"{a}" + f"""\n {b}"""}\'\'\'')
    names = sorted((node.line, node.column, node.id) for node in descendants(hole) if isinstance(node, Name))
    assert names == [(1, 13, "a"), (2, 3, "b")]


def descendants(node: Node) -> list[Node]:
    found, waiting = [], [node]
    while waiting:
        found.append(waiting.pop())
        for name in found[-1].fields:
            value = getattr(found[-1], name)
            waiting += [item for item in (value if isinstance(value, tuple) else (value,)) if isinstance(item, Node)]
    return found


def test_an_error_in_a_hole_of_several_lines():
    assert codes('sh(f"""\n  {a}\n  {b +\n    * c}\n""")') == [("redunfile.py:4:5", "unexpected-token")]


# ---- errors


def test_every_statement_tells_its_own_error():
    text = "x = [1 2]\n\n\ndef f(:\n    y = $\n\n\nz = 1\nif a\n    b()\nelse:\n    c(\n\nw = f'{'\n"
    assert codes(text) == [
        ("redunfile.py:1:8", "missing-comma"),
        ("redunfile.py:4:7", "unexpected-token"),
        ("redunfile.py:9:5", "missing-colon"),
        ("redunfile.py:14:7", "unclosed-hole"),
    ]


def test_a_file_full_of_errors_is_cut_short():
    assert len(refusal("x = = 1\n" * (MOST_ERRORS + 50)).errors) == MOST_ERRORS


def test_half_a_character():
    assert str(refusal("x = '\ud800'")) == (
        "redunfile.py:1:6: '\\ud800' is half a character\n     1 | x = '\ufffd'\n       |      ^"
    )


def test_control_characters_do_not_reach_the_terminal():
    assert "\x1b" not in str(refusal("x = 1 \x1b[31m"))


# ---- bytes


def test_bytes():
    assert repr(parse_bytes(b"\xef\xbb\xbfx = '\xc3\xa9'\r\n", "redunfile.py").body[0]) == (
        "Assign(None, (Name('x'),), Constant('é'))"
    )


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n", b"\r"])
def test_bytes_that_are_not_utf8(line_end: bytes):
    with pytest.raises(ErrorList) as caught:
        parse_bytes(b"\xef\xbb\xbfx = 1" + line_end + b"y = '\xc3\xa9\xff'" + line_end, "redunfile.py")
    assert str(caught.value).startswith(
        "redunfile.py:2:7: the file is not UTF-8 text: byte 0xff\n     2 | y = 'é\ufffd'\n"
    )


@pytest.mark.parametrize("cookie", ["utf-8", "UTF8", "utf_8"])
def test_an_encoding_comment_that_is_true(cookie: str):
    assert parse_bytes(f"# coding: {cookie}\nx = 1\n".encode(), "redunfile.py").body


def test_an_encoding_comment_below_the_second_line_means_nothing():
    assert parse_bytes(b"#\n#\n# coding: latin-1\nx = 1\n", "redunfile.py").body
    assert parse_bytes(b"x = 1\n# coding: latin-1\n", "redunfile.py").body


# ---- more than is good


@pytest.mark.parametrize("opener", ["(", "[", "{1: ", "f(", "x[", "(1, "])
def test_ten_thousand_brackets(opener: str):
    assert [code for _, code in codes("x = " + opener * 10_000)] == ["too-many-brackets"]
    closer = {"(": ")", "[": "]", "{": "}"}[opener.strip("1: ,fx")]
    text = "x = " + opener * 10_000 + "1" + closer * 10_000
    assert [code for _, code in codes(text)] == ["too-many-brackets"]


@pytest.mark.parametrize(
    "text",
    [
        "x = " + "-" * 10_000 + "1",
        "x = " + "not " * 10_000 + "1",
        "x = " + "a + " * 10_000 + "a",
        "x = " + "a and " * 10_000 + "a",
        "x = a" + ".b" * 10_000,
        "x = a" + "()" * 10_000,
        "x = " + "a if b else " * 2_000 + "c",
        "x = " + "a(b).c(" * 30 + "-" * 150 + "1" + ")" * 30,
        "if a:\n    b()\n" + "elif c:\n    d()\n" * 3_000,
    ],
)
def test_endless_chains(text: str):
    assert [code for _, code in codes(text)] == ["too-deep"]


def test_what_is_just_shallow_enough():
    parse("x = " + "a + " * (MOST_LEVELS - 3) + "a", "redunfile.py")
    parse("x = " + "(" * MOST_BRACKETS + "1" + ")" * MOST_BRACKETS, "redunfile.py")
    blocks = "".join("    " * depth + "for x in y:\n" for depth in range(MOST_BLOCKS))
    text = blocks + "    " * MOST_BLOCKS + "pass\n"
    parse(text, "redunfile.py")
    compile(text, "redunfile.py", "exec", dont_inherit=True)


def test_wide_is_not_deep():
    parse("x = [" + "a, " * 20_000 + "]\ny = '" + "ab\\n" * 100_000 + "'\n" + "# c\n" * 10_000, "redunfile.py")


def test_a_file_of_unclosed_brackets():
    assert len(refusal("x = (\n" * 3_000).errors) == MOST_ERRORS


# ---- one parser for all


def test_threads_share_the_parser():
    trees: list[list[str]] = []
    expected = [repr(parse(text, "redunfile.py")) for text in SAMPLES]

    def read() -> None:
        trees.append([repr(parse(text, "redunfile.py")) for text in SAMPLES * 3])

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert trees == [expected * 3] * 4


def test_what_is_imported_before_a_text_must_be_parsed():
    code = "import sys; from redo_py.front.redunfile.grammar import parse, frozen; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-S", "-c", code], cwd=ROOT, capture_output=True, text=True).stdout.split()
    assert not {"lark", "re", "typing", "enum", "dataclasses", "logging"} & set(loaded)
