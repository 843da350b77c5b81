"""Writing onto the destination so that a pulled plug leaves whole files or none."""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from chain_of_custody.system import NEW, OVER

_CANNOT_SYNC = {errno.EINVAL, errno.ENOTSUP, errno.ENOSYS}  # fsync(2) of a folder: some FUSE, SMB
_FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}  # no quotas on Windows


def sync_folder(folder: Path) -> None:
    """Make the names in a folder last; systems and file systems that can't are left at that.

    Windows writes a name with its file (FlushFileBuffers), and opens no folder as a file.

    Raises:
        OSError: the medium failed.
    """
    if os.name == "nt":
        return
    with speaking_of(folder):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        except OSError as error:
            if error.errno not in _CANNOT_SYNC:
                raise
        finally:
            os.close(descriptor)


def make_folders(folder: Path) -> None:
    """Make a folder, and those above it that are missing, so that their names last.

    Raises:
        OSError: the medium did not take one.
    """
    missing = [each for each in (folder, *folder.parents) if not os.path.lexists(each)]
    folder.mkdir(parents=True, exist_ok=True)
    for each in missing:
        sync_folder(each.parent)


def settle(folder: Path) -> None:
    """Make all that was written below a folder last, before anything is written that speaks of it.

    One call for its whole medium: a million files flushed one by one take hours. Windows has none.

    Raises:
        OSError: the medium failed.
    """
    if os.name == "nt":
        return
    libc = ctypes.CDLL(None, use_errno=True)
    if not hasattr(libc, "syncfs"):
        os.sync()
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        if libc.syncfs(descriptor) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number), str(folder))
    finally:
        os.close(descriptor)


def temporary_of(path: Path) -> Path:
    """What a file is called until it is whole."""
    return path.with_name(f"{path.name}.tmp")


def write_temporary(path: Path, data: bytes, *, private: bool = False) -> Path:
    """Write and flush `path.tmp`, which its owner alone can read where that is wanted.

    It takes its name later.

    Raises:
        OSError: the medium did not take it; nothing of it is left.
    """
    temporary = temporary_of(path)
    with speaking_of(path), _or_nothing(temporary):
        if private:
            temporary.unlink(missing_ok=True)  # it may be open to others
        flags, mode = (NEW, 0o600) if private else (OVER, 0o644)
        descriptor = os.open(temporary, flags, mode)
        try:
            done = 0
            while done < len(data):
                done += os.write(descriptor, data[done:])
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    return temporary


@contextmanager
def _or_nothing(temporary: Path) -> Iterator[None]:
    """Take a half-written file away again; the error that ended it is the one to tell."""
    try:
        yield
    except BaseException:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise


@contextmanager
def speaking_of(path: Path) -> Iterator[None]:
    """Name in an error the file that was to be made, not what it is called until it is whole."""
    try:
        yield
    except OSError as error:
        error.filename = str(path)
        raise


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that its name never stands for half of it.

    Raises:
        FileExistsError: the name is taken; nothing is ever overwritten.
        OSError: the medium did not take it.
    """
    refuse_taken(path)
    replace(path, data)
    with _or_nothing(path):
        sync_folder(path.parent)


def write_over(path: Path, data: bytes) -> None:
    """The same, but what a cut-off run left behind under this name gives way.

    Raises:
        OSError: the medium did not take it.
    """
    replace(path, data)
    sync_folder(path.parent)


def replace(path: Path, data: bytes) -> None:
    """The same, but whether its name lasts is left to who asks for it.

    Raises:
        OSError: the medium did not take it; what was there is there still.
    """
    temporary = write_temporary(path, data)
    with speaking_of(path), _or_nothing(temporary):
        temporary.replace(path)


def write_all(descriptor: int, data: bytes | memoryview) -> None:
    """Write all of the bytes.

    Raises:
        OSError: the medium did not take them.
    """
    done = 0
    with memoryview(data) as view:
        while done < len(view):
            done += os.write(descriptor, view[done:])


@contextmanager
def growing(path: Path) -> Iterator[BinaryIO]:
    """A file that is written piece by piece, and takes its name when all went well.

    Raises:
        FileExistsError: the name is taken; nothing is overwritten.
        OSError: the medium did not take it; nothing of it is left.
    """
    temporary = temporary_of(path)
    refuse_taken(path)
    with _or_nothing(temporary):
        with speaking_of(path):
            descriptor = os.open(temporary, OVER, 0o644)
        try:
            with os.fdopen(descriptor, "wb") as file:
                yield file
                with speaking_of(path):
                    file.flush()
                    os.fsync(file.fileno())
        except OSError as error:
            if error.filename is None and is_full(error):  # of this one; others are read here
                error.filename = str(path)
            raise
        refuse_taken(path)
        with speaking_of(path):
            temporary.rename(path)
    with _or_nothing(path):
        sync_folder(path.parent)


def try_place(path: Path) -> None:
    """Make a file of this name and take it away again: whether one can be written there.

    Raises:
        OSError: it can't.
    """
    write_temporary(path, b"").unlink()


def refuse_taken(path: Path) -> None:
    """See that nothing has this name, not even a link that leads nowhere.

    Raises:
        FileExistsError: something has.
        OSError: it can't be told.
    """
    try:
        os.lstat(path)
    except FileNotFoundError:
        return
    raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))


def existing(path: Path) -> Path:
    """The path, or the nearest folder above it that is there: nothing is made to look at it.

    Raises:
        FileNotFoundError: none is, as of a drive of Windows that was pulled.
    """
    found = next((one for one in (path, *path.absolute().parents) if os.path.lexists(one)), None)
    if found is None:
        raise FileNotFoundError(errno.ENOENT, "the medium is not there", str(path))
    return found


def identity_of(path: Path) -> tuple[int, int]:
    """What tells a folder from every other one, whatever it is called."""
    found = path.stat()
    return found.st_dev, found.st_ino


def free_space(folder: Path) -> int:
    """Bytes that an ordinary user may still write there."""
    return shutil.disk_usage(folder).free


def is_read_only(folder: Path) -> bool:
    """Whether nobody may write to the medium of a folder: locked, or taken out of use by errors.

    Windows, which is asked elsewhere, tells it by refusing.
    """
    return hasattr(os, "statvfs") and bool(os.statvfs(folder).f_flag & os.ST_RDONLY)


def takes_no_larger(error: OSError) -> bool:
    """Whether a file had become as large as the medium allows any to be (FAT32: 4 GiB)."""
    return error.errno == errno.EFBIG


def is_full(error: OSError) -> bool:
    """Whether an error means that the destination has no room left."""
    return error.errno in _FULL
