"""The folder that a bundle is to be made in: looked at before anything is read."""

from __future__ import annotations

import os
from pathlib import Path

from evidence import medium
from evidence.bilingual import BilingualError

LEAST_ROOM = 64 << 20  # bytes that must be free for a run to begin


class DestinationError(BilingualError):
    """The output folder can't take a bundle; says why and what to do."""

    exit_code = 4


def check_destination(output: Path) -> None:
    """Refuse a folder that can't take a bundle, before anything is read.

    Raises:
        DestinationError: in one line, with what to do next.
    """
    try:
        free = medium.free_space(medium.existing(output))
        if free < LEAST_ROOM:
            raise DestinationError(
                f"{output}: only {free >> 20} MiB free, at least {LEAST_ROOM >> 20} MiB are "
                "needed; use another medium",
                f"{output}: 空きが {free >> 20} MiB しかありません"
                f"({LEAST_ROOM >> 20} MiB 以上必要)。別の媒体を使ってください",
            )
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DestinationError(
            f"{output}: can't be used as destination: {error.strerror}",
            f"{output}: 保存先に使えません: {error.strerror}",
        ) from error
    if not os.access(output, os.W_OK | os.X_OK):
        raise DestinationError(
            f"{output}: is not writable; choose another folder or medium",
            f"{output}: 書き込めません。別のフォルダーか媒体を選んでください",
        )


def check_second(output: Path, second: Path | None) -> None:
    """The same for the folder of a second copy, which has to be another one.

    Raises:
        DestinationError: in one line.
    """
    if second is None:
        return
    if second.resolve() == output.resolve():
        raise DestinationError(
            f"{second}: holds the first copy already; choose another medium",
            f"{second}: 1つ目の写しと同じ場所です。別の媒体を選んでください",
        )
    check_destination(second)
