"""The text of a redunfile: characters, layout, strings, statements and expressions."""

from __future__ import annotations

SYNTAX: dict[str, tuple[str, str]] = {
    # ---- the file as a whole
    "not-utf-8": (
        "the file is not UTF-8 text: byte {byte}",
        "save it as UTF-8; paths with other bytes cannot be written here",
    ),
    "foreign-encoding": (
        "the file says that it is written in {encoding}",
        "redunfiles are UTF-8: convert it and drop this comment",
    ),
    "nul-character": ("the file holds a NUL character", "is this a text file?"),
    "lone-surrogate": ("{shown} is half a character", ""),
    # ---- words and characters
    "not-in-language": ("`{word}` is not part of the redunfile language", "{instead}"),
    "unexpected-character": ("unexpected character {shown}{where}", ""),
    "typographic-character": (
        "unexpected character {shown}{where}",
        "write {plain}: this one looks alike but is another character",
    ),
    "stray-backslash": (
        "unexpected `\\`{where}",
        "it joins a line with something on it to the next one, and stands at its very end",
    ),
    "odd-name": ("the name `{name}` is not written in its plain form", "write `{plain}`"),
    "not-a-name": ("`{name}` is not a name", "a name is made of letters, digits and `_`"),
    "bad-number": ("`{text}` is not a number", ""),
    "leading-zero": (
        "the number `{text}` starts with a zero",
        "write `{decimal}`, or `0o{decimal}` for an octal number",
    ),
    "huge-number": ("a number of {digits} digits is too long", "at most {most} digits"),
    # ---- strings
    "unclosed-string": (
        "this string is never closed",
        "a string ends on its own line; three quotes hold several lines",
    ),
    "unclosed-long-string": ("this string of several lines is never closed", "it ends with `{quotes}`"),
    "bytes-literal": (
        "bytes are not part of the redunfile language",
        "drop the `b`: text is written to files as UTF-8",
    ),
    "template-literal": (
        "t-strings are not part of the redunfile language",
        'write f"...": an f-string keeps its holes',
    ),
    "bad-escape": ("`{escape}` is no escape sequence", 'write `\\{escape}` for a backslash, or a raw string r"..."'),
    "strings-across-lines": (
        "two strings on two lines without a comma between them",
        "put `,` between two items; join one text with `+`",
    ),
    # ---- f-strings
    "unclosed-hole": ("`{{` in f-string is never closed", "write `{{{{` for a literal brace"),
    "quote-in-hole": (
        "`{{` in f-string is never closed",
        "the f-string ends at the next `{quote}`: use another quote inside the braces",
    ),
    "unopened-hole": ("`}}` in f-string closes nothing", "write `}}}}` for a literal brace"),
    "empty-hole": ("nothing stands between `{{` and `}}`", "write `{{{{` and `}}}}` for literal braces"),
    "conversion": (
        "conversions such as `!r` are not part of the redunfile language",
        "a hole is quoted for the shell by itself",
    ),
    "debug-hole": (
        "`{{name=}}` is not part of the redunfile language",
        "write the name before the brace: `name={{name}}`",
    ),
    "backslash-in-hole": ("a backslash inside the braces of an f-string", "give the value a name on a line before"),
    "comment-in-hole": ("`#` inside the braces of an f-string", "put the comment on its own line"),
    "hole-in-spec": ("a format specification is plain text", "write the width itself, as in `{{i:03d}}`"),
    # ---- layout
    "tab-indentation": ("this line is indented with a tab", "indent with four spaces"),
    "unexpected-indent": ("unexpected indentation", "only the lines after a `:` are indented"),
    "uneven-dedent": ("this indentation matches no line above", "the open blocks begin at column {columns}"),
    "missing-body": ("an indented line is missing here", "the line before ends with `:`; an empty body is `pass`"),
    "unclosed-bracket": ("`{bracket}` is never closed", ""),
    "unopened-bracket": ("`{bracket}` closes nothing", ""),
    "mismatched-bracket": ("`{bracket}` cannot close `{opener}`", "close the `{opener}` at {place} first"),
    "too-many-brackets": ("brackets are nested more than {most} deep", "give inner parts a name of their own"),
    "too-many-blocks": ("blocks are nested more than {most} deep", "move the inner ones to a `def`"),
    "too-deep": (
        "this expression or statement is nested more than {most} deep",
        "split it: give parts a name of their own",
    ),
    # ---- sentences
    "unexpected-token": ("unexpected {what}{where}", ""),
    "unexpected-end": ("unexpected end of {what}{where}", ""),
    "missing-colon": ("unexpected {what}", "a `:` may be missing at the end of this line"),
    "missing-comma": ("unexpected {what}{where}", "a `,` may be missing before it"),
    "words-in-hole": ("unexpected {what}{where}", "write `{{{{` and `}}}}` for literal braces"),
    "missing-call": ("unexpected {what} after a name", "a call needs parentheses: `{name}(...)`"),
    "equals-in-expression": (
        "unexpected `=`{where}",
        "`==` compares; an assignment is a line of its own, to names alone",
    ),
    "chained-assignment": ("unexpected `=`", "assign one name on each line"),
    "lone-else": ("`{word}` without an `if` before it", "it stands at the same column as its `if`"),
    "else-if": ("unexpected `if` after `else`", "write `elif`"),
    "lone-decorator": ("a decorator without a `def` on the next line", ""),
    "ellipsis": ("`...` is not part of the redunfile language", "an empty body is `pass`"),
    "assign-target": ("can only assign to a plain name", "names are assigned once and values are immutable"),
    "annotation-target": ("only a single name takes an annotation", ""),
    "annotation-alone": ("an annotated name needs a value", "write `name: type = value`"),
    "lone-comma": ("a comma makes a tuple of one item here", "write `(x,)` if that is meant, else drop the comma"),
    "stray-return": ("`return` outside a function", ""),
    "not-a-call": ("this line has no effect", "only calls stand on a line of their own; a comment starts with `#`"),
    "star-import": ("`import *` is not part of the redunfile language", "name what you import"),
    "future-import": ("`from __future__ import` has no meaning in a redunfile", "drop this line"),
    "for-else": ("`else` after `for` is not part of the redunfile language", "put it after the loop"),
    # ---- expressions
    "is-without-none": ("`{word}` is for None only", "compare values with {instead}"),
    "slice-step": ("a slice has two parts", "`[start:end]`; `reversed(...)` turns a list around"),
    "set-literal": ("sets are not part of the redunfile language", "write a list `[...]`, or `sorted(...)` of it"),
    "generator": ("a generator stands alone in a call only", "write a list: `[... for ... in ...]`"),
    "starred-item": ("`*` is not part of lists and tuples", "add lists with `+`: `[a] + more`"),
    "double-starred-item": ("`**` is not part of dictionaries", "write `dict(a, **b)`"),
    "repeated-keyword": ("keyword argument repeated: {name}", ""),
    "late-argument": ("positional argument after a {before}", "positional arguments come first"),
    "repeated-parameter": ("parameter repeated: {name}", ""),
    "missing-default": (
        "parameter `{name}` without a default after one with a default",
        "give it one, or put it first",
    ),
    "star-repeated": ("only one `*` may stand among the parameters", ""),
    "star-alone": ("no parameter follows `*`", "the parameters after `*` are given by name"),
    "double-star-parameter": (
        "`**{name}` is not part of the redunfile language",
        "name each parameter; defaults make them optional",
    ),
}

ENTRIES = SYNTAX  # the name that every part of the catalogue goes by

# What to write in place of a word or operator that Python has and the language has not.
INSTEAD: dict[str, str] = {
    "while": "loops run over finite lists only: use `for x in ...`",
    "break": "filter the list first: `for x in [y for y in ... if ...]`",
    "continue": "put the rest of the loop's body under an `if`",
    "class": "use a `dict`, or a Python module and `from MODULE import NAME`",
    "lambda": "write a `def`",
    "try": "nothing can be caught: test with `if`, or put the code into a task of a Python module",
    "except": "nothing can be caught: test with `if`, or put the code into a task of a Python module",
    "finally": "write one rule for each step; a failed rule leaves no output",
    "raise": 'use `fail("message")` or `assert condition, "message"`',
    "with": "files are read by `lines`, `table` and `data`, and written by commands and tasks",
    "yield": "return a list",
    "async": "everything runs in parallel already: write a plain `def`",
    "await": "values are waited for by themselves: use the value",
    "import": (
        "from a module of yours: `from MODULE import NAME`; Python's own library is for the tasks of such a module.\n"
        'Here a variable is `env("NAME")`, files are `glob("*.c")`, and what a command says `stdout("...")`'
    ),
    "global": "a name is bound once, where it is written; only `+=` reaches outward from a `for`",
    "nonlocal": "a name is bound once, where it is written; only `+=` reaches outward from a `for`",
    "del": "values never change: build the list or dict that you need",
    "__debug__": 'use `config("debug", False)`',
    ":=": "assign on a line before: `name = value`",
    "-=": "names are assigned once; only `+=` adds to a list, text or number",
    "*=": "names are assigned once; only `+=` adds to a list, text or number",
    "/=": "names are assigned once; only `+=` adds to a list, text or number",
    "%=": "names are assigned once; only `+=` adds to a list, text or number",
    "@=": "names are assigned once; only `+=` adds to a list, text or number",
    "&=": "names are assigned once; only `+=` adds to a list, text or number",
    "|=": "names are assigned once; only `+=` adds to a list, text or number",
    "^=": "names are assigned once; only `+=` adds to a list, text or number",
    "//=": "names are assigned once; only `+=` adds to a list, text or number",
    "**=": "names are assigned once; only `+=` adds to a list, text or number",
    "<<=": "names are assigned once; only `+=` adds to a list, text or number",
    ">>=": "names are assigned once; only `+=` adds to a list, text or number",
    "&": "use `and`",
    "&&": "use `and`",
    "|": "use `or`; a pipe belongs inside the string of `sh(...)`",
    "||": "use `or`",
    "!": "use `not`",
    "<>": "use `!=`",
    "^": "there are no operators on bits",
    "~": "there are no operators on bits",
    "<<": "there are no operators on bits",
    ">>": "there are no operators on bits; a redirection belongs inside the string of `sh(...)`",
    "**": "it stands before keyword arguments in a call only; multiply instead",
    "@": "a decorator stands on a line of its own before a `def`; there are no matrices",
}

# Names to everybody but Python, which in front of another value reads a statement.
STATEMENT_NAMES: dict[str, str] = {
    "match": "use `if` and `elif`, or look the value up in a dict",
    "type": "annotations need no declaration",
}

# Characters that editors and web pages put in place of plain ones.
LOOKALIKES: dict[str, str] = {
    "\u201c": '`"`', "\u201d": '`"`', "\u201e": '`"`', "\u2018": "`'`", "\u2019": "`'`", "\u00a0": "a plain space",
    "\u2013": "`-`", "\u2014": "`-`", "\u2212": "`-`", "\u2026": "the text itself", "\uff08": "`(`", "\uff09": "`)`",
    "\uff0c": "`,`", "\uff1a": "`:`", "\u00d7": "`*`",
}  # fmt: skip
