"""Whose keys S3 is asked with: those of the environment, else what boto3 finds, else a clear error. What object stores
and their clients refuse, in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from redo_py import Dir, File
from redo_py.app.copying import copy
from redo_py.files.systems import objects, refusals, stores
from redo_py.files.trouble import RedunOSError, RedunPermissionError
from redo_py.ground.errors import RunError, UsageError
from tests.parts.azure import Azurite
from tests.parts.clouds import Cloud, new_cloud

NO_KEYS = (
    "no keys are found for it: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile and install boto3, or "
    "AWS_SKIP_SIGNATURE=true for a public bucket"
)


@pytest.fixture
def nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No keys at all; the folder for files with some."""
    import os

    for name in [name for name in os.environ if name.startswith(("AWS_", "AZURE_", "GOOGLE_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(stores, "RETRY", {"max_retries": 0})
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    return tmp_path


def test_keys_of_the_environment(nobody: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "mine")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    assert stores.s3_store("bucket", "s3://bucket/key").credential_provider is None


def test_a_public_bucket(nobody: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AWS_SKIP_SIGNATURE", "true")
    assert stores.s3_store("bucket", "s3://bucket/key").credential_provider is None


@pytest.mark.parametrize("profile", ["default", "work"])
def test_keys_of_a_profile(nobody: Path, monkeypatch: pytest.MonkeyPatch, profile: str):
    (nobody / "credentials").write_text(f"[{profile}]\naws_access_key_id = kept\naws_secret_access_key = secret\n")
    if profile != "default":
        (nobody / "config").write_text(f"[profile {profile}]\nregion = eu-west-1\n")
        monkeypatch.setenv("AWS_PROFILE", profile)
    provider = stores.s3_store("bucket", "s3://bucket/key").credential_provider
    assert provider is not None
    assert provider()["access_key_id"] == "kept"
    assert provider.config.get("region") == ("eu-west-1" if profile != "default" else None)


def test_no_keys_at_all(nobody: Path):
    with pytest.raises(RedunPermissionError) as caught:
        objects.ObjectFileSystem().statuses(["s3://bucket/key"])
    assert (caught.value.filename, caught.value.strerror) == ("s3://bucket/key", NO_KEYS)


def test_a_profile_that_there_is_not(nobody: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    with pytest.raises(RedunPermissionError, match=r"profile \(nobody\) could not be found"):
        objects.ObjectFileSystem().statuses(["s3://bucket/key"])


def test_copying_without_keys(nobody: Path):
    with pytest.raises(RunError) as caught:
        copy("s3://some-bucket/key", str(nobody / "here"), False, None, None)  # type: ignore[arg-type]
    assert str(caught.value) == f"redun: s3://some-bucket/key: {NO_KEYS}"


def test_a_machine_that_has_none():
    error = OSError("Generic S3 error: Error performing PUT http://169.254.169.254/latest/api/token")
    told = refusals.translated("s3://bucket/key", error)
    assert isinstance(told, RedunPermissionError)
    assert told.strerror == NO_KEYS


# ---- Google and Azure

HINT = "docs/files.md tells with which variables a store is found, and who asks there"
NOBODY = "127.0.0.1:9"  # nobody listens there
GOOGLE = (
    "no keys are found for it: set GOOGLE_APPLICATION_CREDENTIALS to the path of a key file, or call `gcloud auth "
    "application-default login`, or set GOOGLE_SKIP_SIGNATURE=true for a public bucket"
)
AZURE = (
    "no keys are found for it: set AZURE_STORAGE_ACCOUNT_KEY or AZURE_STORAGE_SAS_TOKEN, or AZURE_USE_AZURE_CLI=true "
    "after `az login`, or AZURE_SKIP_SIGNATURE=true for a public container"
)


def refusal(act: str, path: str, monkeypatch: pytest.MonkeyPatch, **variables: str) -> RedunOSError:
    """What is raised when a fresh process does that."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    system = objects.ObjectFileSystem()
    acts = {
        "look": lambda: system.statuses([path]),
        "write": lambda: system.open(path, "wb").close(),
        "list": lambda: system.below(path),
        "remove": lambda: system.remove(path),
    }
    with pytest.raises(RedunOSError) as caught:
        acts[act]()
    assert caught.value.filename == path
    return caught.value


@pytest.mark.parametrize("act", ["look", "write", "list", "remove"])
def test_nobody_has_keys_for_them(nobody: Path, monkeypatch: pytest.MonkeyPatch, act: str):
    machine = {"GCE_METADATA_HOST": NOBODY, "GCE_METADATA_IP": NOBODY}
    error = refusal(act, "gs://bucket/key", monkeypatch, **machine)
    assert (type(error), error.strerror) == (RedunPermissionError, GOOGLE)
    machine = {"AZURE_MSI_ENDPOINT": f"http://{NOBODY}/metadata/identity/oauth2/token"}
    error = refusal(act, "az://box/key", monkeypatch, AZURE_STORAGE_ACCOUNT_NAME="mine", **machine)
    assert (type(error), error.strerror) == (RedunPermissionError, AZURE)


@pytest.mark.parametrize(
    ("path", "variables", "said"),
    [
        ("az://box/key", {}, "no account is named for it: set AZURE_STORAGE_ACCOUNT_NAME"),
        (
            "az://box/key",
            {"AZURE_STORAGE_ACCOUNT_NAME": "mine", "AZURE_STORAGE_ACCOUNT_KEY": "*"},
            "Invalid Access Key: Invalid symbol 42, offset 0.",
        ),
        (
            "az://box/key",
            {"AZURE_STORAGE_ACCOUNT_NAME": "mine", "AZURE_STORAGE_ENDPOINT": "nonsense"},
            "Unable parse source url. Url: nonsense, Error: relative URL without a base",
        ),
        (
            "gs://bucket/key",
            {"GOOGLE_APPLICATION_CREDENTIALS": "/no/key.json"},
            "Unable to open service account file from /no/key.json: No such file or directory (os error 2)",
        ),
    ],
)
def test_settings_that_cannot_be(
    nobody: Path, monkeypatch: pytest.MonkeyPatch, path: str, variables: dict[str, str], said: str
):
    """What waiting does not mend is no fault of the network: executors do not try again."""
    error = refusal("look", path, monkeypatch, **variables)
    assert (type(error), error.strerror) == (RedunPermissionError, said)


@pytest.mark.parametrize("act", ["look", "write", "list", "remove"])
@pytest.mark.parametrize(
    ("path", "variables"),
    [
        (
            "s3://bucket/key",
            {"AWS_ENDPOINT_URL": f"http://{NOBODY}", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"},
        ),
        ("gs://bucket/key", {"GOOGLE_BASE_URL": f"http://{NOBODY}", "GOOGLE_BEARER_TOKEN": "a"}),
        (
            "az://box/key",
            {
                "AZURE_STORAGE_ACCOUNT_NAME": "mine",
                "AZURE_STORAGE_ACCOUNT_KEY": "a2V5",
                "AZURE_STORAGE_ENDPOINT": f"http://{NOBODY}/mine",
            },
        ),
    ],
    ids=["s3", "gs", "az"],
)
def test_a_wrong_endpoint(
    nobody: Path, monkeypatch: pytest.MonkeyPatch, path: str, variables: dict[str, str], act: str
):
    error = refusal(act, path, monkeypatch, **variables)
    assert (type(error), error.strerror) == (RedunOSError, f"{NOBODY} cannot be reached")


def test_no_such_bucket(cloud: Cloud):
    scheme = cloud.top.partition(":")[0]
    top = f"{scheme}://no-such-bucket-here"
    File(f"{cloud.top}/a").write("a")
    said = f"there is no {'container' if scheme == 'az' else 'bucket'} `no-such-bucket-here`"
    for act, path in (
        (lambda: File(f"{top}/a").write("a"), f"{top}/a"),
        (lambda: File(f"{cloud.top}/a").copy_to(f"{top}/b"), f"{top}/b"),
        (lambda: File(f"{top}/a").exists(), f"{top}/a"),
        (lambda: list(Dir(f"{top}/folder")), f"{top}/folder"),
    ):
        with pytest.raises(RedunOSError) as caught:
            act()
        assert (caught.value.strerror, caught.value.filename) == (said, path)
    with pytest.raises(UsageError) as unread:
        Dir(f"{top}/folder").hash  # noqa: B018
    assert str(unread.value) == f"redun: {top}/folder cannot be read: {said}\n  hint: {HINT}"


@pytest.mark.parametrize(
    ("kind", "wrong", "answer"),
    [
        ("gs", {"GOOGLE_BEARER_TOKEN": "x"}, "401 Unauthorized: AuthenticationRequired"),
        ("az", {"AZURE_STORAGE_ACCOUNT_KEY": "a2V5"}, "403 Forbidden: AuthorizationFailure"),
    ],
)
def test_wrong_keys(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, kind: str, wrong: dict[str, str], answer: str
):
    cloud = new_cloud(request, kind)
    for act in ("write", "list"):
        error = refusal(act, f"{cloud.top}/a", monkeypatch, **{**cloud.environ, **wrong})
        host = cloud.address.removeprefix("http://")
        assert (type(error), error.strerror) == (RedunPermissionError, f"{host} answers {answer}")


def test_the_settings_of_an_emulator(azurite: Azurite, monkeypatch: pytest.MonkeyPatch):
    top = f"az://{azurite.new_container()}"
    monkeypatch.setenv("AZURE_STORAGE_USE_EMULATOR", "true")
    monkeypatch.setenv("AZURITE_BLOB_STORAGE_URL", azurite.url)
    for name in ("AZURE_STORAGE_ACCOUNT_NAME", "AZURE_STORAGE_ACCOUNT_KEY"):
        monkeypatch.setenv(name, azurite.environ[name])
    File(f"{top}/a").write("a")
    assert File(f"{top}/a").read() == "a"


def test_paths_that_name_the_account(azurite: Azurite, monkeypatch: pytest.MonkeyPatch):
    """As redun has them."""
    for name in ("AZURE_STORAGE_ACCOUNT_KEY", "AZURE_STORAGE_ENDPOINT"):
        monkeypatch.setenv(name, azurite.environ[name])
    monkeypatch.delenv("AZURE_STORAGE_ACCOUNT_NAME", raising=False)
    account = azurite.environ["AZURE_STORAGE_ACCOUNT_NAME"]
    top = f"az://{azurite.new_container()}@{account}.blob.core.windows.net"
    File(f"{top}/deep/a").write("a")
    assert [file.path for file in Dir(f"{top}/deep")] == [f"{top}/deep/a"]
    assert File(f"{top}/deep/a").copy_to(f"{top}/b").read() == "a"
    with pytest.raises(RedunOSError, match="there is no container `none-such`"):
        File(f"az://none-such@{account}.blob.core.windows.net/a").write("a")


def test_other_clouds_of_azure(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_KEY", "a2V5")
    store = stores.az_store("box@mine.blob.core.chinacloudapi.cn", "")
    assert (store.config["account_name"], store.config["endpoint"]) == (
        "mine",
        "https://mine.blob.core.chinacloudapi.cn",
    )
    assert "endpoint" not in stores.az_store("box@mine.blob.core.windows.net", "").config
