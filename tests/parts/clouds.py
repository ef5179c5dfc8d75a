"""A new bucket or container in each of the clouds, one after the other."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

OWN = ("AWS_", "AZURE_", "GOOGLE_")  # how the variables begin that lead to clouds, or say who asks


class Cloud:
    """A bucket that is empty, and what leads there."""

    def __init__(self, top: str, address: str, environ: dict[str, str], keeps_marks: bool) -> None:
        self.top = top  # the URL of the bucket
        self.address = address  # of the server
        self.environ = environ  # variables that say where it is, and who asks; they are set here, too
        self.keeps_marks = keeps_marks  # whether an object that is written with the same content again is the same


def gs_bucket(request: pytest.FixtureRequest) -> Cloud:
    """A bucket of Google Cloud Storage."""
    server = request.getfixturevalue("gcs_server")
    return Cloud(f"gs://{server.new_bucket()}", server.url, server.environ, keeps_marks=True)


def az_container(request: pytest.FixtureRequest) -> Cloud:
    """A container of Azure."""
    server = request.getfixturevalue("azurite")
    return Cloud(f"az://{server.new_container()}", server.url, server.environ, keeps_marks=False)


def s3_bucket(request: pytest.FixtureRequest) -> Cloud:
    """A bucket of S3."""
    bucket = request.getfixturevalue("s3_bucket")
    environ = request.getfixturevalue("s3_environment")
    return Cloud(f"s3://{bucket}", environ["AWS_ENDPOINT_URL"], environ, keeps_marks=True)


MAKERS: dict[str, Callable[[pytest.FixtureRequest], Cloud]] = {"s3": s3_bucket, "gs": gs_bucket, "az": az_container}


@pytest.fixture(params=list(MAKERS))
def cloud(request: pytest.FixtureRequest) -> Cloud:
    """An empty bucket in each of them; the environment leads there."""
    return new_cloud(request, request.param)


def new_cloud(request: pytest.FixtureRequest, kind: str) -> Cloud:
    """An empty bucket in one of them; the environment leads there."""
    monkeypatch = request.getfixturevalue("monkeypatch")
    for name in [name for name in os.environ if name.startswith(OWN)]:
        monkeypatch.delenv(name)
    made = MAKERS[kind](request)
    for name, value in made.environ.items():
        monkeypatch.setenv(name, value)
    return made
