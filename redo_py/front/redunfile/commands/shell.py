"""How a POSIX shell reads a command text: its words, what each is for, and where a hole may not stand.

The scanner goes once from left to right. HOLE stands for a hole; holes are numbered as they come. It knows quotes,
expansions, substitutions, redirections, here-documents, comments and the reserved words; what a word means after that
is the shell's business.
"""

from __future__ import annotations

from redo_py.ground.shell import RESERVED

HOLE = "\0"

_BEFORE_COMMAND = frozenset("! { if then elif else while until do time".split())
_BLANK = " \t\r"
_ENDS_WORD = frozenset(" \t\r\n;&|<>()")
_EXPANDS = frozenset("*?[{")


class Word:
    """One word of a command."""

    __slots__ = ("end", "holes", "literal", "role", "shell", "start")

    def __init__(self, start: int, role: str, shell: tuple[int, ...] = ()) -> None:
        self.start = start
        self.end = start
        self.role = role  # "command" "argument" "assignment" "output" (of a redirection) "input" "other"
        self.literal: str | None = ""  # what the shell makes of it; None if that is not known from the text
        self.holes: list[int] = []
        self.shell = shell  # the subshells that it stands in, by where they begin: the outermost first


class Run:
    """A stretch of a word that a list in one of its holes would repeat."""

    __slots__ = ("end", "holes", "is_part", "start", "word")

    def __init__(self, start: int, word: Word) -> None:
        self.start = start
        self.end = start
        self.holes: list[tuple[int, int]] = []  # (number, place)
        self.word = word
        self.is_part = False  # whether the rest of the word is a substitution


class Scanner:
    """Reads one text; the results are `words`, `runs` and `faults`."""

    def __init__(self, text: str, role: str = "command") -> None:
        self.text = text
        self.place = 0
        self.words: list[Word] = []
        self.runs: list[Run] = []  # those with holes
        self.faults: dict[int, str] = {}  # number of a hole that cannot be quoted where it stands -> where that is
        self._holes = 0
        self._shell: tuple[int, ...] = ()  # see Word.shell
        self._here_documents: list[tuple[str, bool]] = []  # (delimiter, whether tabs are stripped) not read yet
        self._commands("", role)

    # ---- commands

    def _commands(self, closer: str, role: str = "command") -> None:
        """Read commands up to `closer`, "" for the end of the text."""
        text = self.text
        cases = 0
        while self.place < len(text):
            char = text[self.place]
            if char in _BLANK:
                self.place += 1
            elif char == closer and role != "pattern":
                self.place += 1
                return
            elif char == "\n":
                self.place += 1
                self._read_here_documents()
                role = "command" if role != "pattern" else role
            elif char == "#":
                self._skip_to("\n", "inside a comment")
            elif text.startswith("\\\n", self.place):
                self.place += 2
            elif char in "<>" or text.startswith("&>", self.place):
                self._redirection(role)
            elif char in ";&|()":
                role = self._operator(role, cases)
            else:
                role, cases = self._next(role, cases)

    def _operator(self, role: str, cases: int) -> str:
        """Read `;`, `&`, `|` or a parenthesis; gives what the next word is for."""
        if role == "command" and self.text.startswith("((", self.place):
            self._arithmetic(2)
            return "argument"
        if self.text.startswith(";;", self.place):
            self.place += 2
            return "pattern" if cases else "command"
        char = self.text[self.place]
        self.place += 1
        if char == "(" and role == "argument" and self.text.startswith(")", self.place):  # `name() { ... }`
            self.words[-1].role = "other"
            self.place += 1
            return "command"
        if char == "(" and role != "pattern":
            self._subshell()
            return "argument"
        return role if role == "pattern" and char != ")" else "command"

    def _subshell(self) -> None:
        """Read commands that a shell of their own carries out, up to the parenthesis that ends it."""
        around = self._shell
        self._shell = (*around, self.place)
        self._commands(")")
        self._shell = around

    def _next(self, role: str, cases: int) -> tuple[str, int]:
        """Read a word; gives what the one after it is for, and how many `case` are open."""
        word = self._word("argument" if role in ("pattern", "name") else role)
        literal = self.text[word.start : word.end]
        if role == "pattern":
            return ("command", cases - 1) if literal == "esac" else (role, cases)
        if role == "name":
            return "argument", cases
        if literal == "in" and cases and role == "argument" and self._is_case_head():
            return "pattern", cases
        if word.role in ("assignment", "other"):
            return role, cases
        if role == "command" and literal in RESERVED:
            word.role = "other"
            if literal == "case" or literal == "esac":
                return ("argument", cases + 1) if literal == "case" else ("argument", cases - 1)
            return ("command" if literal in _BEFORE_COMMAND else "name"), cases
        return "argument", cases

    def _is_case_head(self) -> bool:
        """Is the word just read the `in` of `case WORD in`?"""
        before = self.words[-3] if len(self.words) > 2 else None
        return before is not None and before.literal == "case" and before.role == "other"

    def _redirection(self, role: str) -> None:
        """Read a redirection with its word."""
        text = self.text
        start = self.place
        while self.place < len(text) and text[self.place] in "<>&|" and self.place - start < 3:
            self.place += 1
        operator = text[start : self.place]
        if operator in ("<", ">") and text.startswith("(", self.place):  # process substitution: a word of its own
            self.place = start
            self._word(role if role != "pattern" else "argument")
            return
        if operator == "<<" and text.startswith("-", self.place):
            self.place += 1
        while self.place < len(text) and text[self.place] in _BLANK:
            self.place += 1
        if self.place == len(text) or text[self.place] in _ENDS_WORD:
            return
        word = self._word({"<": "input", "<<": "other", "<<<": "other", "<&": "other"}.get(operator, "output"))
        if operator == "<<":
            self._here_documents.append((word.literal or "", text[start + 2 : start + 3] == "-"))

    def _read_here_documents(self) -> None:
        """Skip the lines of the here-documents that the line before has begun."""
        pending, self._here_documents = self._here_documents, []
        for delimiter, is_stripped in pending:
            while self.place < len(self.text):
                end = self.text.find("\n", self.place)
                end = len(self.text) if end < 0 else end
                line = self.text[self.place : end]
                self._refuse_holes(line, "inside a here-document")
                self.place = min(end + 1, len(self.text))
                if (line.lstrip("\t") if is_stripped else line) == delimiter:
                    break

    # ---- words

    def _word(self, role: str) -> Word:
        """Read one word."""
        word = Word(self.place, role, self._shell)
        self.words.append(word)
        run = Run(self.place, word)
        while self.place < len(self.text):
            char = self.text[self.place]
            if char in _ENDS_WORD and not (char in "<>" and self._is_process_substitution()):
                break
            run = self._piece(char, word, run)
        word.end = self.place
        self._close(run)
        if word.literal is not None and word.literal.isdigit() and self.text[self.place : self.place + 1] in ("<", ">"):
            word.role = "other"  # the number of a file descriptor
        return word

    def _piece(self, char: str, word: Word, run: Run) -> Run:
        """Read one character, quotation or expansion of a word; gives the run that goes on."""
        if char == HOLE:
            self._hole(word, run)
        elif char == "'":
            self._add(word, self._skip_to("'", "inside single quotes", 1))
        elif char == '"':
            return self._double_quotes(word, run)
        elif char == "\\":
            self._escape(word)
        elif char == "$" or char == "`" or char in "<>":
            word.literal = None
            return self._expansion(word, run)
        else:
            self._plain(char, word)
        return run

    def _hole(self, word: Word, run: Run) -> None:
        word.holes.append(self._holes)
        run.holes.append((self._holes, self.place))
        word.literal = None
        self._holes += 1
        self.place += 1

    def _plain(self, char: str, word: Word) -> None:
        """A character that means itself, but for patterns, `~`, and the `=` of an assignment."""
        text = word.literal
        if char == "=" and word.role == "command" and (text or "").isidentifier() and self._is_unquoted(word):
            word.role = "assignment"
        is_home = char == "~" and self.place == word.start
        word.literal = None if char in _EXPANDS or is_home or text is None else text + char
        self.place += 1

    def _is_unquoted(self, word: Word) -> bool:
        return self.text[word.start : self.place] == word.literal

    def _add(self, word: Word, text: str) -> None:
        if word.literal is not None:
            word.literal = None if HOLE in text else word.literal + text

    def _escape(self, word: Word) -> None:
        escaped = self.text[self.place + 1 : self.place + 2]
        self._refuse_holes(escaped, "behind a backslash")
        if escaped != "\n":
            self._add(word, escaped)
        self.place += 2

    def _double_quotes(self, word: Word, run: Run) -> Run:
        """Read "..."; substitutions inside have words of their own."""
        self.place += 1
        while self.place < len(self.text):
            char = self.text[self.place]
            if char == '"':
                self.place += 1
                break
            if char == "$" or char == "`":
                word.literal = None
                run = self._expansion(word, run, is_quoted=True)
            elif char == "\\" and self.text[self.place + 1 : self.place + 2] in ("$", "`", '"', "\\", "\n", HOLE):
                self._escape(word)
            else:
                self._refuse_holes(char, "inside double quotes")
                self._add(word, char)
                self.place += 1
        return run

    # ---- expansions

    def _expansion(self, word: Word, run: Run, is_quoted: bool = False) -> Run:
        """Read what begins with `$`, a backquote or `<(`; a substitution ends the run, a new one begins behind it."""
        text, place = self.text, self.place
        if text[place] == "`":
            self._skip_to("`", "inside backquotes", 1)
        elif text.startswith("$((", place):
            self._arithmetic(3)
        elif text.startswith(("$(", "<(", ">("), place):
            run.is_part = True
            self._close(run)
            self.place += 2
            self._subshell()
            run = Run(self.place, word)
            run.is_part = True
        elif text.startswith("${", place):
            self._skip_to("}", "inside `${...}`", 2)
        elif text.startswith("$'", place) and not is_quoted:
            self._skip_to("'", "inside single quotes", 2)
        else:
            self.place += 1
            self._refuse_holes(text[self.place : self.place + 1], "behind `$`")
            if text.startswith(HOLE, self.place):
                self.place += 1
        return run

    def _arithmetic(self, opening: int) -> None:
        """Skip `((...))`: only numbers stand inside, which need no quotes."""
        depth = 2
        self.place += opening
        while self.place < len(self.text) and depth:
            char = self.text[self.place]
            depth += (char == "(") - (char == ")")
            if char == HOLE:
                word = Word(self.place, "other")
                run = Run(self.place, word)
                self._hole(word, run)
                self._close(run)
            else:
                self.place += 1

    # ---- small steps

    def _is_process_substitution(self) -> bool:
        return self.text.startswith("(", self.place + 1)

    def _close(self, run: Run) -> None:
        run.end = self.place
        if run.holes:
            self.runs.append(run)

    def _skip_to(self, closer: str, where: str, opening: int = 0) -> str:
        """Skip to behind `closer`, or to the end; gives the text before it. A newline is left to be read."""
        start = self.place + opening
        end = self.text.find(closer, start)
        while closer == "`" and end > 0 and self.text[end - 1] == "\\":
            end = self.text.find(closer, end + 1)
        end = len(self.text) if end < 0 else end
        inside = self.text[start:end]
        self._refuse_holes(inside, where)
        self.place = end if closer == "\n" else min(end + 1, len(self.text))
        return inside

    def _refuse_holes(self, text: str, where: str) -> None:
        for _ in range(text.count(HOLE)):
            self.faults[self._holes] = where
            self._holes += 1
