"""Which file system a folder is on."""

from __future__ import annotations

from pathlib import Path

import pytest

from redo_py.store.mounts import is_network, kind_of

MOUNTS = r"""
21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
22 21 0:5 / /proc rw - proc proc rw
30 21 0:50 / /shared rw,relatime shared:2 master:3 - nfs4 server:/x rw,vers=4.2
31 30 0:51 / /shared/me/fast rw - xfs /dev/sdb1 rw
32 21 0:52 / /mnt/two\040words rw - cifs //server/share rw
33 21 0:53 / /mnt/over rw - ext4 /dev/sdc1 rw
34 33 0:54 / /mnt/over rw - fuse.sshfs host: rw
""".strip().splitlines()


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/", "ext4"),
        ("/shareds/me", "ext4"),
        ("/shared", "nfs4"),
        ("/shared/me/project", "nfs4"),
        ("/shared/me/fast/project", "xfs"),
        ("/shared/me/faster", "nfs4"),
        ("/mnt/two words/x", "cifs"),
        ("/mnt/over/x", "fuse.sshfs"),
    ],
)
def test_kind_of(folder: str, kind: str):
    assert kind_of(folder, MOUNTS) == kind


def test_is_network_follows_links(tmp_path: Path):
    mounts = tmp_path / "mountinfo"
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    mounts.write_text(f"1 0 8:1 / / rw - ext4 x rw\n2 1 0:5 / {tmp_path}/real rw - nfs x rw\n")
    assert is_network(str(tmp_path / "link"), str(mounts))
    assert not is_network(str(tmp_path), str(mounts))


def test_where_the_system_does_not_tell(tmp_path: Path):
    assert not is_network(str(tmp_path), str(tmp_path / "no such file"))
