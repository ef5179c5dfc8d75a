"""What users of redun work with, by the areas of its documents: how it is here, and the tests that show it.

Rows are what most or many of its users have; what differs on purpose is told in docs/coming-from-redun.md.
docs/redun-features.md is written from these tables by tests/house/redun_page.py.
"""

from __future__ import annotations

from tests.house.features import Feature, feature

SAME = "the same"

RUN = "e2e/test_run.py::test_"
OPTIONS = "e2e/test_run_options.py::test_"
BAD_LUCK = "e2e/test_run_bad_luck.py::test_"
RUN_FILES = "e2e/test_run_files.py::test_"
SCRIPTS = "e2e/test_run_scripts.py::test_"
OURS = "e2e/test_redun_workflows.py::test_"
ASYNC = "e2e/test_async.py::test_"
RERUN = "e2e/test_rerun.py::test_"
ASKED = "e2e/test_what_redun_users_asked.py::test_ask_"
WRONG = "e2e/test_what_was_wrong_in_redun.py::test_b"
IN_USE = "e2e/test_what_redun_users_write.py::test_"
TASK = "unit/tasks/test_task.py::test_"
CODE = "unit/tasks/code/test_identify.py::test_"
WRAPPING = "unit/tasks/test_wrapping.py::test_"
EXPRESSION = "unit/ir/test_expression.py::test_"
SCHEDULER = "unit/compat/test_scheduler.py::test_"
PYTHON = "unit/app/running/test_from_python.py::test_"
ARGUMENTS = "unit/app/running/arguments/test_parameters.py::test_"
INI = "unit/config/test_redun_ini.py::test_"
LIBRARY = "unit/library/test_library.py::test_"
FORMS = "unit/engine/test_forms.py::test_"
HANDLED = "unit/engine/test_handled.py::test_"
SCOPES = "unit/engine/test_scopes.py::test_"
ENGINE_OPTIONS = "unit/engine/test_options.py::test_"
ENGINE_TASKS = "unit/engine/test_tasks.py::test_"
FAILURES = "unit/engine/test_failures.py::test_"
CONTEXT = "unit/engine/test_context.py::test_"
TAGS = "unit/engine/test_tags.py::test_"
ACCESS = "unit/values/test_access.py::test_"
ENCODING = "unit/values/test_encoding.py::test_"
HANDLE = "unit/engine/test_handles.py::test_"
DEBUG = "unit/executors/batch/test_debug.py::test_"
BATCH = "e2e/test_batch.py::test_"
CUSTOM = "unit/values/test_custom.py::test_"

FEATURES: dict[str, list[Feature]] = {
    "Top-level names": [
        feature("`task`, `Task`", SAME, f"{TASK}bare_and_with_options", f"{OURS}import_redun_gives_ours"),
        feature("`PartialTask`", SAME, f"{TASK}partial_application"),
        feature(
            "`Scheduler`",
            "takes `config`, `executor`, `logger`; it remembers as long as it lives, or in the folder of its `Config`",
            f"{SCHEDULER}without_settings_it_remembers_as_long_as_it_lives",
            f"{SCHEDULER}where_its_settings_say_it_is_kept",
            f"{SCHEDULER}executors_that_are_added",
        ),
        feature(
            "`run`",
            "`redun.run` and `redo_py.run`, with the same parameters",
            f"{PYTHON}what_ran_is_remembered",
            f"{PYTHON}a_dry_run",
            f"{PYTHON}an_id_of_choice",
            f"{PYTHON}the_context_of_a_run",
        ),
        feature(
            "`File`, `Dir`",
            "by content",
            f"{RUN_FILES}a_written_file_that_is_gone_or_changed_is_written_again",
            f"{RUN_FILES}folders_and_sets",
        ),
        feature("`script`", SAME, f"{SCRIPTS}what_a_script_prints"),
        feature("`cond`, `catch`, `throw`", SAME, f"{LIBRARY}conditions", f"{LIBRARY}errors"),
        feature("`apply_tags`", SAME, f"{TAGS}apply_tags_reaches_value_job_and_execution"),
        feature("`get_context`", SAME, f"{CONTEXT}values_are_found_by_their_path"),
        feature(
            "all names of `redun` and its modules",
            "are here, or say what to use instead",
            "unit/ground/test_alias.py::test_every_name_leads_somewhere",
            "unit/ground/test_alias.py::test_what_is_not_there_says_what_to_use_instead",
        ),
    ],
    "Options of tasks": [
        feature("`name`", SAME, f"{TASK}names_that_cannot_be"),
        feature(
            "`namespace`, `redun_namespace`",
            SAME,
            f"{TASK}the_namespace_of_a_module_is_a_variable_or_what_it_said_last",
        ),
        feature("`version`", SAME, f"{CODE}the_version_takes_the_place_of_everything"),
        feature("`script=True`", "its outputs can be declared", f"{SCRIPTS}a_script_task"),
        feature("`hash_includes`", "rarely needed: helpers count by themselves", f"{CODE}hash_includes"),
        feature(
            "`cache`, `cache_scope`",
            SAME,
            f"{SCOPES}how_often_a_task_runs",
            f"{SCOPES}results_are_written_whatever_the_scope",
        ),
        feature(
            '`check_valid="full"` and `"shallow"`',
            SAME,
            f"{SCOPES}a_shallow_result_is_taken_without_a_look_between",
            f"{SCOPES}a_task_below_that_changed_is_seen",
        ),
        feature("`config_args`", SAME, f"{ENGINE_OPTIONS}parameters_that_are_in_no_key"),
        feature("`nout`", SAME, f"{TASK}nout_of_the_annotation", f"{TASK}unpacking_and_loops"),
        feature(
            "`executor`",
            SAME,
            f"{OPTIONS}executors_of_the_settings",
            f"{ENGINE_OPTIONS}a_lazy_option_is_computed_just_before_the_job",
        ),
        feature(
            "`limits`",
            SAME,
            f"{ENGINE_OPTIONS}a_limit_is_free_again_whatever_becomes_of_its_job",
            f"{IN_USE}limits_of_the_settings_hold",
        ),
        feature("`tags`", SAME, f"{TAGS}tags_of_tasks_and_calls_are_those_of_their_jobs"),
        feature(
            "`memory`, `vcpus`, `gpus`, `timeout`, `retries` and options of executors",
            "for local tasks, too; what is unknown is kept for the executor, unless it is a slip",
            f"{TASK}options_that_only_an_executor_knows_are_kept",
            f"{TASK}options_are_checked_where_they_are_said",
            f"{FAILURES}retries",
        ),
        feature(
            "which option wins",
            SAME,
            f"{ENGINE_OPTIONS}each_place_wins_over_the_ones_before_it",
            f"{ENGINE_OPTIONS}what_is_exported_stands_between_the_task_and_the_call",
        ),
    ],
    "Tasks": [
        feature("calls are lazy", "and checked where they are made", f"{TASK}a_call_is_checked_where_it_is_made"),
        feature("`.options()`", SAME, f"{TASK}options_of_a_copy_go_with_its_calls"),
        feature(
            "`.partial()`",
            SAME,
            f"{TASK}partial_application",
            f"{TASK}a_partial_application_that_no_call_could_complete",
        ),
        feature(
            "`.func`, `.fullname`, `.hash` and the like", SAME, f"{TASK}introspection", f"{OURS}tests_of_a_workflow"
        ),
        feature(
            "the hash of a task",
            "syntax instead of text, and all of the project that is reached",
            "unit/tasks/code/test_edits.py::test_an_edit_that_cannot_change_a_result_keeps_the_digest",
            "unit/tasks/code/test_edits.py::test_an_edit_that_can_change_a_result_changes_the_digest",
        ),
        feature(
            "only calls of what was edited run again",
            SAME,
            f"{CODE}another_task_is_left_to_reduction",
            f"{ENGINE_TASKS}an_edit_of_the_inner_task_leaves_the_outer_one",
        ),
    ],
    "Expressions": [
        feature(
            "a lazy graph that prints like Python",
            "the same; a text that is not only printed or logged is an error",
            f"{EXPRESSION}they_are_written_like_python",
            "unit/ir/test_showing.py::test_what_is_printed_shows_the_call",
            "unit/ir/test_showing.py::test_what_is_logged_shows_the_call",
            "unit/ir/test_showing.py::test_anywhere_else_it_is_an_error",
        ),
        feature("operators", "all of them", f"{EXPRESSION}operators_of_two", f"{EXPRESSION}operators_of_one"),
        feature("`expr.attr`, `expr[key]`, `expr(args)`", SAME, f"{EXPRESSION}items_attributes_calls_and_lengths"),
        feature("slices", "with open ends, too", f"{EXPRESSION}slices"),
        feature(
            "iteration and unpacking",
            "with `nout`",
            f"{TASK}unpacking_and_loops",
            f"{EXPRESSION}a_slice_with_both_ends_can_be_unpacked",
        ),
        feature(
            "expressions in containers",
            "of any class",
            f"{ENGINE_TASKS}nested_expressions_in_every_container",
            f"{ASKED}2_containers_of_lazy_values_are_opened",
        ),
        feature("`await`", SAME, f"{ASYNC}calls_that_are_awaited"),
        feature("default arguments that are expressions", SAME, f"{ENGINE_OPTIONS}lazy_defaults"),
        feature(
            "a call runs once in an execution",
            SAME,
            f"{SCOPES}what_one_caller_calls_twice_is_one_call_without_any_cache_too",
            f"{FAILURES}joins_of_a_leader_that_fails",
        ),
        feature(
            "what is not reachable from the result never runs",
            "the same, and it is told",
            f"{ASKED}2_lazy_slips_are_told_with_their_line",
        ),
    ],
    "Scheduler": [
        feature("`Scheduler.run` of any nested value", SAME, f"{IN_USE}a_scheduler_runs_any_nested_value"),
        feature(
            "the order in which caches are asked",
            SAME,
            f"{SCOPES}how_often_a_task_runs",
            f"{SCOPES}a_shallow_result_is_taken_without_a_look_between",
        ),
        feature(
            "a result holds only if its values do",
            SAME,
            f"{SCOPES}files_in_the_result_count_and_those_between_do_not",
            f"{RUN}a_product_that_is_gone_is_made_again",
        ),
        feature(
            "errors are kept within an execution, never across",
            "those that `catch` handled are part of its result",
            f"{SCOPES}errors_are_taken_within_an_execution_and_never_across",
            f"{HANDLED}a_bare_error_is_never_remembered",
        ),
        feature("`cache=False` still writes", SAME, f"{SCHEDULER}cache_false_takes_nothing_of_before"),
        feature("`dryrun`", "with the reasons", f"{RUN}a_dry_run_says_why", f"{SCHEDULER}a_dry_run"),
        feature(
            "the first error ends the run",
            "and what is running is recorded",
            f"{BAD_LUCK}what_finished_beside_a_failure_is_recorded",
            f"{BAD_LUCK}a_failing_task_among_a_thousand",
        ),
        feature(
            "a traceback across tasks with local variables",
            SAME,
            f"{RUN}a_failure_is_told_with_the_jobs_that_led_to_it_and_local_variables",
        ),
        feature(
            "the table of jobs",
            "at the end, and while it runs",
            f"{RUN}the_story_of_the_compile_example",
            f"{RUN}tables_while_it_runs",
        ),
        feature("limits, 1 where nothing is said", SAME, f"{IN_USE}limits_of_the_settings_hold"),
        feature("Ctrl-C", "what had finished is recorded", f"{BAD_LUCK}an_interruption"),
    ],
    "Settings": [
        feature(
            "`.redun/redun.ini` with `${VAR}`",
            SAME,
            f"{OURS}redun_ini_is_understood",
            f"{INI}everything_becomes_a_setting",
        ),
        feature(
            "`-c`, `REDUN_CONFIG`, the nearest `.redun`",
            SAME,
            f"{OPTIONS}another_state_folder",
            f"{OPTIONS}the_nearest_state_folder_upward",
        ),
        feature(
            "`scheduler.ignore_warnings`",
            SAME,
            f"{IN_USE}settings_that_mean_nothing_here_are_passed_over",
        ),
        feature(
            "`scheduler.context`, `scheduler.context_file`",
            SAME,
            f"{OPTIONS}context",
            f"{OPTIONS}the_context_file_of_redun_ini_lies_beside_it",
            f"{ASKED}17_a_context_file_in_cloud_storage",
        ),
        feature(
            "`backend.*`",
            "a `db_uri` of Postgres, with its user and password from the same variables; all else is passed over: "
            "records are in `.redun/state.db`, and redun's are not touched",
            f"{INI}a_database_in_postgres_is_where_runs_are_recorded",
            f"{INI}secrets_of_aws_are_not_read",
            "e2e/test_shared_records.py::test_what_one_folder_computed_others_take",
            f"{IN_USE}settings_that_mean_nothing_here_are_passed_over",
        ),
        feature("`limits.NAME`", SAME, f"{IN_USE}limits_of_the_settings_hold", f"{OURS}config_shows_redun_ini"),
        feature(
            "`executors.NAME`",
            "of the types that [Executors](executors.md) lists; others are an error when they are used",
            f"{OPTIONS}executors_of_the_settings",
            "e2e/test_executors.py::test_the_list",
            f"{INI}default_counts_for_executors",
            f"{SCHEDULER}an_executor_that_cannot_run_jobs_is_told_when_it_is_used",
        ),
        feature(
            "the executor `docker`",
            "has the same options; without `vcpus` and `memory` jobs may use all, and get no credentials by default",
            "unit/executors/container/test_words.py::test_names_and_values_of_redun",
            "e2e/test_containers.py::test_executors_of_all_kinds_in_one_run",
            f"{INI}numbers_of_other_executors",
        ),
    ],
    "Control flow and functional tasks": [
        feature(
            "`cond` with several branches",
            SAME,
            f"{LIBRARY}conditions",
            f"{ENGINE_TASKS}a_condition_evaluates_one_branch",
        ),
        feature(
            "`catch` with several classes",
            SAME,
            f"{LIBRARY}errors",
            f"{HANDLED}a_handled_error_runs_nothing_the_second_time",
        ),
        feature(
            "`catch_all`",
            SAME,
            f"{HANDLED}catch_all_waits_for_all",
            f"{HANDLED}catch_all_without_recovery_raises_the_first_in_order",
        ),
        feature("`seq`", SAME, f"{FORMS}a_failure_in_a_sequence_ends_it", f"{FORMS}a_long_sequence_and_a_deep_nest"),
        feature(
            "`map_`",
            SAME,
            f"{FORMS}a_map_over_what_is_known_and_what_is_not",
            f"{FORMS}maps_of_maps_are_one",
            "e2e/test_control_flow.py::test_all_of_them",
        ),
        feature("`starmap`, `flat_map`, `flatten`, `zip_`", SAME, f"{LIBRARY}lists", f"{FORMS}starmap"),
        feature("`apply_func`, `as_task`", SAME, f"{LIBRARY}python", f"{LIBRARY}a_function_is_identified_by_its_code"),
    ],
    "Async tasks, context, namespaces": [
        feature(
            "`async def` tasks",
            SAME,
            f"{ASYNC}a_remembered_one_is_taken_until_a_task_below_changes",
            f"{ASYNC}one_that_does_not_say_how_it_is_cached",
        ),
        feature(
            "context: settings, `--context`, `--context-file`, `run(context=)`, `.update_context`",
            SAME,
            "unit/app/running/test_options.py::test_contexts_lie_above_each_other",
            f"{CONTEXT}an_update_counts_below_the_call_and_nowhere_else",
            f"{CONTEXT}a_change_reruns_what_got_the_value_and_nothing_else",
        ),
        feature("`redun_namespace = ...` in a module", SAME, f"{OURS}import_redun_gives_ours"),
    ],
    "Files": [
        feature(
            "methods of `File`: open, read, write, exists, remove, touch, copy_to, stage, size and the rest",
            SAME,
            f"{IN_USE}what_a_file_can_do",
            f"{IN_USE}a_task_that_removes_what_it_was_given",
            f"{ACCESS}parts_of_a_path",
        ),
        feature(
            "`s3://`, `gs://`, `az://`, `http(s)://`",
            "`memory://`, too; no `ftp://`",
            f"{RUN_FILES}clouds",
            "unit/files/systems/test_filesystems.py::TestClouds",
            f"{RUN_FILES}the_web",
            "unit/files/systems/test_keys.py::test_paths_that_name_the_account",
            "unit/files/systems/test_web.py::test_reading",
            "unit/files/systems/test_filesystems.py::test_an_unknown_scheme",
        ),
        feature(
            "the hash of a local file",
            "its content and its path as seen from the project's root",
            f"{ASKED}8_a_file_is_its_content",
        ),
        feature(
            "the hash of a remote file",
            "ETag and size; a page without one is read",
            "unit/files/systems/test_web.py::test_a_strong_etag_is_the_identity",
            "unit/files/systems/test_web.py::test_without_one_it_is_fetched_once_for_each_execution",
        ),
        feature(
            'folders are made by `.open("w")`, and it is hashed again at the end',
            "it is when somebody asks for it, and at the end of the task",
            f"{IN_USE}a_task_that_writes_to_its_argument_sees_the_new_hash",
            f"{IN_USE}what_a_file_can_do",
            f"{RUN_FILES}the_digest_is_that_of_the_end_of_the_task",
        ),
        feature("`Dir`", "with empty folders, links and modes", f"{RUN_FILES}folders_and_sets"),
        feature("`StagingFile`, `StagingDir`", "staged by redun itself", f"{SCRIPTS}staging", f"{ACCESS}staging"),
    ],
    "Values and handles": [
        feature(
            "any value that can be pickled",
            SAME,
            f"{ENCODING}dumped_values_come_back",
            f"{BAD_LUCK}a_result_that_cannot_be_kept",
        ),
        feature(
            "`Value` subclasses with hooks",
            SAME,
            f"{CUSTOM}the_default_hooks",
            f"{CUSTOM}a_result_that_is_no_longer_valid_is_not_used",
            f"{CUSTOM}what_stands_for_a_value_before_and_after_a_call",
            f"{CUSTOM}values_of_registered_classes_are_arguments_of_a_command_line",
            f"{CUSTOM}what_goes_wrong_in_a_hook",
        ),
        feature("`ProxyValue`", SAME, f"{CUSTOM}what_identifies_them", f"{CUSTOM}they_come_back"),
        feature(
            "`FileCache`",
            "[the same](tasks.md); a file that was changed counts as gone",
            "unit/values/test_file_cache.py::test_what_is_recorded_is_a_file",
            "unit/values/test_file_cache.py::test_a_result_whose_file_is_gone_is_made_again",
        ),
        feature(
            "booleans, sets, enums, dates, functions",
            "more kinds go by content: dataclasses, paths, arrays, tables",
            f"{ENCODING}plain_data_comes_back_as_it_was",
            f"{LIBRARY}a_function_is_identified_by_its_code",
        ),
        feature(
            "`Handle`, `merge_handles`, fork and rollback",
            SAME,
            f"{HANDLE}each_task_brings_it_into_another_state",
            f"{HANDLE}forks_do_not_undo_each_other",
            f"{HANDLE}a_branch_is_rolled_back_alone",
        ),
    ],
    "Scripts": [
        feature(
            "a text or a list of words, `#!` lines",
            "run by `bash -euo pipefail`",
            f"{SCRIPTS}what_a_script_prints",
            f"{SCRIPTS}bash_stops_at_the_first_error",
        ),
        feature("inputs that are staged", SAME, f"{SCRIPTS}staging", f"{SCRIPTS}everything_may_be_late"),
        feature(
            'outputs: nested, `File("-")`, staged ones',
            "what is missing afterwards is a failure",
            f"{SCRIPTS}outputs_are_products",
            f"{SCRIPTS}a_missing_output_is_a_failure",
        ),
        feature("an output that was deleted is made again", SAME, f"{SCRIPTS}outputs_are_products"),
        feature("`tempdir=True`", "and it is cached", f"{SCRIPTS}a_temporary_folder_goes_in_any_case"),
        feature(
            "`ScriptError`",
            SAME,
            "unit/tasks/test_scripts.py::test_the_error_of_a_script_has_what_it_said",
            f"{SCRIPTS}a_failure_shows_what_it_said",
        ),
        feature(
            "`@task(script=True)`, whose files are not seen", "may say what its outputs are", f"{SCRIPTS}a_script_task"
        ),
    ],
    "`redun run`": [
        feature(
            "`--log-level` and the lines of the log",
            "fewer of them for many jobs",
            f"{RUN}log_levels",
            f"{RUN}many_jobs_have_few_lines",
        ),
        feature("the result on standard output", SAME, f"{OURS}import_redun_gives_ours"),
        feature("`run SCRIPT.py TASK` and `run MODULE TASK`", SAME, f"{IN_USE}a_module_by_its_name"),
        feature("`--no-cache`, `--no-prov`", SAME, f"{IN_USE}without_cache_and_without_records"),
        feature("`--dryrun`", "exit status 1 if something would run", f"{RUN}a_dry_run_says_what_would_run"),
        feature("`--pdb`", "on a terminal", f"{IN_USE}pdb_starts_where_a_task_failed"),
        feature("`--option`", SAME, f"{OPTIONS}options_of_the_task"),
        feature(
            "`--tag`, `--project`, `--doc`, `--user`, `--exclude-user`",
            SAME,
            f"{OPTIONS}tags",
            f"{OPTIONS}users",
            "unit/app/running/test_options.py::test_the_project_of_an_execution",
        ),
        feature("`--input`, `--execution-id`", SAME, f"{OPTIONS}arguments_from_a_pickle", f"{OPTIONS}an_id_of_choice"),
        feature("`--context`, `--context-file` on the command line", SAME, f"{OPTIONS}context"),
        feature(
            "`help` and `info`",
            "with defaults",
            f"{RUN}tasks_and_arguments_are_listed",
            f"{WRONG}12_help_shows_defaults",
        ),
        feature(
            "`--setup`, `--setup-help`",
            "the same, before `run` or behind it",
            f"{OPTIONS}a_scheduler_that_is_set_up",
            f"{OPTIONS}a_setup_without_arguments",
        ),
        feature(
            "`--check-version`",
            "[the same](commands.md), with the versions of redo-py",
            "unit/cli/test_required.py::test_what_meets_what",
            "unit/cli/test_required.py::test_nothing_is_done_by_another_version",
        ),
        feature(
            "`--rerun`",
            "of a job or an execution, with other arguments",
            f"{RERUN}a_job_is_repeated_with_other_arguments",
            f"{RERUN}an_execution_is_repeated",
        ),
        feature(
            "arguments by type hints",
            "more of them: dataclasses, models, literals, JSON",
            f"{ARGUMENTS}fitting",
            f"{ARGUMENTS}spellings",
            f"{WRONG}13_a_missing_argument_is_a_usage_error",
        ),
    ],
    "Executors": [
        feature(
            "`local`, with `mode` and `max_workers`; `default` and `process`",
            "[the same](run.md#settings); `scratch` and `start_method` are taken and mean nothing",
            "e2e/test_run_modes.py::test_the_mode_of_a_task_is_obeyed",
            "e2e/test_run_modes.py::test_what_has_no_mode_runs_as_ever",
        ),
        feature("`alias`", SAME, "e2e/test_executors.py::test_the_list"),
        feature(
            "`docker`, and its options",
            "[the same](executors.md#containers), and podman; without `include_aws_env` no credentials",
            "unit/executors/container/test_words.py::test_names_and_values_of_redun",
            "unit/executors/container/test_words.py::test_credentials_only_if_they_are_asked_for_and_never_in_words",
        ),
        feature(
            "`code_package`, `code_includes`, `code_excludes`",
            SAME,
            "unit/remote/test_package.py::test_patterns",
            "e2e/test_executors.py::test_code_that_is_left_out",
        ),
        feature(
            "executors of one's own",
            "[one class](executors.md#executors-of-your-own)",
            "unit/executors/test_plugins.py::test_those_of_installed_packages",
        ),
        feature(
            "`redun launch`", "[the same](executors.md#launching-a-command)", "e2e/test_executors.py::test_launching"
        ),
        feature(
            "`aws_batch`, and its options",
            "[the same](executors.md#aws-batch), but for `retries`, which are redun's own",
            "unit/executors/batch/test_backend.py::test_what_is_asked_for",
            "unit/executors/batch/test_submissions.py::test_every_name_that_redun_has",
            f"{BATCH}tasks_run_there_and_the_second_run_runs_nothing",
        ),
        feature(
            "array jobs",
            SAME,
            f"{BATCH}equal_tasks_are_one_array",
            "unit/executors/batch/test_backend.py::test_an_array_of_a_thousand_of_which_some_fail",
        ),
        feature("multi-node jobs", SAME, f"{BATCH}a_task_on_two_machines_has_the_result_of_the_main_one"),
        feature(
            "job reuniting",
            "for single jobs, arrays, and results that came while nobody waited",
            f"{BATCH}a_killed_scheduler_finds_its_jobs_again",
            f"{BATCH}a_killed_scheduler_finds_its_array_again",
            f"{BATCH}a_result_that_came_while_nobody_waited_is_taken",
        ),
        feature("`debug=True`", "by docker or podman", f"{DEBUG}one_task_runs_here_and_the_others_there"),
        feature(
            "`redun aws list-jobs`, `logs`, `kill-jobs`",
            "[the same](commands.md#redun-aws), with a part of an id or name",
            f"{BATCH}jobs_are_listed_read_and_ended",
        ),
    ],
    "Tests, debugging, types": [
        feature(
            "a fixture `scheduler`",
            "`-p redo_py.pytest`",
            f"{OURS}tests_of_a_workflow",
            f"{PYTHON}the_fixture_of_the_plugin",
        ),
        feature('`scheduler.add_executor(LocalExecutor("batch"))`', SAME, f"{OURS}tests_of_a_workflow"),
        feature(
            "`breakpoint()` and `debug_task`",
            SAME,
            "unit/library/test_tools.py::test_debug_task_talks_to_the_terminal",
            f"{IN_USE}breakpoint_in_a_task",
        ),
        feature("`@task` keeps parameter types", SAME, "unit/tasks/test_typing.py::test_a_workflow_passes_mypy_strict"),
    ],
}
