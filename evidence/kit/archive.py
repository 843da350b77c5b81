"""A kit as one zip: the same bytes from the same folder, on whatever day and machine."""

from __future__ import annotations

import datetime
import shutil
import zipfile
from pathlib import Path

from evidence.kit.listing import entries

_UNIX = 3  # PKWARE APPNOTE 4.4.2: who made it, so that modes count
_FOLDER = 0o40755  # whatever the umask was
_SLICE = 1 << 20  # bytes at once
_FIRST_YEAR = 1980  # PKWARE APPNOTE 4.4.6: MS-DOS time


def write_zip(folder: Path, path: Path, built: datetime.datetime) -> None:
    """Pack a folder; its name is the first part of every name.

    Args:
        folder: of the kit.
        path: of the zip, which isn't there yet.
        built: the one time that every member gets.

    Raises:
        OSError: it could not be written; nothing is left of it.
    """
    when = max(built, datetime.datetime(_FIRST_YEAR, 1, 1, tzinfo=datetime.UTC)).timetuple()[:6]
    temporary = path.with_name(f"{path.name}.tmp")
    try:
        with zipfile.ZipFile(temporary, "x", zipfile.ZIP_DEFLATED, compresslevel=6) as made:
            for each in entries(folder):
                name = f"{folder.name}/{each.name}" + ("/" if each.kind == "folder" else "")
                info = zipfile.ZipInfo(name, when)
                mode = each.path.stat().st_mode if each.kind == "file" else _FOLDER
                info.create_system, info.external_attr = _UNIX, mode << 16
                _add(made, info, each.path)
        temporary.rename(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _add(made: zipfile.ZipFile, info: zipfile.ZipInfo, path: Path) -> None:
    if info.is_dir():
        made.writestr(info, b"")
        return
    info.compress_type = zipfile.ZIP_DEFLATED
    with path.open("rb") as source, made.open(info, "w") as target:
        shutil.copyfileobj(source, target, _SLICE)
