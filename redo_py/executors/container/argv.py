"""The words of `docker run` and `podman run`, which are the same but for GPUs."""

from __future__ import annotations

import os

from redo_py.executors.backend import GPUS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from redo_py.executors.backend import Placed
    from redo_py.executors.container.options import ContainerOptions

NAME = "redun-"  # what the names of containers begin with, before the key of the job
SCRATCH_LABEL = "redun.scratch"  # the label by which the containers of one scratch are found again
OWNER_LABEL = "redun.owner"  # the label that tells which process began it
OF_AWS = (
    "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_REGION", "AWS_DEFAULT_REGION",
    "AWS_ENDPOINT_URL", "AWS_PROFILE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
)  # fmt: skip
OF_ENGINES = frozenset(("PATH", "HOME", "USER", "LOGNAME", "SHELL", "TMPDIR", "TERM", "TZ", "LANG", "HOSTNAME"))
OF_ENGINES_TOO = (  # what names of variables begin with that engines, their libraries and their parts read
    "LC_", "LD_", "GO", "SSL_", "XDG_", "DBUS_", "DOCKER_", "CONTAINER", "PODMAN_", "BUILDAH_", "STORAGE_",
    "REGISTRY_", "HTTP_", "HTTPS_", "NO_PROXY", "ALL_PROXY", "FTP_", "NOTIFY_", "LISTEN_", "_",
)  # fmt: skip
MOUNTED_LABEL = "redun.mounted"  # the label that tells which project a container works in, if it does
REFUSED = 125  # that of `run` when the engine itself could not do it
NOT_EXECUTABLE, NOT_FOUND = 126, 127  # those of a command that the image does not have like that


def name_of(key: str) -> str:
    """The name of the container of a job."""
    return NAME + key


class Surroundings:
    """What the containers of one executor share. Must not be written to."""

    __slots__ = ("environ", "folders", "is_rootless", "owner", "root", "scratch")

    def __init__(
        self,
        scratch: str,
        owner: str,
        root: str,
        folders: Sequence[str],
        environ: Mapping[str, str],
        is_rootless: bool = False,
    ) -> None:
        self.scratch = scratch  # what tells the containers of this executor from those of others
        self.owner = owner  # what tells this process from others
        self.root = root  # what relative paths of volumes start from
        self.folders = folders  # folders of this machine that are seen there under the same path
        self.environ = environ  # of redun itself
        self.is_rootless = is_rootless  # whether root of a container is the caller outside


def run_words(
    engine: Sequence[str], job: Placed, around: Surroundings, gpus: Sequence[str] = (), env_file: str = ""
) -> list[str]:
    """The whole command that runs `job`, which has the GPUs of these names, in a container. It begins with the
    variables `handed_on`, and `env_file` has the lines of `kept_apart` if there are any."""
    options: ContainerOptions = job.options
    words = [*engine, "run", "--name", name_of(job.key)]
    words += ["--label", f"{SCRATCH_LABEL}={around.scratch}", "--label", f"{OWNER_LABEL}={around.owner}"]
    if options.is_in_place:
        words += ["--label", f"{MOUNTED_LABEL}={around.root}"]
    words += ["--pull", options.pull, "--user", user_of(options, around)]
    if options.interactive:
        words += ["--interactive", "--tty"]
    words += resource_words(engine[0], options, gpus)
    if options.network:
        words += ["--network", options.network]
    folders = [*around.folders, *filter(None, [job.environments])]
    volumes = {volume.split(":")[1]: volume for volume in options.volumes}  # a task may have another one at a place
    for volume in (*(f"{folder}:{folder}" for folder in folders), *volumes.values()):
        words += ["--volume", with_whole_path(volume, around.root)]
    for variable in environment_words(options, around.environ, gpus):
        words += ["--env", variable]
    if kept_apart(options):
        words += ["--env-file", env_file]
    return [*words, *options.run_args, options.image, *job.argv]


def user_of(options: ContainerOptions, around: Surroundings) -> str:
    """Who the job is in the container: by default whoever makes the files that it writes the caller's."""
    return options.user or ("0:0" if around.is_rootless else f"{os.getuid()}:{os.getgid()}")


def resource_words(engine: str, options: ContainerOptions, gpus: Sequence[str]) -> Iterator[str]:
    """What limits a container, and what it gets."""
    if options.cpus is not None:
        yield from ("--cpus", f"{options.cpus:g}")
    if options.memory is not None:
        yield from ("--memory", str(options.memory))
    if options.shared_memory is not None:
        yield from ("--shm-size", str(options.shared_memory))
    if gpus and os.path.basename(engine) == "podman":
        for name in gpus:
            yield from ("--device", f"nvidia.com/gpu={name}")
    elif gpus:
        yield from ("--gpus", f'"device={",".join(gpus)}"')  # docker splits it at commas unless it is quoted


def environment_words(options: ContainerOptions, environ: Mapping[str, str], gpus: Sequence[str]) -> Iterator[str]:
    """The variables that a container gets beside those of its image: NAME=VALUE, or NAME for what is taken from the
    engine's own environment, because anybody can read the words of a command."""
    yield "PYTHONUNBUFFERED=1"
    if options.include_aws_env:
        yield from (name for name in OF_AWS if name in environ and name not in options.variables)
    if gpus:
        yield f"{GPUS}={','.join(map(str, range(len(gpus))))}"  # those that are there are counted anew
    yield from handed_on(options)


def handed_on(options: ContainerOptions) -> dict[str, str]:
    """The variables that the command of the engine must have in its environment, for the container."""
    return {name: value for name, value in options.variables.items() if not is_read_by_engine(name, value)}


def kept_apart(options: ContainerOptions) -> dict[str, str]:
    """Those that it reads itself: they go by a file."""
    return {name: value for name, value in options.variables.items() if is_read_by_engine(name, value)}


def is_read_by_engine(name: str, value: str) -> bool:
    """Whether a variable would change what the engine does. A value of several lines fits in no file of an engine."""
    return "\n" not in value and (name in OF_ENGINES or name.upper().startswith(OF_ENGINES_TOO))


def with_whole_path(volume: str, root: str) -> str:
    """`volume` with an absolute path on this side; what has no slash is the name of a volume of the engine."""
    here, _, rest = volume.partition(":")
    return f"{os.path.normpath(os.path.join(root, here))}:{rest}" if "/" in here or here in (".", "..") else volume
