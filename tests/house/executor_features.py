"""What executors elsewhere do, as it was asked for: the tests that show it. A part of tests/house/features.py's tables.

`FILE::TestClass` stands for the whole conformance suite of redo_py.testing over one executor.
"""

from __future__ import annotations

from tests.house.features import Feature, feature

EXECUTORS = "e2e/test_executors.py::test_"
PLUGINS = "unit/executors/test_plugins.py::test_"
ELSEWHERE = "unit/executors/elsewhere/test_executor.py::test_"
ANSWERS = "unit/executors/elsewhere/test_answers.py::test_"
PROCESS = "unit/executors/functions/test_process.py::test_"
CONTAINER = "unit/executors/container/test_backend.py::test_"
CONTAINER_WORDS = "unit/executors/container/test_words.py::test_"
BAD_LUCK_THERE = "e2e/test_bad_luck_elsewhere.py::test_"
BATCH = "e2e/test_batch.py::test_"
BATCH_BACKEND = "unit/executors/batch/test_backend.py::test_"
SLURM = "unit/executors/slurm/test_backend.py::test_"
SPARK = "e2e/test_spark.py::test_"
SPARK_EXECUTOR = "unit/executors/spark/test_executor.py::test_"
SPARK_SHARING = "unit/executors/spark/test_sharing.py::test_"
SPARK_SETTINGS = "e2e/test_spark_settings.py::test_"
SUBMIT = "unit/executors/spark/test_submit.py::test_"
STAGE = "unit/remote/test_stage.py::test_"
ENVIRONMENTS = "e2e/test_environments.py::test_"
CONDA = "e2e/test_conda_environments.py::test_"
EVERYWHERE = "e2e/test_everywhere.py::test_one_workflow_everywhere"

DELIVERED: list[Feature] = [
    feature(
        "the conformance suite",
        "`redo_py.testing`, over every executor with real parts, and over the plugin of the example. Over Spark all of "
        "its cases run on each of `local[2]`, `local-cluster[2,1,1024]`, a standalone master with a worker and a "
        "Connect server, with further ones that have Spark itself at work. Its jobs share a driver in the project, "
        "which ends with its redun, so some cases show another answer: jobs of a killed redun begin again, limits are "
        "Spark's own, `subrun` with `new_execution` is an error, what child processes print is the driver's, and a "
        "file that a function names and does not make has no content. `spark_submit` is over a stand-in for a cluster",
        "unit/executors/elsewhere/test_remote_suite.py::TestOverAFolder",
        "unit/executors/elsewhere/test_remote_suite.py::TestOverAnObjectStore",
        "unit/executors/elsewhere/test_remote_suite.py::TestThePluginOfTheExample",
        "unit/executors/container/test_suite.py::TestStaged",
        "unit/executors/container/test_suite.py::TestMounted",
        "unit/executors/batch/test_remote_suite.py::TestBatch",
        "unit/executors/batch/test_remote_suite.py::TestDebug",
        "unit/executors/slurm/test_suite.py::TestSlurm",
        "e2e/test_spark_suite.py::TestSpark",
        "e2e/test_spark_suite.py::TestLocalCluster",
        "e2e/test_spark_suite.py::TestStandalone",
        "e2e/test_spark_suite.py::TestConnect",
        "unit/executors/test_local_suite.py::TestThreads",
        "unit/executors/test_local_suite.py::TestProcesses",
        "unit/executors/test_local_suite.py::TestRunsInProcesses",
        "e2e/test_spark_submit_suite.py::TestSmallSubmit",
    ),
    feature(
        "executors of others",
        "an entry point, or `class =` in the settings",
        f"{PLUGINS}those_of_installed_packages",
        f"{PLUGINS}classes_that_cannot_be",
    ),
    feature(
        "code is sent once for each version of it",
        "by the digest of its content; `code_includes`, `code_excludes`",
        "unit/remote/test_package.py::test_the_same_files_give_the_same_package",
        "unit/remote/test_package.py::test_patterns",
        f"{EXECUTORS}code_that_is_left_out",
    ),
    feature(
        "files come and go by their digests",
        "through a folder or an object store",
        f"{STAGE}files_folders_and_links",
        f"{STAGE}bytes_that_are_there_are_not_sent_again",
        f"{STAGE}a_damaged_blob_is_not_taken",
    ),
    feature(
        "scratch on S3, Google Cloud Storage and Azure",
        "against moto, a layer over it that speaks Google's XML API, and Azurite; no real account has seen it",
        "unit/executors/elsewhere/test_remote_suite.py::TestOverAnObjectStore",
        "e2e/test_files_elsewhere.py::test_everything_goes_through_a_cloud",
    ),
    feature(
        "rules and scripts elsewhere",
        '`executor="box"` on a rule; cached as if they had run here',
        f"{EXECUTORS}rules_elsewhere",
        f"{BATCH}a_rule_runs_there_with_its_files",
        f"{EXECUTORS}a_rule_that_fails_elsewhere",
    ),
    feature(
        "processes",
        "a worker that dies fails its job and is replaced",
        f"{PROCESS}a_process_of_its_own_that_is_used_again",
        f"{PROCESS}what_goes_wrong_is_said",
        f"{PROCESS}a_worker_that_is_killed_fails_its_job_and_is_replaced",
        f"{PROCESS}a_worker_without_memory_fails_its_job_and_is_replaced",
        f"{PROCESS}what_a_job_took_is_measured_by_the_worker",
    ),
    feature(
        "containers",
        "docker or podman; resources, volumes, user, network, a terminal; GPUs by name, which podman hands out here as "
        "devices that are none: no engine with a GPU has been tried, and of docker only its words are tested",
        f"{CONTAINER_WORDS}all_words",
        f"{CONTAINER}the_limit_of_processors_and_memory_reaches_the_container",
        f"{CONTAINER_WORDS}the_user_makes_files_the_callers",
        "e2e/test_containers.py::test_files_of_another_user_are_the_callers",
        "e2e/test_containers.py::test_each_container_has_a_gpu_of_its_own",
        "e2e/test_containers.py::test_each_process_has_a_gpu_of_its_own",
        "e2e/test_containers.py::test_a_job_that_has_the_terminal",
    ),
    feature(
        "arrays of jobs",
        "in AWS Batch and SLURM",
        f"{BATCH_BACKEND}an_array_of_a_thousand_of_which_some_fail",
        f"{BATCH}two_hundred_tasks_take_few_requests",
        f"{SLURM}jobs_with_equal_options_are_one_array",
        f"{BATCH_BACKEND}one_of_an_array_is_ended",
    ),
    feature(
        "AWS that throttles or answers 500, machines that are taken away",
        "waited for, tried again",
        f"{BATCH_BACKEND}throttling_is_waited_for",
        f"{BATCH_BACKEND}a_server_that_answers_500",
        f"{BATCH_BACKEND}an_answer_that_is_lost_does_not_submit_twice",
        f"{BATCH_BACKEND}a_machine_that_is_taken_away_is_replaced",
    ),
    feature(
        "fair share, Fargate, several machines, tags",
        "options of `aws_batch`",
        f"{BATCH_BACKEND}a_share_and_a_priority",
        f"{BATCH_BACKEND}on_fargate",
        f"{BATCH_BACKEND}several_nodes",
        "unit/executors/batch/test_submissions.py::test_tags_tell_the_execution_and_of_a_single_job_which_it_is",
    ),
    feature(
        "jobs of a killed redun",
        "are found by the next one, and not submitted again",
        f"{EXECUTORS}jobs_of_a_killed_run_are_found_again",
        f"{BATCH}a_killed_scheduler_finds_its_array_again",
        f"{CONTAINER}a_killed_scheduler_is_followed_by_one_that_finds_its_jobs",
        f"{SLURM}a_killed_scheduler_is_followed_by_one_that_finds_its_jobs",
    ),
    feature(
        "SLURM",
        "`sbatch` with arrays, `squeue`, `scancel`; `sacct`, which no cluster of the tests has",
        f"{SLURM}what_a_job_asks_for",
        f"{SLURM}cancel",
        f"{SLURM}a_node_that_is_lost",
        f"{SLURM}a_controller_that_is_not_there",
        f"{SLURM}what_cannot_be_submitted_now_is_submitted_later",
    ),
    feature(
        "one Spark for all tasks of a run",
        "local, a cluster of processes, a standalone master, a Connect server",
        f"{SPARK_EXECUTOR}one_driver_for_all_jobs_which_run_side_by_side",
        f"{SPARK_SHARING}one_driver_for_both",
        f"{SPARK_SHARING}another_spark_or_other_code_is_another_driver",
        "e2e/test_spark_suite.py::TestSpark",
        "e2e/test_spark_suite.py::TestLocalCluster",
        "e2e/test_spark_suite.py::TestStandalone",
        "e2e/test_spark_suite.py::TestConnect",
        f"{SPARK_EXECUTOR}a_driver_is_closed_when_it_has_nothing_to_do",
    ),
    feature(
        "tables of Spark as values",
        "Parquet with a manifest of contents: equal ones run nothing again",
        f"{SPARK_EXECUTOR}tables_are_kept_by_what_they_hold",
        f"{SPARK}what_an_edit_runs_again",
        f"{SPARK}datasets_that_tasks_write_themselves",
    ),
    feature(
        "Spark that dies",
        "its tasks begin again, once",
        f"{SPARK_EXECUTOR}a_driver_that_dies_is_replaced_once",
        f"{SPARK_EXECUTOR}a_driver_that_dies_twice",
        f"{SPARK}a_jvm_that_is_killed",
        f"{SPARK}a_connect_server_that_is_gone",
    ),
    feature(
        "what is ended in Spark",
        "ends there, and nothing else",
        "e2e/test_spark_suite.py::TestSpark",
        "e2e/test_spark_suite.py::TestLocalCluster",
        "e2e/test_spark_suite.py::TestStandalone",
        "e2e/test_spark_suite.py::TestConnect",
        f"{SPARK_SHARING}the_end_of_a_job_is_none_of_others",
    ),
    feature(
        "drivers in the cluster",
        "`spark_submit`; no real YARN or Kubernetes has seen it",
        f"{SUBMIT}the_command_for_yarn",
        f"{SUBMIT}the_command_for_kubernetes",
        f"{SPARK_SETTINGS}a_task_as_an_application_of_its_own",
    ),
    feature(
        "environments of tasks and rules",
        '`env="uv:requirements.txt"`, `[tasks] python`',
        f"{ENVIRONMENTS}functions_and_scripts",
        f"{ENVIRONMENTS}rules",
        f"{ENVIRONMENTS}an_interpreter_of_the_project",
        f"{ENVIRONMENTS}async_and_elsewhere_are_refused",
    ),
    feature(
        "environments of tasks and rules elsewhere",
        '`env="uv:requirements.txt"` with `executor=`: made where the job runs',
        "unit/executors/elsewhere/test_remote_suite.py::TestOverAFolder",
        "unit/executors/container/test_suite.py::TestStaged",
        "unit/executors/slurm/test_suite.py::TestSlurm",
        "unit/executors/batch/test_remote_suite.py::TestBatch",
        "e2e/test_spark_suite.py::TestSpark",
        "e2e/test_environments_elsewhere.py::test_rules",
    ),
    feature(
        "environments of conda",
        '`env="conda:env.yaml"`, made by py-rattler from a channel of the test\'s own; micromamba, mamba and conda '
        "themselves are unproven, since neither Debian nor PyPI has them: only how they are called is tested",
        f"{CONDA}a_rule_needs_only_its_programs",
        f"{CONDA}functions_run_in_its_python",
        f"{CONDA}what_pip_adds",
        "unit/executors/environments/test_environments.py::test_conda",
    ),
    feature(
        "`redun launch`, `subrun` and `alias`",
        "a command, a part of a run, another name; the conformance suite asks for the first two on every executor",
        f"{EXECUTORS}launching",
        f"{EXECUTORS}launching_and_leaving",
        f"{EXECUTORS}a_subrun_elsewhere",
        "unit/executors/container/test_suite.py::TestStaged",
        "unit/executors/batch/test_remote_suite.py::TestBatch",
        "unit/executors/slurm/test_suite.py::TestSlurm",
        f"{SPARK_SETTINGS}subruns_in_spark",
        f"{EXECUTORS}the_list",
    ),
    feature(
        "`redun executors`, `redun executors check`",
        "what there is, whether it can be used, and why not",
        f"{EXECUTORS}the_list",
        f"{EXECUTORS}trying_one",
        f"{EXECUTORS}trying_one_that_fails",
    ),
    feature(
        "one workflow on all of them",
        "thread, process, container, Batch and Spark in one execution; the second run runs nothing",
        EVERYWHERE,
    ),
]

BAD_LUCK: list[Feature] = [
    feature("an executor that is not there", "suggestions", f"{EXECUTORS}an_unknown_executor_has_suggestions"),
    feature(
        "an option that cannot be",
        "its name, what it may be, the line of the settings",
        f"{EXECUTORS}an_option_that_cannot_be_is_told_at_its_line",
        f"{PLUGINS}options_that_cannot_be",
    ),
    feature(
        "no credentials, no bucket, no queue, no image",
        "an error that names it",
        "unit/files/systems/test_keys.py::test_nobody_has_keys_for_them",
        "unit/files/systems/test_keys.py::test_no_such_bucket",
        f"{BATCH}no_credentials",
        f"{BATCH}a_queue_that_is_not_there",
        f"{BATCH}an_image_that_is_not_there",
        f"{CONTAINER}an_image_that_is_not_there",
        f"{SLURM}a_partition_that_is_not_there",
    ),
    feature(
        "another Python, or another redo-py",
        "fails the job and says so, as does a Python without any",
        "unit/remote/test_wire.py::test_another_python_does_not_fit",
        f"{BAD_LUCK_THERE}a_worker_of_another_python",
        f"{BAD_LUCK_THERE}a_worker_of_another_redo_py",
        f"{ANSWERS}what_a_worker_says_is_wrong",
        f"{EXECUTORS}a_worker_without_redo_py",
    ),
    feature(
        "a scratch that is full, damaged or cannot be read",
        "borne for a while, mended, or an error of the jobs",
        f"{ELSEWHERE}a_scratch_that_cannot_be_written",
        f"{ELSEWHERE}what_cannot_be_written_or_read",
        f"{BAD_LUCK_THERE}a_scratch_that_takes_no_more_of_a_job",
        f"{BAD_LUCK_THERE}a_scratch_that_takes_no_more_of_a_result",
        f"{BAD_LUCK_THERE}a_scratch_that_takes_no_more_of_an_output",
        f"{BAD_LUCK_THERE}a_scratch_that_takes_nothing",
        f"{ANSWERS}what_is_damaged_in_the_scratch_is_sent_again",
    ),
    feature(
        "a network that goes away",
        "is waited for, for `patience`",
        f"{ELSEWHERE}faults_of_the_network_are_borne",
        f"{ELSEWHERE}faults_that_last_fail_the_jobs",
        f"{BATCH}a_network_that_goes_away_in_mid_run_is_an_error_and_not_for_ever",
    ),
    feature(
        "workers that vanish",
        "the error has the end of their log",
        f"{ELSEWHERE}a_worker_that_is_lost",
        f"{ELSEWHERE}a_worker_that_leaves_no_result",
        f"{BAD_LUCK_THERE}a_worker_that_is_killed",
        f"{BATCH}a_worker_that_vanishes_shows_the_end_of_its_log",
        f"{EXECUTORS}a_task_that_takes_its_worker_what_that_needs",
    ),
    feature(
        "too little memory, too little time",
        "told in words of redun, whoever noticed",
        f"{CONTAINER}too_little_memory",
        f"{SLURM}too_little_memory",
        f"{PROCESS}a_result_that_does_not_fit_into_the_worker_once_more",
        f"{SLURM}a_time_limit",
        f"{BATCH}a_timeout_ends_the_job_in_batch",
    ),
    feature(
        "no Java, no pyspark, no engine, no SLURM",
        "one sentence",
        f"{CONTAINER}no_engine",
        f"{SLURM}no_slurm",
        f"{BATCH_BACKEND}opening_without_boto3",
        f"{SUBMIT}no_command_to_submit_with",
    ),
]

TABLES: dict[str, list[Feature]] = {"Running elsewhere": DELIVERED, "Bad luck elsewhere": BAD_LUCK}
