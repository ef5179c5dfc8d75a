"""Opening the buckets and containers of object stores.

Where a store is and who asks is what the usual variables of the environment say (AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID,
GOOGLE_APPLICATION_CREDENTIALS, AZURE_STORAGE_ACCOUNT_NAME ...); for S3 without keys there, what boto3 finds, if it is
installed: profiles, single sign-on.
"""

from __future__ import annotations

import os
from datetime import timedelta

from obstore.store import AzureStore, GCSStore, S3Store

from redo_py.files.systems.refusals import NO_KEYS
from redo_py.files.trouble import RedunPermissionError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

RETRY: Any = {"max_retries": 4, "retry_timeout": timedelta(seconds=30)}
OPTIONS: Any = {"allow_http": True}  # an endpoint that says http:// means it
PUBLIC_AZURE = ".blob.core.windows.net"  # other clouds of Azure have other names
OWN_KEYS = (  # variables that obstore itself knows what to do with
    "AWS_ACCESS_KEY_ID", "AWS_SKIP_SIGNATURE", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
)  # fmt: skip


def s3_store(bucket: str, path: str) -> Any:
    """The bucket on S3, with the keys of the environment or those that boto3 finds. Errors name `path`, which it is
    opened for."""
    store = S3Store(bucket, client_options=OPTIONS, retry_config=RETRY)
    if any(name in os.environ for name in OWN_KEYS):
        return store
    try:
        from obstore.auth.boto3 import Boto3CredentialProvider
    except ImportError:  # a machine's own role may do
        return store
    try:
        provider = Boto3CredentialProvider()
    except ValueError:  # it has asked the machine, too
        raise RedunPermissionError.at(path, NO_KEYS["s3"]) from None
    except Exception as error:  # whatever boto3 says of a profile that is not there, or a file that it cannot read
        raise RedunPermissionError.at(path, str(error)) from None
    return S3Store(bucket, client_options=OPTIONS, retry_config=RETRY, credential_provider=provider)


def gs_store(bucket: str, path: str) -> Any:
    """The bucket on Google Cloud Storage."""
    return GCSStore(bucket, client_options=OPTIONS, retry_config=RETRY)


def az_store(container: str, path: str) -> Any:
    """The container on Azure: `name`, of the account that the environment names, or, as redun has it,
    `name@account.blob.core.windows.net`."""
    name, _, host = container.partition("@")
    told: dict[str, Any] = {"account_name": host.partition(".")[0]} if host else {}
    if host and not host.endswith(PUBLIC_AZURE):
        told["endpoint"] = f"https://{host}"
    return AzureStore(name, **told, client_options=OPTIONS, retry_config=RETRY)


STORES: dict[str, Callable[[str, str], Any]] = {"s3": s3_store, "gs": gs_store, "az": az_store}
