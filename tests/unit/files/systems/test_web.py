"""Files on the web, from a server in this process."""

from __future__ import annotations

import pytest

from redo_py import File
from redo_py.files.far import Far
from redo_py.files.trouble import RedunFileNotFoundError, RedunOSError, RedunPermissionError
from tests.parts.web import Pages


def far() -> Far:
    """What one execution looks at URLs with."""
    return Far(lambda paths: [], lambda pattern: [])


def test_reading(pages: Pages):
    pages.pages["/a.txt?version=1"] = ("hällo\n".encode(), {"Content-Length": "7"})
    file = File(f"{pages.address}/a.txt?version=1")
    assert file.read() == "hällo\n"
    assert file.size() == 7
    assert file.exists()
    assert file.isfile()
    assert File(f"{pages.address}/moved").read("rb") == "hällo\n".encode()
    assert not File(f"{pages.address}/none").exists()
    assert file.copy_to("memory://copied-from-the-web").read() == "hällo\n"


def test_a_strong_etag_is_the_identity(pages: Pages):
    pages.pages["/a"] = (b"one", {"ETag": '"1"', "Content-Length": "3"})
    file = File(f"{pages.address}/a")
    before = file.hash
    assert pages.asked == ["HEAD /a"]
    pages.pages["/a"] = (b"one", {"ETag": '"2"', "Content-Length": "3"})
    assert not file.is_valid()
    pages.pages["/a"] = (b"one", {"ETag": '"1"', "Content-Length": "3"})
    assert File(file.path).hash == before


def test_without_one_it_is_fetched_once_for_each_execution(pages: Pages):
    headers = {"ETag": 'W/"1"', "Content-Length": "3"}
    pages.pages["/a"] = (b"one", headers)
    url = f"{pages.address}/a"
    execution = far()
    digest = execution.observe([url])[0].digest
    assert execution.observe([url])[0].digest == digest
    assert [asked for asked in pages.asked if asked.startswith("GET")] == ["GET /a"]
    pages.pages["/a"] = (b"two", headers)
    assert far().observe([url])[0].digest != digest
    pages.pages["/a"] = (b"one", {"Last-Modified": "Mon, 02 Nov 2026 10:00:00 GMT"})
    assert execution.observe([url])[0].digest == digest
    assert len([asked for asked in pages.asked if asked.startswith("GET")]) == 3


def test_a_server_that_does_not_know_head(pages: Pages):
    pages.no_head = True
    pages.pages["/a"] = (b"one", {"ETag": '"1"'})
    assert File(f"{pages.address}/a").hash
    assert File(f"{pages.address}/a").size() == 3


def test_nothing_can_be_written(pages: Pages):
    file = File(f"{pages.address}/a")
    for act in (file.touch, file.remove, lambda: file.write("a"), lambda: File(__file__).copy_to(file)):
        with pytest.raises(RedunPermissionError, match="can only be read"):
            act()


def test_what_the_server_refuses(pages: Pages):
    with pytest.raises(RedunFileNotFoundError, match="/none"):
        File(f"{pages.address}/none").read()
    with pytest.raises(RedunFileNotFoundError, match="/none"):
        File(f"{pages.address}/none").size()
    with pytest.raises(RedunPermissionError, match="the server answers 403 Forbidden"):
        File(f"{pages.address}/secret").read()
    with pytest.raises(RedunOSError, match="the server answers 500"):
        File(f"{pages.address}/broken").exists()
    with pytest.raises(RedunOSError, match=r"http://127\.0\.0\.1:9/a"):
        File("http://127.0.0.1:9/a").read()
