"""Targets, rules and their graph, before anything runs."""

from __future__ import annotations

ENTRIES: dict[str, tuple[str, str]] = {
    # ---- targets
    "unknown-target": ("there is no target `{target}`", "{hint}"),
    "empty-target": ("a target is empty", "see `redun targets`"),
    "nothing-below": ("`{target}`: no redunfile makes or names anything there", "{hint}"),
    "not-included": ("{file} is not part of this build", "{hint}"),
    "rule-as-target": ("`{name}` is a rule ({place}), not a target", "ask for what it makes: {patterns}"),
    "override-as-target": ("`{target}` is no target", "settings are given with `-D {target}`"),
    "nothing-to-build": (
        "there is nothing to build by default",
        "name a target, or write `default(...)`; see `redun targets`",
    ),
    "too-many-words": ("action `{name}` does not take `{word}`", "parameters are options: `--name value`"),
    "option-of-redun": (
        "action `{name}` has no option {option}",
        "redun's own options stand before the name: `redun build {option} {name} ...`",
    ),
    "missing-option": ("action `{name}` needs {option}", "write `redun build {name} {option} VALUE`"),
    "unknown-parameter": ("action `{name}` has no option {option}", "{hint}"),
    "option-without-value": (
        "{option} of action `{name}` needs a value",
        "one that begins with `-` is written `{option}=VALUE`",
    ),
    "bad-option-value": ("{option} of action `{name}`: `{text}` is not {kind}", ""),
    # ---- who makes a path
    "two-rules": ("{path} is made by rule `{name}` and by rule `{other}` ({place})", "each path is made by one rule"),
    "two-instances": (
        "{path} is made by rule `{name}` and by rule `{other}` ({place})",
        "each path is made once: let the patterns differ",
    ),
    "tie": (
        "{path} matches {first} ({place}) and {second} equally well",
        "make one more literal, or say which with `where=`",
    ),
    "two-splits": (
        "{path} can be read as {pattern} in two ways: {ways}",
        "say which with `where=`, or put `/` between the placeholders",
    ),
    "shared-depfile": (
        "{path} is the depfile of {one} and of {other} ({place})",
        'each command writes its own: name it after what is made, `depfile=f"{{out}}.d"`',
    ),
    "depfile-is-output": (
        "{path} is the depfile of {one} and an output of {other} ({place})",
        "a depfile is removed when it has been read: give it another name",
    ),
    "overlap": (
        "{path} of rule `{name}` lies inside {folder}, which rule `{other}` ({place}) makes",
        "one of them has to go elsewhere",
    ),
    "output-is-source": ("{path} is an output of rule `{name}` and a `source(...)`", "it cannot be both"),
    "output-reserved": (
        "rule `{name}` would make {path}, which is {owner}",
        "let it make another path, and move it there by hand if need be",
    ),
    "glob-of-output": (
        "{pattern} would list {path}, which rule `{rule}` makes",
        "a glob reads sources: leave it out with `exclude=`",
    ),
    "glob-of-pattern": (
        "{pattern} lists {path}, which rule `{rule}` claims",
        'a glob reads sources: leave it out with `exclude=`, or say source("{path}") if no rule shall make it',
    ),
    "executor-unfit": (
        "`{name}` runs {what}, which the executor `{executor}` does not",
        "leave `executor=` out: commands and functions find theirs",
    ),
    "linked-outputs": (
        "{path} of rule `{name}` and {second} of rule `{other}` ({place}) are one file: a folder is a link",
        "let one rule make it, under one of its names",
    ),
    "cycle": ("what is needed here needs itself: {path}", ""),
    "cycle-by-word": (
        "what is needed here needs itself: {path}",
        'a word of this command names {word}, so it is needed: if it is not read, write raw("{word}")',
    ),
    "endless": (
        "rule `{name}` needs itself without end: {path}",
        "its pattern matches what it needs: narrow the pattern",
    ),
    # ---- inputs
    "special-input": (
        "{path} is {kind}, not a file",
        "an input is a file or a folder: what has no content cannot be told to have changed",
    ),
    "missing-input": ("{path} is missing", "{hint}"),
    "leftover-input": (
        "{path} is no source: redun made it, and no rule makes it any more",
        (
            "`redun clean --stale` removes what rules have left that are gone. To keep it as a source,\n"
            'say source("{path}"), add it to git, or edit it'
        ),
    ),
    "pattern-claims": (
        "{path} is missing, and rule `{name}` needs it for {output}",
        'no rule makes it; if {output} is a source, narrow the pattern or say source("{output}")',
    ),
}
