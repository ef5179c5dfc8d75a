"""One command text becomes one process, the leader of its own process group."""

from __future__ import annotations

import os
from errno import E2BIG, EACCES, EAGAIN, ENOENT, ENOEXEC, ENOMEM

from redo_py.executors.commands.programs import identified, program_to_start
from redo_py.executors.commands.sharing import VARIABLE
from redo_py.executors.commands.words import simple_words
from redo_py.executors.failures import reason, step_failure, system_failure
from redo_py.executors.processes.journal import BUILD_VARIABLE, JOB_VARIABLE
from redo_py.executors.processes.system import SIGPIPE, SIGXFSZ, start_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from redo_py.executors.api import CommandStep, JobSpec
    from redo_py.executors.commands.sharing import Sharing
    from redo_py.ground.clock import Clock
    from redo_py.ground.errors import RunError

ROOT_VARIABLE = "REDUN_BUILD_ROOT"  # the root of the build that runs a command, so that a build inside it is noticed

_BASH = ["bash", "-euo", "pipefail"]
_TAKE_TEXT = frozenset(("bash", "dash", "ksh", "sh", "zsh"))  # interpreters that take `-c TEXT`; others get a file
_LONGEST_ARGUMENT = 100_000  # bytes; Linux takes 128 KB
_IN_FOLDER = ("/bin/sh", "-c", 'cd "$0" && exec "$@"')  # posix_spawn knows no working directory
_PYTHON_IGNORES = (SIGPIPE, SIGXFSZ)  # and a child would inherit that
_GONE = (ENOENT, EACCES)  # errors that say that a program is not there any more
_PAUSES = (0.01, 0.05, 0.2, 0.0)  # seconds, while the system has no room for one more process; 0 is to give up


class Launcher:
    """Starts commands of the project at `root`; may be used from several threads."""

    def __init__(self, root: str, clock: Clock, build_id: str, scratch: str, sharing: Sharing | None = None) -> None:
        self._root = root
        self._clock = clock
        self._scratch = scratch  # folder for texts that must be files; made when needed
        self._own_variables = {BUILD_VARIABLE: build_id, ROOT_VARIABLE: root}
        self._root_stat = os.stat(root)
        self._null_fd = os.open(os.devnull, os.O_RDWR)
        self._sharing = sharing
        self._script_count = 0

    def launch(self, spec: JobSpec, step: CommandStep, print_fd: int, answer_fd: int = -1) -> tuple[int, str]:
        """Start `step`, printing into `print_fd` (-1: the terminal is inherited), its standard output into `answer_fd`
        if there is one; its pid, and the file that holds its text, to be given to `discard` when it has ended ("" if
        there is none). Raises RunError."""
        words = None if step.shell else simple_words(step.text)
        script = ""
        stdin_fd = -1
        try:
            if words is None:
                words, script = self._shell_words(spec, step)
            if step.stdin:
                stdin_fd = self._open_stdin(spec, step)
            actions = self._file_actions(print_fd, print_fd if answer_fd < 0 else answer_fd, stdin_fd)
            return self._start(spec, step, words, actions), script
        except ValueError as error:  # a NUL character, or one that is no text
            self.discard(script)
            raise step_failure("command-not-started", spec, step, reason=str(error)) from error
        except BaseException:
            self.discard(script)
            raise
        finally:
            if stdin_fd >= 0:
                os.close(stdin_fd)

    def work_for(self, build_id: str) -> None:
        """What is started from now on is that build's."""
        self._own_variables[BUILD_VARIABLE] = build_id

    def over(self, seq: int) -> None:
        """No command of the job `seq` runs any more."""
        if self._sharing is not None:
            self._sharing.over(seq)

    def discard(self, script: str) -> None:
        """Remove a script file whose process has ended."""
        if script:
            try:
                os.unlink(script)
            except FileNotFoundError:
                pass

    def close(self) -> None:
        """Give the descriptor back; may be called twice."""
        if self._null_fd >= 0:
            os.close(self._null_fd)
            self._null_fd = -1

    def _shell_words(self, spec: JobSpec, step: CommandStep) -> tuple[list[str], str]:
        """The words that let an interpreter run the step's text, and the file that they name, if any."""
        interpreter = (simple_words(step.shell) or step.shell.split()) if step.shell else _BASH
        if os.path.basename(interpreter[0]) in _TAKE_TEXT:
            encoded_size = len(step.text) if step.text.isascii() else len(os.fsencode(step.text))
            if encoded_size < _LONGEST_ARGUMENT:
                return [*interpreter, "-c", step.text], ""
        try:
            script = self._write_script(os.fsencode(step.text + "\n"))
        except OSError as error:
            raise system_failure(spec, error) from error
        return [*interpreter, script], script

    def _write_script(self, text: bytes) -> str:
        """A new file with `text`, which must not outlive its process."""
        if not self._script_count:
            os.makedirs(self._scratch, exist_ok=True)
            self._sweep()
        self._script_count += 1
        path = os.path.join(self._scratch, f"script-{os.getpid()}-{self._script_count}-{os.urandom(4).hex()}")
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with open(fd, "wb") as file:
                file.write(text)
        except OSError:
            self.discard(path)
            raise
        return path

    def _sweep(self) -> None:
        """Remove the scripts of processes that were killed."""
        for name in os.listdir(self._scratch):
            kind, _, rest = name.partition("-")
            pid = rest.partition("-")[0]
            if kind == "script" and pid.isdecimal() and not start_of(int(pid)):
                self.discard(os.path.join(self._scratch, name))

    def _open_stdin(self, spec: JobSpec, step: CommandStep) -> int:
        try:
            return os.open(os.path.join(self._root, step.stdin), os.O_RDONLY)
        except OSError as error:
            raise step_failure("stdin-unreadable", spec, step, path=step.stdin, reason=reason(error)) from error

    def _start(self, spec: JobSpec, step: CommandStep, words: list[str], actions: list[tuple[int, int, int]]) -> int:
        """Find the program and start it."""
        env = {**spec.env, **self._own_variables, JOB_VARIABLE: str(spec.seq)}
        if self._sharing is not None and self._sharing.concerns(step.text) and VARIABLE not in env:
            env[VARIABLE], more = self._sharing.offer(spec.seq, step.text)
            actions += more
        folder = self._folder_to_enter(spec, step)
        where = (self._root, words[0], spec.env.get("PATH"), step.cwd)
        path = identified(*where) if is_looked_after(spec, step, words[0]) else ""
        if path:
            try:
                return self._spawn(path, words, folder, env, actions)
            except OSError as error:
                if error.errno not in _GONE:
                    raise self._start_failure(spec, step, words[0], path, error) from error
        path = program_to_start(*where)
        if not path:
            code = "shell-not-found" if words[0] == "bash" else "command-not-found"
            raise step_failure(code, spec, step, program=words[0])
        try:
            return self._spawn(path, words, folder, env, actions)
        except OSError as error:
            raise self._start_failure(spec, step, words[0], path, error) from error

    def _folder_to_enter(self, spec: JobSpec, step: CommandStep) -> str:
        """The folder that the command must run in; "" if redun is there already."""
        if not step.cwd and self._is_at_root():
            return ""
        folder = os.path.join(self._root, step.cwd)
        if os.path.isdir(folder) and os.access(folder, os.X_OK):
            return folder
        wrong = "it may not be entered" if os.path.isdir(folder) else "it is no folder"
        wrong = wrong if os.path.lexists(folder) else "there is no such folder"
        raise step_failure("cwd-missing", spec, step, cwd=step.cwd or self._root, reason=wrong)

    def _is_at_root(self) -> bool:
        """Is redun's own working directory the root? A user's function may have changed it."""
        here = os.stat(".")
        return here.st_ino == self._root_stat.st_ino and here.st_dev == self._root_stat.st_dev

    def _file_actions(self, print_fd: int, output_fd: int, stdin_fd: int) -> list[tuple[int, int, int]]:
        """What the child's first three descriptors are; all others of ours are close-on-exec."""
        duplicate = os.POSIX_SPAWN_DUP2
        if print_fd < 0:
            return [(duplicate, stdin_fd, 0)] if stdin_fd >= 0 else []
        return [
            (duplicate, stdin_fd if stdin_fd >= 0 else self._null_fd, 0),
            (duplicate, output_fd, 1),
            (duplicate, print_fd, 2),
        ]

    def _spawn(
        self, path: str, words: list[str], folder: str, env: dict[str, str], actions: list[tuple[int, int, int]]
    ) -> int:
        """Start the program at `path`, in `folder` if there is one; its pid."""
        if folder:
            path = os.path.join(folder, path)
            if not os.access(path, os.X_OK) or os.path.isdir(path):
                number = EACCES if os.path.exists(path) else ENOENT
                raise OSError(number, os.strerror(number), path)
            return self._spawn_patiently(_IN_FOLDER[0], [*_IN_FOLDER, folder, path, *words[1:]], env, actions)
        try:
            return self._spawn_patiently(path, words, env, actions)
        except OSError as error:
            if error.errno != ENOEXEC:
                raise
        # a script without a first line: shells run it themselves
        return self._spawn_patiently("/bin/sh", ["sh", path, *words[1:]], env, actions)

    def _spawn_patiently(
        self, path: str, words: list[str], env: dict[str, str], actions: list[tuple[int, int, int]]
    ) -> int:
        """posix_spawn, patient with a system that is short of processes or memory for a moment."""
        for pause in _PAUSES:
            try:
                return os.posix_spawn(path, words, env, file_actions=actions, setpgroup=0, setsigdef=_PYTHON_IGNORES)
            except OSError as error:
                if not pause or error.errno not in (EAGAIN, ENOMEM):
                    raise
                self._clock.sleep(pause)
        raise AssertionError("the last pause is 0")

    def _start_failure(self, spec: JobSpec, step: CommandStep, program: str, path: str, error: OSError) -> RunError:
        """What it means that the program at `path` could not be started."""
        if error.errno == ENOENT and not os.path.exists(os.path.join(self._root, step.cwd, path)):
            return step_failure("command-not-found", spec, step, program=program)
        if error.errno == ENOENT:
            no_interpreter = "the interpreter that its first line names does not exist"
            return step_failure("command-not-executable", spec, step, program=program, reason=no_interpreter)
        if error.errno == EACCES:
            return step_failure("command-not-executable", spec, step, program=program, reason="permission denied")
        if error.errno == E2BIG:
            return step_failure("command-too-long", spec, step)
        if error.errno in (EAGAIN, ENOMEM):
            return step_failure("too-many-processes", spec, step, reason=reason(error))
        return step_failure("command-not-started", spec, step, reason=reason(error))


def is_looked_after(spec: JobSpec, step: CommandStep, word: str) -> bool:
    """Whether whoever gave the job has identified what PATH has under `word`, and will look at its end whether that
    would be found again."""
    if "/" not in word:
        for tool in spec.tools:
            if tool.name == word and tool.cwd == step.cwd:
                return True
    return False
