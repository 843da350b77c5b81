"""Containers, seen without asking any runtime."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, ClassVar

from collectors.artifact import Artifact, Gap, Reason, gap_from
from collectors.files.source import Limits
from collectors.live.document import Document, entry, text
from collectors.live.processes import procfs
from collectors.live.running import OfRunning
from collectors.live.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collectors.files.source import Source

_ID = r"(?P<id>[0-9a-f]{64})"
# How runtimes name the control group of a container; the first that fits counts.
GROUPS = tuple(
    (runtime, re.compile(pattern))
    for runtime, pattern in (
        ("docker", rf"/docker[-/]{_ID}"),
        ("podman", rf"/libpod-(?:conmon-)?{_ID}"),
        ("cri-o", rf"/crio-(?:conmon-)?{_ID}"),
        ("containerd", rf"/cri-containerd[-:]{_ID}"),
        ("containerd", rf"/kubepods[^\n]*[/:-]{_ID}"),
        ("lxc", r"/lxc(?:\.payload|\.monitor)?[./](?P<id>[^/\n]+)"),
        ("systemd-nspawn", r"/machine\.slice/(?:machine-|systemd-nspawn@)(?P<id>[^/\n]+)\."),
        ("unknown", rf"/{_ID}(?:\.scope)?(?:/|$)"),
    )
)
# Product, the folder that says whether it is here, what of it is taken.
PRODUCTS = (
    ("docker", "/run/docker", ("/run/docker/runtime-runc/moby/*/state.json",)),
    ("docker", "/var/lib/docker", ("/var/lib/docker/containers/*/config.v2.json",
                                   "/var/lib/docker/containers/*/hostconfig.json")),
    ("containerd", "/run/containerd", (
        "/run/containerd/io.containerd.runtime.v2.task/*/*/config.json",
        "/run/containerd/io.containerd.runtime.v1.linux/*/*/config.json",
        "/run/containerd/runc/*/*/state.json")),
    ("runc", "/run/runc", ("/run/runc/*/state.json",)),
    ("crun", "/run/crun", ("/run/crun/*/status", "/run/crun/*/config.json")),
    ("podman", "/var/lib/containers/storage", (
        "/var/lib/containers/storage/overlay-containers/containers.json",
        "/var/lib/containers/storage/overlay-containers/*/userdata/config.json")),
    ("lxc", "/var/lib/lxc", ("/var/lib/lxc/*/config",)),
    ("systemd-nspawn", "/run/systemd/nspawn", ("/run/systemd/nspawn/**",)),
    ("systemd-nspawn", "/run/systemd/machines", ("/run/systemd/machines/*",)),
)  # fmt: skip
MARKS = ("/.dockerenv", "/run/.containerenv", "/run/systemd/container")
NAMESPACES = ("mnt", "net", "pid", "user", "uts")
LIMITS = Limits(files=2000, bytes=256 << 20, depth=8)
_DOCKER = re.compile(r"/var/lib/docker/containers/(?P<id>[^/]+)/config\.v2\.json")


class Containers(OfRunning):
    """Takes containers: which processes run in one, and the runtimes' notes and configurations.

    Cannot show what is inside a container's file system (images and layers), containers of users
    who run their own runtime in their home, nor stopped containers of runtimes that keep their
    notes in a database. A product that isn't installed is one gap. Says, too, whether hozen itself
    seems to run inside a container: then the machine around it can't be seen at all.
    """

    name: ClassVar[str] = "containers"

    def of_running(self, source: Source) -> Iterator[Artifact | Gap]:
        """The marks of being inside, the products' files, the JSON with the processes."""
        shelf = Shelf(source, "system")
        document = Document(self.name, "system")
        for table in ("containers", "files", "processes"):
            document.table(table)
        yield from shelf.take(*MARKS, optional=True)
        for product, root, patterns in PRODUCTS:
            yield from _product(shelf, document, product, root, patterns)
        inside = [mark for mark in MARKS if mark in shelf.found]
        document.fact("hozen_inside", {"marks": inside, "named": shelf.text(MARKS[2])})
        try:
            yield from _processes(source, document)
        except OSError as error:
            yield gap_from("/proc", "process", error)
            return
        yield document.artifact()


def _product(
    shelf: Shelf, document: Document, product: str, root: str, patterns: tuple[str, ...]
) -> Iterator[Artifact | Gap]:
    if not shelf.source.exists(root):
        yield Gap(origin=root, kind="system", reason=Reason.ABSENT, detail=f"no {product} here")
        return
    for found in shelf.source.take(patterns, "system", limits=LIMITS):
        yield found
        if isinstance(found, Artifact):
            document.row("files", {"product": product, **entry("path", found.origin)})
            if match := _DOCKER.fullmatch(found.origin):
                data = procfs.peek(shelf.source, found.origin)
                document.row("containers", _docker(match["id"], data))


def _docker(ident: str, data: bytes | None) -> dict[str, Any]:
    """What Docker notes of a container; only its id where the note can't be understood."""
    row: dict[str, Any] = {"id": text(ident), "product": "docker"}
    try:
        note = json.loads(data or b"")
        state, config = note["State"], note["Config"]
        return row | {
            "name": str(note["Name"]), "image": str(config["Image"]), "pid": int(state["Pid"]),
            "running": bool(state["Running"]), "started": str(state["StartedAt"]),
        }  # fmt: skip
    except (ValueError, KeyError, TypeError, RecursionError):
        return row


def container_of(cgroup: str) -> dict[str, str] | None:
    """Runtime and id of the container that a control group belongs to."""
    for runtime, pattern in GROUPS:
        if match := pattern.search(cgroup):
            return {"runtime": runtime, "id": match["id"]}
    return None


def _processes(source: Source, document: Document) -> Iterator[Gap]:
    """Every process in a container's control group or in namespaces other than process 1's.

    Raises:
        OSError: /proc can't be listed.
    """
    base = {kind: procfs.namespace(source, 1, kind) for kind in NAMESPACES}
    document.fact("compared_with_process_1", any(base.values()))
    if not any(base.values()):  # closed to us: our own have to serve
        base = {kind: procfs.namespace(source, "self", kind) for kind in NAMESPACES}
    closed = []
    for pid in procfs.numbers(source):
        own = {kind: procfs.namespace(source, pid, kind) for kind in NAMESPACES}
        if not any(own.values()):
            closed.append(pid)
        differing = [kind for kind in NAMESPACES if own[kind] and own[kind] != base[kind]]
        container = container_of(text(procfs.peek(source, f"/proc/{pid}/cgroup") or b""))
        if container or differing:
            name = (procfs.peek(source, f"/proc/{pid}/comm") or b"").removesuffix(b"\n")
            row = {"pid": pid, "container": container, "namespaces": differing}
            document.row("processes", {**row, **entry("name", name)})
    document.fact("processes_not_readable", closed)
    if closed:
        yield Gap(
            origin="/proc/*/ns", kind="system", reason=Reason.DENIED,
            detail=f"namespaces of {len(closed)} processes; told by their control group only",
        )  # fmt: skip
