"""Commands and Python calls while they run, the journal of what runs, and the project's lock."""

from __future__ import annotations

ENTRIES: dict[str, tuple[str, str]] = {
    "answer-too-long": (
        "{label}: the command said more than can be a value",
        "`stdout` is for short answers: let a rule write the file",
    ),
    "command-failed": ("{label}: the command ended with exit status {status}", ""),
    "command-killed": (
        "{label}: the command was killed by {signal}",
        "",
    ),
    "command-not-found": (
        "{label}: there is no program {program}",
        "install it, or add its folder to PATH: commands get the PATH that redun is started with",
    ),
    "command-not-found-there": (
        "{label}: where it runs there is no program {program}",
        "install it there, or into the image of its container: commands get the PATH of where they run",
    ),
    "command-not-executable": (
        "{label}: {program} cannot be run: {reason}",
        "it needs the executable bit (`chmod +x`) and, if it is a script, a first line that names its interpreter",
    ),
    "command-too-long": (
        "{label}: the arguments and environment of the command are longer than this system allows",
        "hand long lists over in a file: `args_file(list)` gives `@path`",
    ),
    "command-not-started": ("{label}: the command could not be started: {reason}", ""),
    "too-many-processes": (
        "{label}: the system starts no more processes: {reason}",
        "run fewer jobs at once with -j, or raise the limit that `ulimit -u` shows",
    ),
    "too-many-files": (
        "{label}: redun has too many files open to start the command",
        "run fewer jobs at once with -j, or raise the limit that `ulimit -n` shows",
    ),
    "shell-not-found": (
        "{label}: its command needs {program}, which is not on PATH",
        "install bash, name another interpreter with `shell=`, or write the command without shell characters",
    ),
    "cwd-missing": (
        "{label}: cannot run in {cwd}: {reason}",
        "`cwd=` names a folder, relative to the project's root; let the folder be an output of another rule or make it",
    ),
    "stdin-unreadable": ("{label}: its input {path} cannot be read: {reason}", ""),
    "timed-out": (
        "{label}: not done after its timeout of {seconds:g} seconds",
        "give it more with `timeout=`",
    ),
    "exit-status-lost": (
        "{label}: its exit status was taken away",
        "something in redun's own process awaits all children, such as os.wait() in a task, or SIGCHLD is ignored",
    ),
    "job-cancelled": ("{label}: ended before it was done", ""),
    "depfile-missing": (
        "{label}: the command succeeded but left no dependency file {path}",
        "gcc and clang write it with `-MMD -MF {path}`; drop `depfile=` if there is none",
    ),
    "depfile-wrong": (
        "{label}: {path} is not a dependency file: {reason}",
        "it holds lines like `out.o: in.c in.h`, as gcc and clang write them",
    ),
    "depfile-names-absent": ("{label}: {path} names {name}, which is not there", "{hint}"),
    "depfile-names-two": (
        "{label}: {path} names {name}, which is in {folder} and in {other}",
        "names count from where the command starts, {folder}: use `cwd=` instead of `cd`, or two calls of `sh`",
    ),
    "call-unsendable": (
        "{label}: the call cannot be sent to another process: {error}",
        "pass what can be pickled, or let the task run in a thread",
    ),
    "result-unreadable": (
        "{label}: its result came back from the worker and cannot be read here: {error}",
        "return plain data, or objects of classes that both can import",
    ),
    "result-unsendable": (
        "the result, a {kind}, cannot be sent back from the worker: {error}",
        "return plain data, or objects that can be pickled",
    ),
    "result-memory": (
        "the worker has too little memory to send the result, a {kind}, back",
        "write it to a File and return that, or say with `memory` how much such a job takes, so that fewer run at once",
    ),
    "error-unsendable": ("the function raised what cannot be sent back from the worker: {error}", ""),
    "worker-killed": (
        "{label}: its worker was killed by {signal}",
        "SIGKILL often means that the memory was full; SIGSEGV is a crash in C code",
    ),
    "worker-memory": (
        "{label}: its worker has run out of memory",
        "say with `memory` how much such a job takes, so that fewer run at once; large data travels better in files",
    ),
    "worker-ended": (
        "{label}: its worker ended with exit status {status} in the middle of the call",
        "something called os._exit(); raise an exception to fail",
    ),
    "code-changes": (
        "{label}: its code changes while redun runs",
        "run redun again when the module is written",
    ),
    "call-broken-off": (
        "{label}: the function raised {kind}: {error}",
        "it is not meant to be caught, and ended the job like an error",
    ),
    "call-coroutine": (
        "{label}: the function gave a coroutine, which nobody awaits",
        "make the `async def` function a task of its own and call that",
    ),
    "async-executor": (
        "{label} is an async task and cannot run on the executor {executor}",
        "async tasks run in one event loop of this process: leave `executor` out",
    ),
    "call-exited": (
        "{label}: the function called sys.exit({status})",
        "return to succeed, raise an exception to fail",
    ),
    "call-moved": (
        "{label}: the function went to another folder and did not come back",
        "paths are relative to the project: begin with `before = os.getcwd()`, and end with `os.chdir(before)`",
    ),
    "process-will-not-end": (
        "a command of a build that was killed still runs and cannot be ended: process {process}",
        "end it yourself, then build again",
    ),
    "build-inside-build": (
        "a build of {root} is running, and `{command}` is run by a command of it",
        'let the rule that runs this command need its targets: `need("TARGET")` builds them first, in the same build',
    ),
    "lock-unusable": (
        "{path} cannot be locked: {reason}",
        "the project must lie in a folder that you may write to, on a file system that can lock",
    ),
}
