"""What object stores, and the library that speaks with them, refuse: told to the user."""

from __future__ import annotations

import re
from errno import ENOTDIR

from obstore.exceptions import BaseError, NotSupportedError, PermissionDeniedError, UnauthenticatedError

from redo_py.files.trouble import RedunFileNotFoundError, RedunOSError, RedunPermissionError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

# what is asked for keys where nothing else has any, and answers on machines of a cloud
OF_MACHINE = ("169.254.169.254", "/computeMetadata/v1/", "/metadata/identity/oauth2/")
NO_KEYS = {
    "s3": (
        "no keys are found for it: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile and install boto3, or "
        "AWS_SKIP_SIGNATURE=true for a public bucket"
    ),
    "gs": (
        "no keys are found for it: set GOOGLE_APPLICATION_CREDENTIALS to the path of a key file, or call `gcloud auth "
        "application-default login`, or set GOOGLE_SKIP_SIGNATURE=true for a public bucket"
    ),
    "az": (
        "no keys are found for it: set AZURE_STORAGE_ACCOUNT_KEY or AZURE_STORAGE_SAS_TOKEN, or "
        "AZURE_USE_AZURE_CLI=true after `az login`, or AZURE_SKIP_SIGNATURE=true for a public container"
    ),
}
NO_ACCOUNT = "no account is named for it: set AZURE_STORAGE_ACCOUNT_NAME"
NO_BUCKET = frozenset(("NoSuchBucket", "ContainerNotFound"))  # codes of the stores
DENIED = ("401", "403")
REFUSED = (PermissionDeniedError, UnauthenticatedError, NotSupportedError, PermissionError)
# (host, what came of it)
ANSWER = re.compile(r"Error performing [A-Z]+ (?:\w+://)?([^/\s]*)\S* in [^-]*- (.*)", re.DOTALL)
STATUS = re.compile(r"Server returned non-2xx status code: ([^:]*):")
CODE = re.compile(r"<Code>(\w+)</Code>")
DETAILS = "\n\nDebug source:"  # after what is meant for people
CONNECT, TIMEOUT = "kind: Connect", "kind: Timeout"  # in the details


def attempt(path: str, act: Callable[[], Any]) -> Any:
    """What `act` gives; what it raises is raised as one of ours, about `path`."""
    try:
        return act()
    except (BaseError, OSError, ValueError) as error:
        raise translated(path, error) from None


def opened(path: str, act: Callable[[], Any]) -> Any:
    """The store that `act` opens, which asks nobody yet: what it raises is wrong with the settings, and stays so."""
    try:
        return act()
    except (BaseError, OSError, ValueError) as error:
        if isinstance(error, RedunOSError):
            raise
        reason = reason_of(str(error))
        raise RedunPermissionError.at(path, NO_ACCOUNT if reason == "Account must be specified" else reason) from None


def translated(path: str, error: Exception) -> RedunOSError:
    """`error` of an object store as one of ours, with what it says for people."""
    if isinstance(error, RedunOSError):
        return error
    text = str(error)
    scheme, _, rest = path.partition("://")
    if any(part in text for part in OF_MACHINE):
        return RedunPermissionError.at(path, NO_KEYS.get(scheme, ""))
    code = CODE.search(text)
    if code is not None and code[1] in NO_BUCKET:
        kind = "container" if scheme == "az" else "bucket"
        name = rest.partition("/")[0].partition("@")[0]
        return RedunOSError(ENOTDIR, f"there is no {kind} `{name}`", path)
    if isinstance(error, FileNotFoundError):
        return RedunFileNotFoundError.at(path)
    reason = reason_of(text)
    status = STATUS.search(text)
    if isinstance(error, REFUSED) or (status is not None and status[1].startswith(DENIED)):
        return RedunPermissionError.at(path, reason)
    return RedunOSError.at(path, reason)


def reason_of(text: str) -> str:
    """What the text of an error of obstore says, without how long it took and what only its authors understand."""
    answer = ANSWER.search(text)
    if answer is None:
        return text.partition("\n")[0].partition(" error: ")[2] or text.partition("\n")[0]
    host, rest = answer[1], answer[2].partition(DETAILS)[0]
    status = STATUS.search(rest)
    if status is not None:
        code = CODE.search(rest)
        return f"{host} answers {status[1]}" + (f": {code[1]}" if code is not None else "")
    if CONNECT in text:
        return f"{host} cannot be reached"
    return f"{host} does not answer in time" if TIMEOUT in text else f"{host}: {rest.strip()}"
