"""The one place that speaks with pytsk3: what runs in libtsk's process."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from typing import Any

from collectors.disk.content import Run
from collectors.disk.libraries.serving import Desk
from collectors.disk.libraries.wire import Failed, Held, Said
from collectors.disk.nodes import Entry
from collectors.disk.tsk import wire
from collectors.disk.tsk.told import ALLOCATED, MADE_BY_LIBTSK, Attribute, Inode, Row, Time

# pytsk3.TSK_FS_NAME_TYPE_*: undefined 0, pipe 1, character 2, folder 3, block 4, file 5, link 6,
# socket 7, shadow 8, whiteout 9, made by libtsk 10 and 11.
_LETTERS = {3: "d", 5: "f", 6: "l"}
_LETTERS_OF_INODES = {1: "f", 2: "d", 6: "l", 7: "f", 9: "f", 10: "f"}  # TSK_FS_META_TYPE_*
_TYPES = range(1, 11)
_PLACES_IN_SOURCES = re.compile(r"\w+: \(tsk3\.cpp:\d+\) ?")


def serve() -> None:
    """Answer what is asked: what the process apart runs."""
    # libtsk takes FAT's clock on the wall for one in the process's zone.
    os.environ["TZ"] = "UTC0"
    if hasattr(time, "tzset"):
        time.tzset()
    FileSystems().serve()


def _words(error: Exception) -> str:
    """Libtsk's complaints are RuntimeError or OSError; any other is a fault of the binding's."""
    words = " ".join(_PLACES_IN_SOURCES.sub("", str(error)).split())
    return (
        words if isinstance(error, (RuntimeError, OSError)) else f"{type(error).__name__}: {words}"
    )


class FileSystems(Desk):
    """The file systems that are open here."""

    def __init__(self) -> None:
        """Begin with none."""
        super().__init__(wire.REQUESTS)
        self._last: tuple[int, int, Any] | None = None
        """The inode that was opened last: its file system's number, its own, and itself."""

    def answer(self, request: Said) -> Said:
        """What is asked for."""
        match request:
            case wire.OpenSystem(number, size, kind):
                return self._open(number, kind, size)
            case wire.Names(system, inode):
                return wire.Listed(list(_entries(self.opened[system].open_dir(inode=inode))))
            case wire.Look(system, inodes):
                return wire.Found([self._look(system, each) for each in inodes])
            case wire.Read(system, inode, type_, id_, offset, size):
                file = self._same_file(system, inode)
                return Held(file.read_random(offset, size, type_, id_))
            case wire.Divide(size):
                return _divided(_image(size, self.needed))
        raise RuntimeError("bytes came that nobody needs")

    def fault(self, error: Exception) -> Said:
        """In libtsk's words."""
        return Failed(_words(error))

    def forget(self, number: int) -> None:
        """Let a file system go, and the inode that was opened last."""
        super().forget(number)
        self._last = None

    def _open(self, number: int, kind: str, size: int) -> wire.Opened:
        import pytsk3

        image = _image(size, self.needed)
        opened = pytsk3.FS_Info(image, 0, getattr(pytsk3, f"TSK_FS_TYPE_{kind}"))
        self.opened[number] = opened
        info = opened.info
        return wire.Opened(int(info.root_inum), int(info.block_size), int(info.last_inum))

    def _look(self, system: int, inode: int) -> Inode | str:
        try:
            return _inode(self._file(system, inode))
        except (RuntimeError, OSError) as error:
            return _words(error)

    def _file(self, system: int, inode: int) -> Any:
        file = self.opened[system].open_meta(inode)
        self._last = system, inode, file
        return file

    def _same_file(self, system: int, inode: int) -> Any:
        """An inode as it was when it was told of, if that was the last one."""
        if self._last is not None and self._last[:2] == (system, inode):
            return self._last[2]
        return self._file(system, inode)


def _image(size: int, needed: Callable[[int, int], bytes]) -> Any:
    """What libtsk reads from."""
    import pytsk3

    class Image(pytsk3.Img_Info):  # type: ignore[misc] # untyped
        def __init__(self) -> None:
            super().__init__("")

        def read(self, offset: int, size: int) -> bytes:
            return needed(offset, size)

        def get_size(self) -> int:
            return size

        def close(self) -> None:
            """Nothing is held."""

    return Image()


def _entries(found: Any) -> Any:
    for each in found:
        info = each.info
        if (entry := _entry(info.name, info.meta)) is not None and entry.name not in (b".", b".."):
            yield entry


def _entry(name: Any, meta: Any) -> Entry | None:
    """A name, by the type that its inode has: of a name's own, nothing has to be true."""
    kind, spelled = int(name.type), name.name
    if kind in MADE_BY_LIBTSK or spelled is None:
        return None
    deleted = not int(name.flags) & ALLOCATED
    letter = _LETTERS.get(kind, "o")
    if meta is not None and not deleted and (own := int(meta.type)) in _TYPES:
        letter = _LETTERS_OF_INODES.get(own, "o")
    return Entry(spelled, int(name.meta_addr), int(name.meta_seq), letter, deleted)


def _inode(file: Any) -> Inode:
    meta = file.info.meta
    if meta is None:
        raise RuntimeError("its inode is empty")
    attributes, fault = _attributes(file)
    return Inode(
        address=int(meta.addr), type=int(meta.type), mode=int(meta.mode), uid=int(meta.uid),
        gid=int(meta.gid), nlink=int(meta.nlink), size=int(meta.size), flags=int(meta.flags),
        modified=Time(int(meta.mtime), int(meta.mtime_nano)),
        accessed=Time(int(meta.atime), int(meta.atime_nano)),
        changed=Time(int(meta.ctime), int(meta.ctime_nano)),
        born=Time(int(meta.crtime), int(meta.crtime_nano)),
        link=meta.link, told_attributes=attributes, fault=fault,
    )  # fmt: skip


def _attributes(file: Any) -> tuple[list[Attribute], str]:
    try:
        return [_attribute(each) for each in file], ""
    except (RuntimeError, OSError) as error:
        return [], _words(error)


def _attribute(found: Any) -> Attribute:
    info, runs, fault = found.info, list[Run](), ""
    try:
        runs = [Run(run.addr, run.len, run.offset, int(run.flags)) for run in found]
    except (RuntimeError, OSError) as error:
        fault = _words(error)
    return Attribute(
        type=int(info.type), id=int(info.id), flags=int(info.flags), size=int(info.size),
        name=info.name or b"", told_runs=runs, fault=fault,
    )  # fmt: skip


def _divided(image: Any) -> wire.Divided:
    import pytsk3

    found = pytsk3.Volume_Info(image)
    rows = [Row(int(e.start), int(e.len), int(e.flags), e.desc) for e in found]
    return wire.Divided(int(found.info.vstype), int(found.info.block_size), rows)
