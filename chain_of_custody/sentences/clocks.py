"""What is said of the clocks of a collection, English and Japanese side by side."""

from __future__ import annotations

CLOCKS: dict[str, tuple[str, str]] = {
    "clock_unsynchronised": (
        "the host's clock was not known to be synchronised",
        "端末の時計は同期が確認されていません",
    ),
    "clock_backwards": (
        "{name}: its time is earlier than that of the event before it: a clock was set back, or the signer states a time",
        "{name}: 時刻が前のイベントより前です。時計が戻されたか、署名者が時刻を申告しています",
    ),
    "clock_set_forward": (
        "{name}: since the event before it the host's clock went {seconds} s further than the time that passed: it was set forward, or the machine slept",
        "{name}: 前のイベントからこのイベントまでに、端末の時計が実際の経過時間より {seconds} 秒多く進んでいます。時計が進められたか、端末がスリープしていました",
    ),
    "clock_set_back": (
        "{name}: since the event before it the host's clock went {seconds} s less than the time that passed: it was set back",
        "{name}: 前のイベントからこのイベントまでに、端末の時計の進みが実際の経過時間より {seconds} 秒少なくなっています。時計が戻されました",
    ),
    "clock_read_otherwise": (
        "{name}: its own time, and the reading of the same clock that belongs to it, are {seconds} s further apart than the time that passed between them",
        "{name}: このイベントの時刻と、対になる時計の読み取り値との差が、その間の経過時間と {seconds} 秒ずれています",
    ),
}
