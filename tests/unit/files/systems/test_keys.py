"""Whose keys S3 is asked with: those of the environment, else what boto3 finds, else a clear error."""

from __future__ import annotations

from pathlib import Path

import pytest

from redo_py.app.copying import copy
from redo_py.files.systems import objects
from redo_py.files.trouble import RedunPermissionError
from redo_py.ground.errors import RunError

NO_KEYS = (
    "no keys are found for it: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile and install boto3, or "
    "AWS_SKIP_SIGNATURE=true for a public bucket"
)


@pytest.fixture
def nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No keys at all; the folder for files with some."""
    import os

    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    return tmp_path


def test_keys_of_the_environment(nobody: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "mine")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    assert objects.s3_store("bucket").credential_provider is None


def test_a_public_bucket(nobody: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AWS_SKIP_SIGNATURE", "true")
    assert objects.s3_store("bucket").credential_provider is None


@pytest.mark.parametrize("profile", ["default", "work"])
def test_keys_of_a_profile(nobody: Path, monkeypatch: pytest.MonkeyPatch, profile: str):
    (nobody / "credentials").write_text(f"[{profile}]\naws_access_key_id = kept\naws_secret_access_key = secret\n")
    if profile != "default":
        (nobody / "config").write_text(f"[profile {profile}]\nregion = eu-west-1\n")
        monkeypatch.setenv("AWS_PROFILE", profile)
    provider = objects.s3_store("bucket").credential_provider
    assert provider is not None
    assert provider()["access_key_id"] == "kept"
    assert provider.config.get("region") == ("eu-west-1" if profile != "default" else None)


def test_no_keys_at_all(nobody: Path):
    with pytest.raises(RedunPermissionError) as caught:
        objects.ObjectFileSystem().statuses(["s3://bucket/key"])
    assert (caught.value.filename, caught.value.strerror) == ("s3://bucket", NO_KEYS)


def test_a_profile_that_there_is_not(nobody: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    with pytest.raises(RedunPermissionError, match=r"profile \(nobody\) could not be found"):
        objects.ObjectFileSystem().statuses(["s3://bucket/key"])


def test_copying_without_keys(nobody: Path):
    with pytest.raises(RunError) as caught:
        copy("s3://some-bucket/key", str(nobody / "here"), False, None, None)  # type: ignore[arg-type]
    assert str(caught.value) == f"redun: s3://some-bucket: {NO_KEYS}"


def test_a_machine_that_has_none():
    error = OSError("Generic S3 error: Error performing PUT http://169.254.169.254/latest/api/token")
    told = objects.translated("s3://bucket/key", error)
    assert isinstance(told, RedunPermissionError)
    assert told.strerror == NO_KEYS
