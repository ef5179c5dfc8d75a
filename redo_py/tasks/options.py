"""The options of tasks and rules: one table for the decorator, the redunfile's keywords, the docs and completion."""

from __future__ import annotations


class Option:
    """One option. `in_key` tells whether it is part of an evaluation's identity; none of these is unless it says so."""

    __slots__ = ("doc", "in_key", "kind", "name")

    def __init__(self, name: str, kind: str, doc: str, in_key: bool = False) -> None:
        self.name = name
        self.kind = kind  # "text" "count" "seconds" "flag" "calls" "list"
        self.doc = doc
        self.in_key = in_key


OPTIONS: dict[str, Option] = {
    option.name: option
    for option in (
        Option("name", "text", "the task's name; the function's name by default"),
        Option("namespace", "text", "what stands before the name; the module's `redun_namespace` by default"),
        Option("version", "text", "replaces the code in the task's identity: change it to run again", in_key=True),
        Option("hash_includes", "list", "further functions, modules or values that identify the task", in_key=True),
        Option("cache", "flag", "False: never take a result of an earlier run"),
        Option("always", "flag", "run in every build; what depends on it runs only if its result differs"),
        Option("executor", "text", "where it runs"),
        Option("pool", "text", "a name from pool(); at most its depth of jobs run at once"),
        Option("retries", "count", "how often a failure is tried again"),
        Option("timeout", "seconds", "how long it may run"),
        Option("tracked", "flag", "its outputs may be files that git keeps"),
        Option("temp", "flag", "its outputs are removed when nothing needs them any more"),
        Option("after", "calls", "what must be done before, without being an input"),
        Option("depfile", "text", "the make-style file in which the command lists what it read"),
        Option("origin", "text", "what it was asked for: its first output, or the name of an action or target"),
        Option("kind", "text", "what declared it: rule, action, check"),
        Option("rule", "text", "the rule's name"),
        Option("stems", "list", "the values of the rule's placeholders"),
        Option("absent_words", "list", "paths that words of its commands would name if something were there"),
        Option("named_words", "list", "its inputs that are inputs because words of its commands name them"),
        Option("doc", "text", "the first line of its description"),
    )
}
