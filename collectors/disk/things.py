"""From content on a disk to what a collector gives: an artifact, or the gap in its place."""

from __future__ import annotations

import errno
from functools import partial
from typing import TYPE_CHECKING

from collectors.artifact import Artifact, Gap, Reading, Reason

if TYPE_CHECKING:
    from collectors.disk.filesystem import FileSystem
    from collectors.disk.nodes import Content, Node, Obstacle

NOT_REPLAYED = "its journal was not replayed: names and sizes are those of its last checkpoint"
_ERRORS = {
    Reason.DENIED: errno.EACCES, Reason.UNSUPPORTED: errno.ENOTSUP,
    Reason.NOT_LOCAL: errno.EREMOTE, Reason.SKIPPED: errno.ENOTSUP,
}  # fmt: skip


def refused(obstacle: Obstacle) -> OSError:
    """The error that becomes a gap with the obstacle's reason."""
    return OSError(_ERRORS.get(obstacle.reason, errno.EIO), obstacle.detail)


def open_content(node: Node, content: Content) -> Reading:
    """Begin to read, if what lies there is what a program would read.

    Raises:
        OSError: it isn't, or its place can't be found.
    """
    obstacle = node.barrier(content)
    if obstacle is not None:
        raise refused(obstacle)
    reading = node.open(content)
    if node.watched is not None:
        reading.watch(*node.watched)
    return reading


def held(path: str, system: FileSystem, node: Node) -> list[Artifact | Gap]:
    """What a file holds, a folder besides its entries, or the gap of what it doesn't."""
    found = [taken(path, node, content) for content in node.contents]
    if node.letter == "d" and node.obstacle is not None:
        found.insert(0, gap_of(path, node, *node.obstacle))
    elif node.letter == "f" and not found:
        found.append(gap_of(path, node, *system.without_content))
    return found


def taken(path: str, node: Node, content: Content) -> Artifact | Gap:
    """One content as an artifact, or as the gap of what it is instead."""
    obstacle = node.barrier(content)
    if obstacle is not None:
        return gap_of(path, node, *obstacle)._replace(stream=content.stream)
    return Artifact(
        origin=path, kind="disk", open=partial(open_content, node, content),
        stream=content.stream,
    )  # fmt: skip


def given_as(path: str, stream: str | None) -> str:
    """What a file or one of its streams is remembered by, once it was given."""
    return path if stream is None else f"{path}\0{stream}"


def gap_of(path: str, node: Node, reason: Reason, detail: str) -> Gap:
    """The gap of a node that stays where it is."""
    return Gap(origin=path, kind="disk", reason=reason, detail=detail, stat=node.stat)
