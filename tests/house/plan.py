"""The house as tables: which room stands on which floor, who may touch what, and every stated exception.

Rooms are packages or modules of redo_py. A module belongs to the longest room name that begins its own. A door is a
room's `api` module: the only thing that rooms of one floor, and rooms above, may import of it.
"""

from __future__ import annotations

# Lower may not import higher. The order inside floor 1 and floor 5 is part of the plan, hence the fractions.
FLOORS: dict[str, float] = {
    "redo_py": 0,  # a table of strings
    "redo_py.ground": 0,
    "redo_py.values": 1.0,
    "redo_py.ir": 1.1,
    "redo_py.tasks": 1.2,
    "redo_py.records": 2,
    "redo_py.store.api": 2,
    "redo_py.files.api": 2,
    "redo_py.executors.api": 2,
    "redo_py.remote.api": 2,
    "redo_py.engine": 3,
    "redo_py.store": 3,
    "redo_py.files": 3,
    "redo_py.executors": 3,
    "redo_py.remote": 3,
    "redo_py.front": 4,
    "redo_py.query": 4,
    "redo_py.config": 4,
    "redo_py.library": 4,
    "redo_py.spark": 4,  # what tasks in Spark import
    "redo_py.build": 5.0,  # the built-in names of the language for Python: wires them to front and config
    "redo_py.app": 5.0,
    "redo_py.compat": 5.1,
    "redo_py.pytest": 5.2,
    "redo_py.testing": 5.2,  # what executors must do, for those who write one
    "redo_py.cli": 6,
    "redo_py.__main__": 6,
}

# Rooms within a room, from the ground up: a module of one imports from those before it, and from its own. Modules that
# stand beside them are free in this; that there is no cycle holds for all.
WITHIN: dict[str, tuple[str, ...]] = {
    "redo_py.tasks": ("reading", "declaration", "code"),
    "redo_py.executors": ("processes", "commands", "functions", "elsewhere"),
    "redo_py.front.redunfile": (
        "names",
        "grammar",
        "evaluation",
        "commands",
        "instances",
        "builtins",
        "loading",
        "planning",
    ),
    "redo_py.app": ("workers", "telling", "running", "views"),
    "redo_py.app.running": ("arguments", "reporting"),
}

WIRING_FLOOR = 5  # from here up a room may know the concrete classes behind the doors

# Beyond the floors: what a room may not import although it lies below.
MAY_NOT_TOUCH: dict[str, tuple[str, ...]] = {
    "redo_py.store": ("redo_py.ir", "redo_py.tasks", "redo_py.engine"),
    "redo_py.files": ("redo_py.store", "redo_py.engine"),
    "redo_py.executors": ("redo_py.store", "redo_py.engine"),
    "redo_py.remote": ("redo_py.store", "redo_py.engine"),
    "redo_py.front": ("redo_py.store", "redo_py.executors"),
    "redo_py.query": ("redo_py.engine",),
    "redo_py.config": ("redo_py.store", "redo_py.files", "redo_py.executors", "redo_py.engine", "redo_py.values"),
    "redo_py.cli": ("redo_py.store", "redo_py.engine", "redo_py.ground.hashing"),
}

# Package -> the rooms that may import it. A distribution outside the standard library that is not here is not used.
THIRD_PARTY: dict[str, tuple[str, ...]] = {
    "xxhash": ("redo_py.ground.hashing",),
    "pytest": ("redo_py.pytest", "redo_py.testing"),
    "lark": ("redo_py.front.redunfile.grammar", "redo_py.query"),
    "typer": ("redo_py.cli",),
    "rich": ("redo_py.cli",),
    "textual": ("redo_py.cli",),
    "networkx": ("redo_py.query",),
    "pydantic": ("redo_py.config", "redo_py.ir.schema", "redo_py.executors", "redo_py.remote"),
    "pydantic_core": ("redo_py.config",),  # the errors that validators of pydantic raise
    "typing_extensions": ("redo_py.tasks.task",),  # for type checkers alone, which all have it: never imported
    "cloudpickle": ("redo_py.values", "redo_py.remote"),
    "boto3": ("redo_py.executors", "redo_py.remote"),
    "botocore": ("redo_py.executors", "redo_py.remote"),
    "obstore": ("redo_py.files", "redo_py.store"),
    "pyspark": ("redo_py.remote", "redo_py.spark"),  # in drivers alone: nothing that redun itself runs imports it
    "psycopg": ("redo_py.store",),
    "numpy": ("redo_py.values",),
    "yaml": ("redo_py.tasks.documents", "redo_py.executors.environments.rattler_program"),
    "rattler": ("redo_py.executors.environments.rattler_program",),
    "pandas": ("redo_py.values", "redo_py.library.sharded"),
    "jinja2": ("redo_py.library.tools",),
    "pyarrow": ("redo_py.values",),
}

# Package -> the distribution that brings it, where that has another name.
DISTRIBUTIONS: dict[str, str] = {
    "botocore": "boto3",  # a part of it in all but name
    "pydantic_core": "pydantic",  # which asks for the one version that fits it
    "rattler": "py-rattler",
    "typing_extensions": "mypy",
    "yaml": "pyyaml",
}

# One owner for each effect: what is named -> the modules or rooms that may name it. A name covers what is below it:
# "time" covers time.sleep.
EFFECTS: dict[str, tuple[str, ...]] = {
    # the environment and the home folder
    "os.environ": ("redo_py.config", "redo_py.cli.fastlane"),
    "os.environb": ("redo_py.config", "redo_py.cli.fastlane"),
    "os.getenv": ("redo_py.config", "redo_py.cli.fastlane"),
    "os.getenvb": ("redo_py.config", "redo_py.cli.fastlane"),
    "os.path.expanduser": ("redo_py.config",),
    "os.path.expandvars": ("redo_py.config",),
    "pathlib.Path.home": ("redo_py.config",),
    # the terminal
    "print": ("redo_py.cli",),
    "input": ("redo_py.cli",),
    "sys.stdout": ("redo_py.cli", "redo_py.executors.functions"),  # what a task prints is routed to its job
    "sys.stderr": ("redo_py.cli", "redo_py.executors.functions"),
    "sys.stdin": ("redo_py.cli",),
    "sys.argv": ("redo_py.cli",),
    # SQL
    "sqlite3": ("redo_py.store",),
    "_sqlite3": ("redo_py.store",),
    # threads and processes
    "threading.Thread": ("redo_py.executors.functions.threads",),
    "threading.Timer": ("redo_py.executors.functions.threads",),
    "_thread.start_new_thread": ("redo_py.executors.functions.threads",),
    "concurrent.futures": ("redo_py.executors.functions.threads",),
    "multiprocessing": (),
    "subprocess": ("redo_py.executors", "redo_py.remote", "redo_py.testing"),
    "os.posix_spawn": ("redo_py.executors.commands", "redo_py.executors.functions.workers"),
    "os.posix_spawnp": ("redo_py.executors.commands", "redo_py.executors.functions.workers"),
    "os.fork": ("redo_py.executors.processes.first_process", "redo_py.executors.functions.tee"),
    "os.system": (),
    "os.popen": (),
    # time
    "time": ("redo_py.ground.clock",),
    "datetime.datetime.now": ("redo_py.ground.clock",),
    "datetime.datetime.utcnow": ("redo_py.ground.clock",),
    "datetime.datetime.today": ("redo_py.ground.clock",),
    "datetime.date.today": ("redo_py.ground.clock",),
    # pickles of user values; ONE_OF_ITS_KIND says that one file of the room does it
    "pickle": ("redo_py.values",),
    "_pickle": ("redo_py.values",),
    # user code
    "exec": ("redo_py.front", "redo_py.remote"),
    "eval": (),
    "importlib.import_module": ("redo_py.front", "redo_py.remote"),
    "__import__": (),
}

# Effects that exactly one file of their room has.
ONE_OF_ITS_KIND: tuple[str, ...] = ("pickle",)

# The engine reaches the world through its doors alone.
FORBIDDEN_IN: dict[str, tuple[str, ...]] = {
    "redo_py.engine": ("os", "open", "io", "pathlib", "shutil", "socket", "threading", "pydantic", "logging"),
    "redo_py.store": ("pickle", "cloudpickle"),
    "redo_py.ground": ("open", "pathlib", "shutil", "socket"),
}

# (module, what it names or imports) -> why this is right. An entry that is no longer needed fails the tests.
EXCEPTIONS: dict[tuple[str, str], str] = {
    (
        "redo_py.ground.alias.finder",
        "importlib.import_module",
    ): "the names of `redun` are loaded when they are asked for",
    ("redo_py.tasks.task", "importlib.import_module"): "a task that travels by name brings its module, as pickle does",
    ("redo_py", "importlib.import_module"): "its public names are loaded when they are asked for: PEP 562",
    ("redo_py.library.python", "eval"): "`eval_` evaluates a piece of the user's own Python code, like a task",
    (
        "redo_py.files.systems.stores",
        "os.environ",
    ): "whether boto3 is asked for keys depends on those that obstore finds in the environment by itself",
    (
        "redo_py.executors.environments.rattler_program",
        "sys.stderr",
    ): "is a program of its own: its caller reads there what is wrong",
    (
        "redo_py.executors.environments.rattler_program",
        "sys.argv",
    ): "is a program of its own, which is killed when nobody wants the environment any more",
    ("redo_py.files.git", "subprocess"): "asks git about files, once, and only if a file is in the way of an output",
}

# A file or package of one of these names is a drawer, not a room.
DRAWERS = frozenset(["common", "data", "helper", "helpers", "info", "manager", "managers", "misc", "util", "utils"])
DRAWER_PREFIXES = ("do_", "perform_", "handle_")

LONGEST_FILE = 400
LONGEST_FUNCTION = 60

# module, or module:function -> (lines, why it is whole as it is). An entry that is no longer needed fails the tests.
LONG_ON_PURPOSE: dict[str, tuple[int, str]] = {}
