"""The redunfile: its names, values, calls and declarations. Its text is in `syntax`."""

from __future__ import annotations

ENTRIES: dict[str, tuple[str, str]] = {
    # ---- names
    "unknown-name": ("`{name}` is not defined", "{hint}"),
    "used-before": (
        "`{name}` is used before it is bound",
        "a name that a function binds is its own from the first line on",
    ),
    "bound-twice": (
        "`{name}` is bound already, at line {line}",
        "names are bound once: take another name, or add with `+=`",
    ),
    "builtin-bound": ("`{name}` is a built-in name", "take another one; only parameters and placeholders may have it"),
    "add-outside": ("`+=` does not reach out of a function", "return the value, and add it where the name is bound"),
    "recursion": ("`{name}`: functions cannot call themselves", "loops run over finite lists: use `for x in ...`"),
    "relative-import": (
        "only redunfiles are imported with a dot: `{module}`",
        "Python modules are named from the root: `from tools.flags import NAME`",
    ),
    # ---- several redunfiles
    "no-such-include": ("there is no {file}", "{hint}"),
    "include-outside": (
        "{folder} is outside of this project",
        "a project is one folder with all below it: build the other with `redun build -C`",
    ),
    "include-link": ("{folder} is a link to {real}", 'name the folder itself: `include("{written}")`'),
    "include-project": (
        "{folder} is a project of its own: there is {border}",
        "it keeps its own records: build it with `redun build -C {folder}`, in an action or by hand",
    ),
    "include-undecided": (
        "`include` cannot depend on the result of a task",
        "include it always: what is not asked for is not built",
    ),
    "include-self": ("a redunfile cannot include itself", ""),
    "include-cycle": (
        "redunfiles include each other: {path}",
        "put what both need into a third one, or into a Python module, and import it from there",
    ),
    "include-deep": (
        "more than {most} redunfiles include each other in a row",
        "include them from one place: an include may name folders at any depth",
    ),
    "include-in-body": (
        "redunfiles are imported at the top level only",
        "import at the top of the file; bodies may use what is bound there",
    ),
    "not-in-redunfile": ("{file} binds no `{name}`", "{hint}"),
    "unknown-label": ("there is no target `{name}`", "{hint}"),
    "no-builtin": ("`redo_py.build` has no `{name}`", "{hint}"),
    # ---- lazy values: known only when tasks have run
    "lazy-if": (
        "an `if` cannot depend on the result of a task",
        "use `a if cond else b`, which is decided when the task has run",
    ),
    "lazy-for": (
        "a `for` cannot go through the result of a task",
        "use `[f(x) for x in values]`, which is made when the task has run",
    ),
    "lazy-logic": (
        "`and`, `or`, `not`, `in` and `assert` cannot wait for the result of a task",
        "use `a if cond else b`, or decide inside a task",
    ),
    "lazy-dict": ("a dict cannot be made from the result of a task", "make it inside a task"),
    "lazy-star": ("`*` and `**` cannot unpack the result of a task", "pass the value itself"),
    "lazy-inside": ("this holds the result of a task, which is not known yet", "compare and search inside a task"),
    "lazy-argument": (
        "`{name}` needs a value that is known before anything runs",
        "this one is the result of a task: use it inside a task",
    ),
    "lazy-format": ("a format cannot be applied to the result of a task", "make the text inside a task"),
    "lazy-raw": ("`raw` needs a text that is known before anything runs", "make it inside a task and leave out `raw`"),
    "lazy-unused": (
        "the result of this call is never used",
        "a task runs for its result: return it, name it, or need it",
    ),
    "undecided-step": (
        "`{name}` inside a lazy conditional or list",
        "a body has the same steps always: choose inside the command, or in a task",
    ),
    # ---- values
    "text-not-iterable": ("a text cannot be looped over", "split it: `text.split()`, `lines(...)`, `words(...)`"),
    "not-iterable": ("{kind} cannot be looped over", ""),
    "unpack": ("there are {wanted} names for {found}", ""),
    "bad-operands": ("`{op}` does not go with {left} and {right}", ""),
    "bad-operand": ("`{op}` does not go with {kind}", ""),
    "path-operator": (
        "`+` does not go with {left} and {right}",
        'write an f-string, f"{{a}}{{b}}", or take the text: `.path`',
    ),
    "division-by-zero": ("division by zero", ""),
    "too-large": ("this value would be too large", ""),
    "too-many-steps": ("this redunfile takes more than {most} steps", "the loop here takes most of them"),
    "bad-key": ("{kind} cannot be a key", "keys are texts and numbers"),
    "repeated-key": ("the key {key} stands twice in this dict", ""),
    "no-key": ("the dict has no key {key}", "{hint}"),
    "no-item": ("there is no item {index}: the list has {length}", ""),
    "bad-index": ("{kind} is no index of {container}", ""),
    "bad-slice": ("{kind} cannot be sliced like this", ""),
    "no-attribute": ("{kind} has no `{name}`", "{hint}"),
    "method-not-called": ("`{name}` is a method of {kind}", "call it: `{name}(...)`"),
    "no-output": ("`out` has no `{name}`", "{hint}"),
    "no-text": ("{kind} has no text of its own", 'join the items of a list: `" ".join(items)`'),
    "bad-format": ("the format `{spec}` does not fit {kind}", ""),
    "assertion": ("assertion failed: {message}", ""),
    "failed": ("{message}", ""),
    # ---- calls
    "not-callable": ("{kind} cannot be called", ""),
    "rule-called": ("the {kind} `{name}` cannot be called", 'name what it makes: `need("...")`'),
    "argument-missing": ("`{name}` misses its argument `{argument}`", ""),
    "arguments-surplus": ("`{name}` is given {count} arguments by place, it takes {most}", ""),
    "unknown-argument": ("`{name}` has no argument `{argument}`", "{hint}"),
    "repeated-argument": ("the argument `{name}` is given twice", ""),
    "double-star": ("`**` unpacks a dict with texts for keys, not {kind}", ""),
    "bad-arguments": ("`{name}` does not take {given}", ""),
    "bad-task-argument": (
        "{kind} cannot be an argument of a task",
        "pass texts, numbers, files, and lists and dicts of them",
    ),
    "no-number": ("{value} is no number", ""),
    "not-comparable": ("`{name}` cannot compare these items", "they must all be texts, all numbers, or all files"),
    "nothing-to-choose": ("`{name}` of nothing", ""),
    "wanted-text": ("`{name}` takes a text, not {kind}", ""),
    "no-task": ("`task` takes a function imported from a Python module, not {kind}", ""),
    "only-in-body": (
        "`{name}` belongs into the body of a rule, action or check",
        "bodies run when something asks for what they make",
    ),
    "only-at-top": ("`{name}` belongs to the top level", "bodies say what to need and what to run, nothing else"),
    # ---- windows
    "no-such-source": ("there is no file {path}", "`{window}(need(...))` reads a file that a rule makes"),
    "unreadable": ("cannot read {path}: {error}", ""),
    "lines-of-output": (
        "{path} is looked at without being needed, and rule `{rule}` ({place}) makes it",
        'write `need("{path}")` for it: then it is made before',
    ),
    "no-such-executor": ("there is no executor `{name}`", "{hint}"),
    "empty-glob": ("warning: no file matches {pattern}", ""),
    "no-placeholder": ("{pattern} has no placeholder", "write `{{name}}` for the part that you want"),
    "open-quote": ("{quote} is never closed in {text}", ""),
    "repeated-config": ("the setting `{name}` is declared already, at {place}", ""),
    "bad-config-default": ("a setting cannot be {kind}", "it is a text, a number, True or False, or a list of texts"),
    "config-type": ("`{name}` of [config] is {found}, not {wanted}", ""),
    "bad-choice": ("`{name}` cannot be {value}", "it is one of {choices}"),
    "bad-override": ("-D {name}={text}: `{name}` takes {kind}", ""),
    "unknown-override": ("-D {name}: this redunfile has no setting `{name}`", "{hint}"),
    # ---- declarations
    "bad-decorator": ("{kind} is no decorator", "above a `def` stand `@rule(...)`, `@action` and `@check`"),
    "several-decorators": ("a `def` has one decorator", ""),
    "rule-without-pattern": ("a rule needs the path that it makes", '`@rule("build/{{stem}}.o")`'),
    "output-is-option": (
        "`{name}=` is an option of the executor `{executor}`, and the rule makes nothing else",
        "give the output another name",
    ),
    "lone-declaration": ("`{kind}(...)` does nothing by itself", "write `@{kind}(...)` above a `def`"),
    "parameters": (
        "the parameters of rule `{name}` do not fit {patterns}: {told}",
        "write `def {name}({written})`: `out` is what the rule makes, and each placeholder is a parameter",
    ),
    "out-placeholder": ("`{{out}}` is no placeholder: `out` is what rule `{name}` makes", "take another name"),
    "rule-parameter": (
        "the parameter `{name}` of a rule cannot have a default or a `*`",
        "parameters are `out` and the placeholders",
    ),
    "star-parameter": ("the parameter `*{name}` cannot be given on the command line", "name each parameter"),
    "check-parameter": ("the check `{name}` cannot have parameters", "an `@action` can"),
    "action-output": ("the action `{name}` has no output", 'files are made by rules: `@rule("path")`'),
    "repeated-target": (
        "there is a target `{name}` already, at {place}",
        "actions, checks, groups and lazy values share their names",
    ),
    "name-is-output": ("`{name}` is also a file that rule `{rule}` makes, at {place}", "take another name"),
    "bad-target-name": ("`{name}` cannot be the name of a target", "it is one word without `/`, `=` and `:`"),
    "bad-member": ("{kind} is no target", ""),
    "pattern-rule-member": ("the rule `{name}` makes any {pattern}", "name the paths that you want"),
    "group-cycle": ("a group cannot be its own member: {path}", ""),
    "bad-where": ("`where` is a dict of lists or regular expressions, not {kind}", ""),
    "where-unknown": ("`where` names `{name}`, which is no placeholder of rule `{rule}`", "{hint}"),
    "bad-regex": ("`where` for {name}: {error}", ""),
    "unknown-option": ("`{name}` is no option of `{of}`", "{hint}"),
    "bad-option": ("the option `{name}` is {wanted}, not {value}", ""),
    "repeated-option": ("`{name}` is another name of the option `{other}`, which is given as well", "leave one out"),
    "bad-depth": ("the depth of pool `{name}` is a whole number from 1 on", ""),
    "repeated-pool": ("the pool `{name}` is declared already", ""),
    "unknown-pool": ("there is no pool `{name}`", "{hint}"),
    # ---- patterns
    "empty-pattern": ("a rule cannot make nothing", "write the path that it makes"),
    "output-outside": ("{pattern} lies outside the project", "outputs are paths below the project's root"),
    "bad-placeholder": ("`{placeholder}` is no placeholder", "`{{name}}` is one; double the brace for a literal one"),
    "touching-placeholders": (
        "nothing stands between `{{{first}}}` and `{{{second}}}`",
        "no path could say where one ends",
    ),
    "uneven-patterns": (
        "{first} and {second} do not have the same placeholders",
        "all outputs of a rule are made together",
    ),
    # ---- bodies and commands
    "no-step": ("the body of {kind} `{name}` has no step", "`sh(...)` runs a command, `return task(...)` calls a task"),
    "bad-return": ("`{name}` returns {kind}", "a body returns the call of a task, or nothing"),
    "bad-need": ("`need` does not take {kind}", "it takes paths, files, lists of them, groups and lazy values"),
    "need-of-action": ("the {kind} `{name}` makes no file", "files are needed; a path of this name is `./{name}`"),
    "empty-path": ("the path is empty", ""),
    "bad-command": ("`sh` takes a text, not {kind}", "write an f-string: lists in its holes are several words"),
    "empty-command": ("the command is empty", ""),
    "nul-in-command": ("a command cannot hold a NUL character", ""),
    "plain-braces": ("`{{{name}}}` in a plain string", 'did you mean f"..."?'),
    "quoted-hole": (
        "a hole {where}",
        "holes are quoted already: put it outside, or write `raw(...)` for text as it is",
    ),
    "bad-hole": ("{kind} in a command", "a hole holds text, numbers, files, or lists of them"),
    "root-path": (
        "`{text}` in a command: the shell knows no paths from the root",
        "{hint}",
    ),
    "f-string-for-shell": (
        "{taken} in an f-string that stands alone in a hole of a command: the shell would read it",
        (
            "`str(...)` around it makes it one word, quoted; `raw(...)` hands it to the shell, its holes unquoted.\n"
            "Or write what the shell shall read into the command itself"
        ),
    ),
    "first-word": ("the command's first word is `{text}`, which has a space", "split it: `words(...)`"),
    "two-lists": ("two lists in one word of a command", "put a space between them"),
    "list-in-assignment": ("a list as the value of a variable of the shell", "use `env={{...}}`, or join it"),
    "list-beside": ("a list in one word with a substitution", "put a space between them"),
    "foreign-holes": (
        "`{shell}` is no POSIX shell: holes cannot be quoted for it",
        'write a plain string, and give values as variables: `sh("...", src=src)`',
    ),
    "foreign-env": (
        "two steps of other interpreters give `{name}` different values",
        "take two names",
    ),
    "bad-env": ("`env` is a dict, not {kind}", ""),
    "bad-variable": ("`{name}` cannot be the name of a variable", "letters, digits and `_`"),
    "bad-args-file": ("`args_file` takes texts, numbers and files that are known before anything runs", ""),
    "second-depfile": ("a body has one depfile", ""),
}
