"""Why things were not taken, as the end of a run counts them."""

from __future__ import annotations

REASONS: dict[str, tuple[str, str]] = {
    "reason.absent": ("not there", "存在しない"),
    "reason.denied": ("refused", "拒否された"),
    "reason.unreadable": ("unreadable", "読めない"),
    "reason.timed_out": ("no answer in time", "時間切れ"),
    "reason.not_local": ("not on this machine", "この端末上にない"),
    "reason.skipped": ("left out on purpose", "意図的に除外"),
    "reason.unsupported": ("can't be taken here", "ここでは取れない"),
    "reason.earlier": ("told by earlier runs", "前回までの実行で記録済み"),
    "reason.lost": (
        "and no longer recorded, with what the medium did not take:",
        "媒体に書き込めず記録に残らなかったもの",
    ),
}
