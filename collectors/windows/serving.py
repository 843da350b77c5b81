"""In the process apart (`collectors.windows.looking`): items come in, what they name goes out."""

from __future__ import annotations

import io
import json
import sys
from typing import Any, BinaryIO

from collectors.apart.confinement import confine
from collectors.artifact import Reason
from collectors.files.kept import Kept
from collectors.windows.bounds import UntoldError
from collectors.windows.looking import END, FORGET, SIZE
from collectors.windows.readers import paths_named

_KEPT = 64 << 20  # bytes that an item takes up, compressed


def serve() -> None:
    """Answer requests on standard input until it closes."""
    confine()
    while line := sys.stdin.buffer.readline():
        request = json.loads(line)
        kept, fault = _received(sys.stdin.buffer)
        if kept is None:
            continue
        answer = fault or _answer(request, io.BufferedReader(kept, 4096))
        sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")
        sys.stdout.buffer.flush()


def _received(stream: BinaryIO) -> tuple[Kept | None, dict[str, Any] | None]:
    """The item's bytes, to their end; None where they are to be forgotten."""
    kept, fault = Kept(most=_KEPT), None
    while (size := SIZE.unpack(stream.read(SIZE.size))[0]) != END:
        if size == FORGET:
            return None, None
        data = stream.read(size)
        try:
            if fault is None:
                kept.add(data)
        except MemoryError as error:
            fault = {"paths": [], "reason": Reason.SKIPPED, "detail": str(error)}
    return kept, fault


def _answer(request: dict[str, Any], file: io.BufferedReader) -> dict[str, Any]:
    paths: list[str] = []
    reason, detail = None, ""
    try:
        paths.extend(paths_named(request["reader"], request["origin"], file))
    except ImportError as error:
        reason = Reason.UNSUPPORTED
        detail = f"{error.name or error} is not installed; hozen[disk] brings it"
    except (OverflowError, MemoryError, RecursionError) as error:
        reason, detail = Reason.SKIPPED, str(error) or type(error).__name__
    except UntoldError as error:
        reason, detail = Reason.UNSUPPORTED, str(error)
    except Exception as error:  # noqa: BLE001 - whatever a reader raises over hostile bytes
        reason, detail = Reason.UNSUPPORTED, f"{type(error).__name__}: {error}"
    return {"paths": paths, "reason": reason, "detail": detail[:500]}
