"""What type checkers see of the table of names in `__init__.py`; a test keeps both equal."""

from redo_py.app.running.ambient import tasks_of_process as tasks_of_process
from redo_py.app.running.from_python import run as run
from redo_py.compat.config import Config as Config
from redo_py.compat.current import set_current_scheduler as set_current_scheduler
from redo_py.compat.forms import scheduler_task as scheduler_task
from redo_py.compat.scheduler import Scheduler as Scheduler
from redo_py.compat.scheduler import get_current_scheduler as get_current_scheduler
from redo_py.files.filing import copy_file as copy_file
from redo_py.files.filing import glob_file as glob_file
from redo_py.files.filing import open_file as open_file
from redo_py.files.public import ContentDir as ContentDir
from redo_py.files.public import ContentFile as ContentFile
from redo_py.files.public import ContentFileSet as ContentFileSet
from redo_py.files.public import Dir as Dir
from redo_py.files.public import File as File
from redo_py.files.public import FileSet as FileSet
from redo_py.files.public import IDir as IDir
from redo_py.files.public import IFile as IFile
from redo_py.files.public import IFileSet as IFileSet
from redo_py.files.systems.filesystem import FileSystem as FileSystem
from redo_py.files.systems.registry import get_filesystem as get_filesystem
from redo_py.files.systems.registry import list_filesystems as list_filesystems
from redo_py.files.systems.registry import register_filesystem as register_filesystem
from redo_py.files.trouble import RedunFileNotFoundError as RedunFileNotFoundError
from redo_py.files.trouble import RedunOSError as RedunOSError
from redo_py.files.trouble import RedunPermissionError as RedunPermissionError
from redo_py.ground.errors import ScriptError as ScriptError
from redo_py.ir.expression import len_ as len_
from redo_py.ir.expression import quote as quote
from redo_py.library.context import get_context as get_context
from redo_py.library.control import catch as catch
from redo_py.library.control import catch_all as catch_all
from redo_py.library.control import cond as cond
from redo_py.library.control import seq as seq
from redo_py.library.control import throw as throw
from redo_py.library.functional import compose as compose
from redo_py.library.functional import const as const
from redo_py.library.functional import delay as delay
from redo_py.library.functional import flat_map as flat_map
from redo_py.library.functional import flatten as flatten
from redo_py.library.functional import force as force
from redo_py.library.functional import identity as identity
from redo_py.library.functional import map_ as map_
from redo_py.library.functional import starmap as starmap
from redo_py.library.functional import zip_ as zip_
from redo_py.library.python import apply_func as apply_func
from redo_py.library.python import as_task as as_task
from redo_py.library.python import eval_ as eval_
from redo_py.library.scripting import script as script
from redo_py.library.sharded import ShardedS3Dataset as ShardedS3Dataset
from redo_py.library.tags import apply_tags as apply_tags
from redo_py.tasks.builtin import command as command
from redo_py.tasks.job_info import JobInfo as JobInfo
from redo_py.tasks.making import task as task
from redo_py.tasks.naming import get_current_namespace as get_current_namespace
from redo_py.tasks.naming import namespace as namespace
from redo_py.tasks.registry import get_task_registry as get_task_registry
from redo_py.tasks.task import PartialTask as PartialTask
from redo_py.tasks.task import Task as Task
from redo_py.tasks.wrapping import wraps_task as wraps_task
from redo_py.values.custom import ProxyValue as ProxyValue
from redo_py.values.custom import Value as Value
from redo_py.values.staging import StagingDir as StagingDir
from redo_py.values.staging import StagingFile as StagingFile

_WHERE: dict[str, str]
__all__: list[str]
__version__: str

def home_of(name: str) -> str: ...
