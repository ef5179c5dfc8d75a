"""What people expect of a build tool, after what ten of them offer: the tests that show it here, or why it is absent.

docs/absent.md is written from these tables by tests/house/features_page.py.
"""

from __future__ import annotations

from typing import NamedTuple


class Feature(NamedTuple):
    """Something that users of build tools have and would miss."""

    name: str
    here: str  # how it is spelled or what happens here, in Markdown
    tests: tuple[str, ...]  # "file below tests::function", each of which shows it


class Absence(NamedTuple):
    """Something that other tools have and this one does not."""

    name: str
    reason: str


def feature(name: str, here: str, *tests: str) -> Feature:
    """A row of a table below."""
    return Feature(name, here, tests)


RULES = "unit/front/redunfile/instances/test_owners.py"
PLANNER = "unit/front/redunfile/planning/test_planner.py"
DECIDING = "e2e/test_deciding.py"
OUTPUTS = "e2e/test_outputs.py"
RUNNING = "e2e/test_running.py"
REFUSALS = "e2e/test_refusals.py"
COMMANDS = "e2e/test_commands.py"
WHY = "e2e/test_why.py"

FEATURES: dict[str, list[Feature]] = {
    "Describing the graph": [
        feature("file rules", '`@rule("a.o")` above a `def`', f"{PLANNER}::test_the_sample"),
        feature("patterns with placeholders", '`@rule("{name}.o")`', f"{RULES}::test_who_makes_a_path"),
        feature(
            "which rule wins",
            "a literal output, then the fewest characters in placeholders, then an error",
            f"{RULES}::test_who_makes_a_path",
            f"{REFUSALS}::test_two_patterns_that_claim_one_path",
        ),
        feature("several outputs of one run", '`@rule("a", "b")`', f"{OUTPUTS}::test_several_outputs_of_one_run"),
        feature("folders as outputs", '`@rule("html/")`', f"{OUTPUTS}::test_a_directory_output"),
        feature("temporary outputs", "`temp=True`", f"{OUTPUTS}::test_a_temporary_output_goes_and_is_not_made_again"),
        feature("names for several targets, defaults", "`group`, `default`", f"{RUNNING}::test_groups_and_defaults"),
        feature("order-only inputs", "`need(..., order_only=True)`", f"{DECIDING}::test_an_order_only_need"),
        feature(
            "inputs that are known late",
            '`need` of lazy values, `[f(x) for x in lines(need("list"))]`',
            "e2e/test_lazy_needs.py::test_one_sample_more_is_one_run_more_and_one_less_is_only_the_merge",
            "e2e/test_lazy_needs.py::test_only_the_branch_that_is_chosen_is_needed",
        ),
        feature(
            "depfiles of compilers", "`sh(..., depfile=...)`", f"{DECIDING}::test_a_header_that_the_compiler_found"
        ),
        feature(
            "absence as an input",
            "`need(..., missing_ok=True)`; what a depfile names and a function looked for, but not "
            "[where a compiler looked in vain](correctness.md#files-that-were-not-there)",
            f"{DECIDING}::test_a_missing_input_that_may_be_missing",
            "unit/engine/test_reasons.py::test_of_a_discovered_path_that_appears",
        ),
        feature("always run, and stop if nothing changed", "`always=True`", f"{DECIDING}::test_always"),
        feature("globs that notice new files", "`glob`", f"{DECIDING}::test_a_glob_notices_new_and_gone_files"),
        feature(
            "variables of the environment",
            '`env("NAME")`; others are not seen',
            f"{DECIDING}::test_a_variable",
            f"{DECIDING}::test_a_variable_that_is_not_declared_is_not_seen",
        ),
        feature(
            "parameters, settings, profiles",
            "`config(...)`, `-D NAME=VALUE`, redun.toml, `--profile`",
            f"{DECIDING}::test_a_setting_of_the_command_line_and_of_the_file",
            "e2e/test_layers.py::test_who_wins",
        ),
        feature(
            "single values of a file as inputs",
            "`table`, `data`, `stdout`",
            "e2e/test_windows.py::test_a_row_runs_what_uses_it_and_a_column_that_nobody_uses_nothing",
            "e2e/test_windows.py::test_a_value_runs_what_uses_it",
        ),
        feature(
            "Python functions as steps",
            "a call of an imported function",
            f"{DECIDING}::test_a_value_is_a_target_and_an_input",
            "e2e/test_embedded.py::test_a_module_is_built_and_then_up_to_date",
        ),
        feature(
            "sub-projects",
            "`include`, `//sub:name`",
            "e2e/test_several_redunfiles.py::test_one_build_of_all",
            "e2e/test_several_redunfiles.py::test_a_rule_that_moves_to_the_root_runs_nothing",
        ),
        feature("run from any folder", "the project is found upward, `-C`", f"{RUNNING}::test_from_a_subdirectory"),
        feature(
            "quoting of paths",
            "holes of commands are quoted",
            f"{PLANNER}::test_a_quote_in_a_value_is_quoted",
            "e2e/test_names.py::test_a_file_of_this_name",
        ),
    ],
    "Deciding what to run": [
        feature(
            "content decides, not time",
            "always",
            f"{DECIDING}::test_touch_does_nothing",
            f"{DECIDING}::test_an_edit_of_the_same_size_and_time_is_seen",
            f"{DECIDING}::test_an_older_file_is_a_change_too",
        ),
        feature("early cutoff", "always", f"{DECIDING}::test_an_unchanged_result_stops_the_wave"),
        feature("a changed command runs", "its text is an input", f"{DECIDING}::test_another_command_runs"),
        feature(
            "cosmetic edits run nothing",
            "comments, layout and order do not count",
            f"{DECIDING}::test_a_cosmetic_edit_of_the_redunfile_runs_nothing",
            f"{DECIDING}::test_reordered_rules_run_nothing",
            f"{DECIDING}::test_a_change_that_is_not_of_the_code_runs_nothing",
        ),
        feature(
            "changed functions run",
            "with everything of the project that they reach",
            f"{DECIDING}::test_a_change_of_code_runs",
            "unit/tasks/code/test_edits.py::test_an_edit_that_can_change_a_result_changes_the_digest",
        ),
        feature(
            "outputs edited by hand",
            "are put back, the edit is kept in `.redun/displaced`",
            f"{OUTPUTS}::test_a_hand_edited_output_is_put_back_and_the_edit_kept",
        ),
        feature(
            "a missing output is an error", "always", f"{OUTPUTS}::test_a_declared_output_that_is_not_made_is_a_failure"
        ),
        feature(
            "nothing half-built is believed",
            "after failures, signals and kills",
            f"{OUTPUTS}::test_a_failed_output_is_not_taken_for_built",
            "e2e/test_interruption.py::test_killed_at_many_moments",
            "world/test_kills.py::test_two_hundred_killed_builds",
        ),
        feature(
            "the last good output is not lost",
            "it stays in the cache",
            f"{OUTPUTS}::test_the_last_good_output_survives_a_failure_in_the_cache",
        ),
        feature(
            "old outputs go before a run", "always", f"{OUTPUTS}::test_the_old_output_is_gone_when_the_command_runs"
        ),
        feature("stale outputs", "`redun clean --stale`", f"{COMMANDS}::test_clean_stale"),
        feature("cycles", "an error with the path", f"{REFUSALS}::test_a_cycle_with_its_path"),
        feature("two rules for one output", "an error", f"{REFUSALS}::test_two_rules_for_one_output"),
        feature("missing inputs", "told before anything runs", f"{REFUSALS}::test_a_missing_input_before_any_work"),
        feature(
            "undeclared outputs",
            "told when a command names them",
            "unit/app/test_undeclared.py::test_a_word_that_names_a_new_file_is_an_undeclared_output",
        ),
        feature(
            "a clean environment",
            "commands get what is declared and little more",
            "unit/executors/commands/test_command.py::test_the_environment_is_the_one_given_and_marks_of_ours",
            f"{DECIDING}::test_a_variable_that_is_not_declared_is_not_seen",
        ),
        feature("tools are inputs", "by content, or as `build.tools` says", f"{DECIDING}::test_a_tool_on_path"),
    ],
    "Running": [
        feature(
            "parallel by default",
            "`-j N`",
            f"{RUNNING}::test_they_do_run_at_once",
            f"{RUNNING}::test_no_more_at_once_than_allowed",
        ),
        feature(
            "jobserver of make",
            "serves and takes part",
            "e2e/test_jobserver.py::test_a_make_below_uses_the_free_places",
            "e2e/test_jobserver.py::test_redun_below_make_takes_part",
        ),
        feature(
            "going on after failures",
            "`-k`, `--max-failures N`",
            f"{RUNNING}::test_keep_going",
            f"{RUNNING}::test_max_failures",
        ),
        feature(
            "dry run",
            "`-n`, with an estimate of time; `--check`",
            f"{DECIDING}::test_dry_run_changes_nothing",
            "e2e/test_reports.py::test_an_estimate",
            "e2e/test_reports.py::test_check",
        ),
        feature(
            "why something runs",
            "`--explain`, `redun why`",
            f"{DECIDING}::test_explain_says_why",
            f"{COMMANDS}::test_why_names_what_differs",
            f"{WHY}::test_what_an_execution_did",
        ),
        feature(
            "pools and resources",
            "`pool`, `limits`, `cpus`, `memory`, `gpus`",
            "unit/engine/test_failures.py::test_pools",
            "e2e/test_resources.py::test_what_does_not_fit_together_does_not_run_together",
        ),
        feature(
            "retries and timeouts",
            "`retries=`, `timeout=`",
            f"{RUNNING}::test_retries",
            f"{RUNNING}::test_a_timeout",
        ),
        feature("force", "`-B`, `--force GLOB`", f"{DECIDING}::test_always_make", f"{DECIDING}::test_force_some"),
        feature("mark as made", "`redun adopt`", "e2e/test_adopt.py::test_a_project_that_make_has_built"),
        feature(
            "interruptions",
            "what had finished is recorded",
            "e2e/test_interruption.py::test_a_signal_ends_it_and_what_had_finished_is_kept",
        ),
        feature(
            "two builds at once",
            "the second waits and says for whom",
            "e2e/test_interruption.py::test_two_builds_at_once",
            "world/test_together.py::test_many_builds_at_once_make_everything_once",
        ),
        feature(
            "children in the background",
            "do not hang the build",
            f"{RUNNING}::test_a_background_child_does_not_hang_the_build",
        ),
    ],
    "Seeing": [
        feature(
            "what runs, for how long, and how long yet",
            "a status area in a terminal",
            "e2e/test_watching.py::test_what_runs_is_shown_and_erased_at_the_end",
            "e2e/test_watching.py::test_the_time_that_is_left",
        ),
        feature(
            "output job by job",
            "never mixed",
            f"{RUNNING}::test_output_of_parallel_commands_is_never_mixed",
        ),
        feature(
            "the last line of a long job",
            "beside it in the status area",
            "e2e/test_watching.py::test_what_runs_is_shown_and_erased_at_the_end",
        ),
        feature("logs of each target", "`redun log --output`", f"{RUNNING}::test_the_log_keeps_what_was_printed"),
        feature("targets with their documentation", "`redun targets`", f"{COMMANDS}::test_targets_for_people"),
        feature("did you mean", "for every name", f"{REFUSALS}::test_an_unknown_target_with_what_was_meant"),
        feature(
            "the graph as a picture",
            "`redun graph`: dot, mermaid, json, html",
            "unit/query/test_formats.py::test_dot",
            "unit/query/test_formats.py::test_mermaid",
            "unit/query/test_formats.py::test_json",
            "unit/query/test_formats.py::test_a_page_is_well_formed",
        ),
        feature(
            "what a change would reach",
            "`redun why TARGET --not FILE`, `redun why FILE`",
            f"{WHY}::test_what_reaches_a_target",
            f"{COMMANDS}::test_why_of_a_source",
        ),
        feature(
            "compile_commands.json",
            "`redun compdb`",
            "e2e/test_compdb.py::test_every_compile_command_of_the_defaults",
        ),
        feature("traces for a browser", "`--trace FILE`", "e2e/test_reports.py::test_a_trace"),
        feature("events for programs", "`--events FILE`", "e2e/test_events.py::test_a_build"),
        feature(
            "critical path",
            "`-v`, `--trace FILE`",
            "e2e/test_reports.py::test_the_critical_path_of_a_verbose_build",
        ),
        feature(
            "completion in shells",
            "`redun completion`, with targets and parameters",
            "e2e/test_completion.py::test_targets",
            "e2e/test_completion.py::test_definitions",
            "e2e/test_completion.py::test_tab",
        ),
        feature(
            "clean",
            "`redun clean`",
            f"{COMMANDS}::test_clean_removes_what_redun_made_and_nothing_else",
        ),
        feature(
            "exit statuses",
            "[a table](commands.md)",
            f"{RUNNING}::test_a_failure_tells_the_command_and_its_status",
            f"{REFUSALS}::test_no_redunfile",
            "e2e/test_interruption.py::test_a_signal_ends_it_and_what_had_finished_is_kept",
        ),
        feature(
            "groups and places for CI",
            "in GitHub Actions; `--junit FILE`",
            "e2e/test_reports.py::test_groups_and_places_for_github",
            "e2e/test_reports.py::test_junit",
        ),
    ],
    "Keeping": [
        feature(
            "outputs come back from history",
            "any earlier state, without a run",
            f"{DECIDING}::test_an_edit_and_its_revert_run_nothing_that_ran_before",
            f"{DECIDING}::test_a_deleted_output_comes_back_without_a_run",
        ),
        feature(
            "a fresh clone, another folder",
            "nothing runs with `.redun` restored",
            "e2e/test_ci_cache.py::test_a_fresh_clone_runs_nothing",
            "e2e/test_ci_cache.py::test_an_edit_runs_what_it_reaches",
            f"{DECIDING}::test_a_moved_project_runs_nothing",
        ),
        feature(
            "where a file came from",
            "`redun why`, across past builds with `--in`",
            f"{COMMANDS}::test_why_after_a_build",
            f"{WHY}::test_what_an_execution_did",
            "unit/engine/test_tasks.py::test_what_is_recorded_of_a_call",
        ),
        feature(
            "one graph for functions and files",
            "values and files are inputs of each other",
            "unit/app/test_one_graph.py::test_the_second_door_finds_everything_done",
            f"{DECIDING}::test_a_value_is_a_target_and_an_input",
        ),
        feature(
            "room for the cache",
            "`artifacts.max_total`, `redun gc`",
            "e2e/test_gc.py::test_the_last_build_stays_and_earlier_ones_go",
        ),
        feature(
            "nothing to do costs next to nothing",
            "a fast lane without parser, database and libraries",
            "house/test_startup.py::test_a_build_with_nothing_to_do",
        ),
    ],
}

ABSENT = [
    Absence(
        "a cache shared over a network, in a folder or S3",
        "later: who may write to it, and what a reader may believe, needs an answer first. "
        "Until then CI [saves and restores `.redun`](ci.md), which is all there is to know.",
    ),
    Absence("Kubernetes, Google Batch", "later: each is one [backend](executors.md#executors-of-your-own)."),
    Absence("`--since REF`", "later: what git says of a branch is to be one more question to the graph."),
    Absence(
        "watching for changes (`--watch`)",
        "later: a build with nothing to do is cheap enough to be started by any program that watches files.",
    ),
    Absence(
        "outputs that appear all at once (written aside, then renamed)",
        "commands write where they are told, as other tools read there while they run; "
        "what a command left that failed is removed, and the last good output comes back from the cache.",
    ),
    Absence(
        "sandboxes",
        "they need namespaces that containers and CI often forbid. What redun does not see is "
        "[named](correctness.md), with the way to declare it.",
    ),
    Absence("a query language", "`redun graph --format json` and `redun targets --json` feed the one you know."),
    Absence(
        "the remote execution API of Bazel",
        "[executors](executors.md) send files and code by a protocol of their own, which needs no server.",
    ),
    Absence("a lock file in git", "content decides; what would be locked is in the redunfile."),
    Absence("Windows", "processes, signals and paths of Linux and other POSIX systems are taken for granted."),
]
