"""Files that redunfiles read as tables and data."""

from __future__ import annotations

ENTRIES: dict[str, tuple[str, str]] = {
    "not-utf8": ("this is no UTF-8 text", "save {path} as UTF-8, or convert it with `iconv -t UTF-8`"),
    # ---- tables
    "table-format": (
        "`table` does not know what stands between the cells of {path}",
        'names end in .csv or .tsv; for others say it: `delimiter=";"`',
    ),
    "bad-delimiter": ("{delimiter} cannot stand between cells", "a delimiter is one character"),
    "table-empty": ("{path} has no header", "the first line of a table names its columns"),
    "table-syntax": (
        "this row cannot be read: {error}",
        'a cell that holds `"` is quoted, and the quote doubled: `"a ""b"""`',
    ),
    "table-row": (
        "this row has {found}, and the header {wanted}",
        "a cell that holds the delimiter is quoted; an empty cell still has its delimiter",
    ),
    "column-nameless": ("column {number} has no name", "the first line of a table names its columns"),
    "column-repeated": ("there are two columns `{name}`", "rows are dicts: each column has a name of its own"),
    # ---- data
    "data-format": ("`data` does not know how {path} is written", "it reads .toml, .json, .yaml and .yml"),
    "data-syntax": ("{error}", ""),
    "data-deep": ("{path} is nested too deeply", ""),
    "data-repeated-key": (
        "an object in {path} has the key `{name}` twice",
        "only one of them can count: remove the other",
    ),
    "data-value": (
        "{where} of {path} holds {kind}, which redunfiles do not have",
        "they have texts, numbers, true and false, null, lists and tables",
    ),
    "no-yaml": (
        "reading {path} needs the package PyYAML",
        "run `python -m pip install pyyaml` where redun is installed",
    ),
}
