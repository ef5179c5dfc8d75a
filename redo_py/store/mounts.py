"""Whether a folder lies on a network file system, where processes of several machines share no memory."""

from __future__ import annotations

import os

MOUNTS = "/proc/self/mountinfo"
NETWORK = frozenset(
    "9p acfs afs beegfs ceph cifs coda gfs gfs2 gpfs lustre ncpfs nfs nfs4 ocfs2 orangefs panfs pvfs2 smb3 smbfs "
    "fuse.afp fuse.beegfs fuse.ceph fuse.davfs fuse.gcsfuse fuse.glusterfs fuse.juicefs fuse.lizardfs fuse.moosefs "
    "fuse.mfs fuse.nfs fuse.rclone fuse.s3fs fuse.seaweedfs fuse.smbnetfs fuse.sshfs".split()
)


def is_network(folder: str, mounts: str = MOUNTS) -> bool:
    """Whether `folder`, which must exist, is on a network file system; False where the system does not tell.

    `mounts` is a file as /proc/self/mountinfo is.
    """
    try:
        with open(mounts, errors="surrogateescape") as lines:
            return kind_of(os.path.realpath(folder), lines.readlines()) in NETWORK
    except OSError:
        return False


def kind_of(folder: str, lines: list[str]) -> str:
    """The type of the file system that `folder`, an absolute path without links, is on; "" if none fits."""
    best, kind = "", ""
    for line in lines:
        fields = line.split()
        point = unescaped(fields[4])
        inside = folder == point or folder.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best):  # of mounts on one point the last one is seen
            best, kind = point, fields[fields.index("-") + 1]
    return kind


def unescaped(point: str) -> str:
    r"""A mount point as it is called; mountinfo writes a space as \040, a backslash as \134."""
    for octal, char in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        point = point.replace(octal, char)
    return point
