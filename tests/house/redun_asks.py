"""What users of redun ask for, and what was wrong there: each with the test that shows how it is here.

docs/redun-features.md is written from these tables by tests/house/redun_page.py.
"""

from __future__ import annotations

from tests.house.features import Feature, feature

ASKED = "e2e/test_what_redun_users_asked.py::test_ask_"
WRONG = "e2e/test_what_was_wrong_in_redun.py::test_b"

ASKS: dict[str, Feature] = {  # the number of the ask -> what is asked for
    "1": feature(
        "results that are stale because a helper, a constant or a module has changed",
        "all of the project that a task reaches is part of its identity",
        f"{ASKED}1_code_outside_of_the_body_counts",
    ),
    "2": feature(
        "lazy values that silently do nothing, or stay unevaluated",
        "each slip raises or is told with its line; containers of all kinds are opened",
        f"{ASKED}2_lazy_slips_are_told_with_their_line",
        f"{ASKED}2_containers_of_lazy_values_are_opened",
    ),
    "3": feature(
        "running somewhere other than AWS: clusters with SLURM, machines of one's own, environments of tasks",
        "[SLURM](executors.md#slurm) and [containers](executors.md#containers); others are one class each",
        f"{ASKED}3_tasks_are_jobs_of_a_cluster_with_slurm",
        "unit/executors/slurm/test_backend.py::test_a_killed_scheduler_is_followed_by_one_that_finds_its_jobs",
        "unit/executors/slurm/test_backend.py::test_what_a_job_asks_for",
    ),
    "4": feature(
        "a failure that throws away what is running",
        "what runs is finished and recorded; `-k` goes on with what does not depend on it; `retries=` tries again",
        f"{ASKED}4_what_runs_beside_a_failure_is_recorded",
        f"{ASKED}4_going_on_after_a_failure_and_trying_again",
    ),
    "5": feature(
        "thousands of small tasks",
        "a plain `map_`: each item has a result of its own; [what a task costs](benchmarks.md)",
        f"{ASKED}5_many_small_tasks_each_with_a_result_of_its_own",
    ),
    "6": feature(
        "values beyond 4 GiB, and large ones out of the database",
        "pickled by protocol 5. Values above `artifacts.large_value` (1 MiB) are files of the cache, and "
        "`artifacts.max_value` (4 GiB) says how large one may be",
        f"{ASKED}6_a_large_value_is_kept_in_a_form_without_a_limit_of_4_gib",
        "e2e/test_large_values.py::test_they_are_no_rows_and_come_back",
        "e2e/test_large_values.py::test_how_large_they_may_be",
    ),
    "7": feature(
        "a database that only grows",
        "a tenth for each cached job; `redun gc` drops what is old",
        f"{ASKED}7_a_cached_run_adds_little_and_what_is_old_can_go",
    ),
    "8": feature("files that go by time and size", "by content", f"{ASKED}8_a_file_is_its_content"),
    "9": feature(
        "workflows started from Python",
        "`redo_py.run` and `Scheduler(Config(configdir=...))` keep their results where the command does",
        f"{ASKED}9_from_python_results_are_kept_as_by_the_command",
        "unit/app/running/test_from_python.py::test_a_client_gives_the_value_of_the_task",
    ),
    "10": feature(
        "a command that starts slowly and asks clouds who you are",
        "nothing of a cloud is loaded or asked",
        f"{ASKED}10_no_cloud_is_loaded_or_asked",
    ),
    "11": feature("values of a class that has moved", "are made again", f"{ASKED}11_values_whose_class_has_moved"),
    "13": feature(
        "wrapped tasks on the command line",
        "have the arguments of what they wrap",
        f"{ASKED}13_a_wrapped_task_is_called_by_its_own_arguments",
    ),
    "14": feature(
        "a docker executor that wants AWS credentials",
        "it gets them only if `include_aws_env` says so",
        f"{ASKED}14_a_container_gets_no_credentials_unless_told",
        "unit/executors/container/test_words.py::test_credentials_only_if_they_are_asked_for_and_never_in_words",
    ),
    "17": feature(
        "a context file in cloud storage",
        "`--context-file s3://...`, `context_file` in the settings",
        f"{ASKED}17_a_context_file_in_cloud_storage",
    ),
}
ALL_ASKS = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "13", "14", "17")

BUGS: dict[str, Feature] = {  # the number of the bug -> what happened
    "1": feature(
        "`sys.exit()` in a task hangs the run",
        "fails the task",
        f"{WRONG}1_a_task_that_calls_exit_fails_and_the_run_ends",
    ),
    "2": feature(
        "`script(tempdir=True)` is never cached and leaves its folder behind",
        "is cached, and the folder goes",
        f"{WRONG}2_a_script_in_a_folder_of_its_own_is_remembered_and_leaves_nothing",
    ),
    "3": feature(
        "sets inside of values have another hash in each process",
        "the same, and what cannot be sorted may be in them",
        f"{WRONG}3_sets_at_any_depth_are_the_same_in_every_process",
    ),
    "4": feature(
        "`f(1)` and `f(x=1)` are two calls",
        "one; the order of a dict still counts, because a task can see it",
        f"{WRONG}4_spellings_of_a_call_are_one_call",
    ),
    "5": feature(
        "comments, white space and type hints rerun tasks, and so do options of async ones",
        "only what can change a result does",
        f"{WRONG}5_edits_that_cannot_matter_run_nothing",
    ),
    "6": feature(
        "a `ContentFile` that is gone ends the next run",
        "is made again",
        f"{WRONG}6_a_content_file_that_is_gone_is_made_again",
    ),
    "7": feature(
        "a `ContentDir` changes when it is touched", "goes by content", f"{WRONG}7_a_content_folder_goes_by_content"
    ),
    "8": feature(
        "`.options()` drops `hash_includes` and exported options",
        "drops nothing",
        f"{WRONG}8_options_take_nothing_away",
    ),
    "9": feature(
        "two processes that create the records fail",
        "both work",
        f"{WRONG}9_several_processes_create_the_records_at_once",
    ),
    "10": feature(
        "the same call in two runs at once is computed twice",
        "is computed once: the other run waits, says so, and takes over if the first one is killed",
        f"{WRONG}10_the_same_call_in_two_runs_at_once_is_computed_once",
    ),
    "11": feature(
        "after a failed run the database stays locked",
        "it is free",
        f"{WRONG}11_after_a_failed_run_the_records_are_free",
    ),
    "12": feature("the help of a task has no defaults", "has them", f"{WRONG}12_help_shows_defaults"),
    "13": feature(
        "a missing argument fails inside the job",
        "is a usage error, and nothing runs",
        f"{WRONG}13_a_missing_argument_is_a_usage_error",
    ),
    "14": feature(
        "an async task with `cache=True` alone gives a KeyError",
        "an error that says what to write",
        f"{WRONG}14_an_async_task_that_does_not_say_how_it_is_cached",
    ),
    "15": feature(
        "`//`, `%`, `**`, `-`, `~`, `^`, `<<`, `>>`, `x[1:]` and lengths are not lazy",
        "they are; the length is `len_(x)`, as Python's own must be a number",
        f"{WRONG}15_all_operators_are_lazy",
    ),
    "16": feature(
        "`fs cp --recursive` copies nothing", "copies folders", f"{WRONG}16_copying_a_folder_copies_what_is_in_it"
    ),
    "17": feature(
        "what a script prints is bytes",
        "a text with `text=True`",
        f"{WRONG}17_what_a_script_prints_can_be_a_text",
    ),
    "18": feature(
        "the documents differ from the code, and an example fails",
        "every block of the documents and examples is run, and the settings describe themselves",
        f"{WRONG}18_the_example_of_tests_works_as_it_is",
        "docs/test_documents.py::test_document",
        "unit/config/test_settings.py::test_every_setting_is_documented",
    ),
    "19": feature(
        "files are never equal",
        "equal by path and content",
        f"{WRONG}19_files_are_equal_by_path_and_content",
    ),
}
ALL_BUGS = tuple(str(number) for number in range(1, 20))
