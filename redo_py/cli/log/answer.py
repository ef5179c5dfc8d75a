"""From what was asked for to what is shown."""

from __future__ import annotations

from itertools import chain, islice

from redo_py.cli.log import details, objects, views
from redo_py.ground.errors import UsageError
from redo_py.query.log import finding
from redo_py.records import LATEST, TAG, TASK, TRACE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from redo_py.app.telling.recorded import Recorded
    from redo_py.cli.log.views import Wishes
    from redo_py.query.log.executions import Past
    from redo_py.query.log.files import Path
    from redo_py.query.log.finding import Found
    from redo_py.query.log.jobs import Job

NAMES = 10_000  # among which the one is looked for that may have been meant
FEW, MANY = 100, 1000  # lines of a list of executions, and of other lists, unless all are asked for


class Answer:
    """What is shown for `asked`, as lines of text, or of JSON. Raises UsageError for what is not recorded."""

    def __init__(self, recorded: Recorded, asked: str, wishes: Wishes, has_all: bool, as_json: bool) -> None:
        self.recorded = recorded
        self.asked = asked
        self.wishes = wishes
        self.as_json = as_json
        self._has_all = has_all

    def lines(self, lists_files: bool) -> Iterable[str]:
        """The lines; `lists_files`: `asked` is a pattern of files."""
        if lists_files:
            return self._files()
        if self.asked:
            return self._of_one()
        return self._jobs_of_task() if self.wishes.task else self._executions()

    def _limit(self, usual: int) -> None:
        """Let `usual` be the number of lines, unless another one, or all, were asked for."""
        if self.wishes.limit is None and not self._has_all:
            self.wishes.limit = usual

    def _executions(self) -> Iterable[str]:
        self._limit(FEW)
        self._check_tag()
        if self.as_json:
            return objects.written(map(objects.execution, views.executions(self.recorded, self.wishes)), self.wishes)
        return views.executions_lines(self.recorded, self.wishes)

    def _check_tag(self) -> None:
        """Raise UsageError if no execution has the tag that is asked for."""
        if self.wishes.tag is None or any(map(self.wishes.has_tag, self.recorded.executions.newest_first())):
            return
        from redo_py.front.redunfile.names.suggest import closest

        key, value = self.wishes.tag
        known = {each for (each,) in self.recorded.store.rows(TAG, {"entity": "execution"}, columns=["key"])}
        tag, hint = (key, closest(key, sorted(known))) if value is None else (f"{key}={value}", "")
        raise UsageError("log-no-tag", tag=tag, hint=hint)

    def _files(self) -> Iterable[str]:
        self._limit(MANY)
        files = self.recorded.files
        found = files.matching(self._pattern())
        first = next(found, None)
        if first is None:
            raise UsageError(
                "log-no-file", pattern=self.asked or "at all", hint=self._like(islice(files.paths(), NAMES))
            )
        paths = chain((first,), found)
        if self.as_json:
            return objects.written(map(objects.file, paths), self.wishes)
        return views.files_lines(paths, self.wishes)

    def _pattern(self) -> str:
        """The pattern that was given, as it matches paths that are relative to the root."""
        if not self.asked:
            return "*"
        if "*" in self.asked:
            return self.asked
        file = self.recorded.file(self.asked)
        return file.path if file is not None else self.asked

    def _like(self, names: Iterable[str]) -> str:
        """A hint with the name that looks like what was asked for."""
        from redo_py.front.redunfile.names.suggest import closest

        return closest(self.asked, names) if self.asked else ""

    def _jobs_of_task(self) -> Iterable[str]:
        self._limit(MANY)
        self._name_task()
        jobs = self.recorded.jobs_of_task(self.wishes.task)
        first = next(jobs, None)
        if first is None:
            raise self._no_task()
        found = (job for job in chain((first,), jobs) if self.wishes.takes(job.status))
        if self.as_json:
            return objects.written((objects.job(self.recorded, job) for job in found), self.wishes)
        return views.jobs_lines(self.recorded, found, self.wishes)

    def _no_task(self) -> UsageError:
        from redo_py.front.redunfile.names.suggest import closest

        known = sorted({task for (task,) in self.recorded.store.rows(TASK, columns=["task"])})
        known += [task.rpartition(".")[2] for task in known]
        return UsageError("log-no-task", name=self.wishes.task, hint=closest(self.wishes.task, known))

    def _name_task(self) -> None:
        """Let the task that is asked for be called by its full name: it may be given by its bare one, if no other task
        has that. Raises UsageError for several, and for none."""
        fitting = finding.tasks_called(self.recorded.store, self.wishes.task)
        if len(fitting) > 1:
            raise UsageError("log-no-task", name=self.wishes.task, hint=f"there are {', '.join(fitting)}")
        if not fitting:
            raise self._no_task()
        self.wishes.task = fitting[0]

    def _of_one(self) -> Iterable[str]:
        past = self.recorded.executions.named(self.asked)
        if past is not None:
            return self._execution(past)
        file = self.recorded.file(self.asked)
        if file is not None:
            return self._file(file)
        found = finding.find(self.recorded.store, self.asked)
        if len(found) > 1:
            raise UsageError("log-ambiguous", asked=self.asked, facts=[self._fact(each) for each in found])
        if found:
            return self._found(found[0])
        latest = self.recorded.latest_job(self.asked) or self._latest_of_task()
        if latest is not None:
            return self._job(latest)
        raise UsageError("log-unknown", asked=self.asked, hint=self._suggestion())

    def _latest_of_task(self) -> Job | None:
        """The latest job of a function that only rules call: those jobs are called as what they make."""
        fitting = finding.tasks_called(self.recorded.store, self.asked)
        return next(self.recorded.jobs_of_task(fitting[0]), None) if len(fitting) == 1 else None

    def _suggestion(self) -> str:
        names = chain(self.recorded.files.paths(), self.recorded.store.names(LATEST, "origin", None, NAMES))
        lists = "`redun log` lists executions, `redun log --file` files, `redun log --task NAME` jobs of a task"
        return self._like(islice(names, NAMES)) or lists

    def _execution(self, past: Past) -> Iterable[str]:
        self._limit(MANY)
        if self.wishes.task:
            self._name_task()
        if self.as_json:
            return objects.written_tree(self.recorded, past, self.wishes)
        return views.execution_lines(self.recorded, past, self.wishes)

    def _job(self, job: Job) -> Iterable[str]:
        if self.as_json:
            return objects.written([objects.job(self.recorded, job)], self.wishes)
        return details.job_lines(self.recorded, job)

    def _file(self, path: Path) -> Iterable[str]:
        if self.as_json:
            return objects.written([objects.file(path)], self.wishes)
        return views.file_lines(self.recorded, path)

    def _found(self, found: Found) -> Iterable[str]:
        recorded = self.recorded
        if found.kind == finding.EXECUTIONS:
            past = recorded.executions.get(found.digest)
            assert past is not None
            return self._execution(past)
        if found.kind == finding.JOBS:
            job = recorded.job(found.digest, found.seq)
            assert job is not None
            return self._job(job)
        if found.kind == finding.FILES:
            return self._parted(map(self._file, recorded.files.with_content(found.digest)))
        if self.as_json:
            return objects.written([{"type": found.kind, "id": found.id}], self.wishes)
        if found.kind == finding.TASKS:
            return details.task_lines(recorded, found.digest)
        if found.kind == finding.VALUES:
            return details.value_lines(recorded, found.digest)
        return self._parted(self._calls(found))

    def _parted(self, parts: Iterable[Iterable[str]]) -> Iterator[str]:
        """The lines of several things, an empty line between two of them."""
        for number, lines in enumerate(parts):
            if number and not self.as_json:
                yield ""
            yield from lines

    def _calls(self, found: Found) -> Iterator[Iterable[str]]:
        """The call with that digest, or the calls that an evaluation came to."""
        digests = [found.digest]
        if found.kind == finding.EVALUATIONS:
            rows = self.recorded.store.rows(TRACE, {"evaluation": found.digest}, "recorded", True, columns=["call"])
            digests = [call for (call,) in rows]
        for digest in digests:
            call = self.recorded.calls.get(digest)
            if call is not None:
                yield details.whole_call_lines(self.recorded, call)

    def _fact(self, found: Found) -> tuple[str, str]:
        """One of several things that begin alike, in an error."""
        from redo_py.cli.log.lines import execution_line, job_line

        recorded = self.recorded
        if found.kind == finding.EXECUTIONS and (past := recorded.executions.get(found.digest)) is not None:
            return found.kind, execution_line(past).partition(" ")[2]
        if found.kind == finding.JOBS and (job := recorded.job(found.digest, found.seq)) is not None:
            return found.kind, job_line(recorded, job).partition(" ")[2]
        return found.kind, found.id
