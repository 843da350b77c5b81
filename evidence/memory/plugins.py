"""Which plugins of Volatility 3 are run on an image of a Linux, and which are not, and why."""

from __future__ import annotations

import re
from functools import cache

from evidence.memory.sentences import SENTENCES

PROCESSES = "linux.pslist.PsList"
"""Run first: an image in which it finds no process was not read, whatever others say."""

LINUX = (
    PROCESSES,
    # processes, and those that hide from the list
    "linux.psaux.PsAux", "linux.pstree.PsTree", "linux.psscan.PsScan",
    "linux.pidhashtable.PIDHashTable", "linux.kthreads.Kthreads", "linux.envars.Envars",
    "linux.bash.Bash", "linux.capabilities.Capabilities", "linux.malware.check_creds.Check_creds",
    "linux.malware.process_spoofing.ProcessSpoofing", "linux.malware.malfind.Malfind",
    # files, network, time, messages
    "linux.lsof.Lsof", "linux.library_list.LibraryList", "linux.mountinfo.MountInfo",
    "linux.sockstat.Sockstat", "linux.ip.Addr", "linux.boottime.Boottime", "linux.kmsg.Kmsg",
    # the kernel, and what changes it
    "linux.lsmod.Lsmod", "linux.malware.check_modules.Check_modules",
    "linux.malware.modxview.Modxview", "linux.malware.check_syscall.Check_syscall",
    "linux.malware.check_idt.Check_idt", "linux.malware.check_afinfo.Check_afinfo",
    "linux.malware.netfilter.Netfilter", "linux.malware.tty_check.Tty_Check",
    "linux.malware.keyboard_notifiers.Keyboard_notifiers", "linux.tracing.ftrace.CheckFtrace",
    "linux.tracing.tracepoints.CheckTracepoints", "linux.tracing.perf_events.PerfEvents",
    "linux.ebpf.EBPF",
)  # fmt: skip

LEFT_OUT = {
    "linux.malware.hidden_modules.Hidden_modules": (
        "it takes symbols of dwarf2json only, and these are not",
        "dwarf2json のシンボルしか受け付けず、ここのシンボルは違います",
    ),
    "linux.sockscan.Sockscan": (
        "it ends in an error of its own (2.28.2)",
        "このプラグイン自身のエラーで終わります(2.28.2)",
    ),
    "linux.graphics.fbdev.Fbdev": (
        "it writes pictures, and wants pillow",
        "画像を書き出すもので、pillow が必要です",
    ),
}
"""What looks for hidden things as well, but can't be run; said in every analysis, and why."""

NOT_SHOWN = {
    "linux.kmsg.Kmsg": (
        "the newest message is not among them: 2.28.2 ends one early",
        "最新のメッセージ(2.28.2 は1つ手前で終わります)",
    ),
    "linux.malware.check_syscall.Check_syscall": (
        "the last system calls are not looked at: 2.28.2 counts what describes calls, while "
        "the table has unused numbers as well",
        "最後のほうのシステムコール(2.28.2 は説明のあるものを数えますが、"
        "表には未使用の番号もあります)",
    ),
    "linux.mountinfo.MountInfo": (
        "of a file system's own options none but ro and rw",
        "ファイルシステム独自のオプション(ro と rw を除く)",
    ),
}
"""What is missing from the rows of a plugin, as the tests' guest showed; said with them."""

EMPTY = (
    "no process was found: this image was not read, which says nothing of the machine",
    "プロセスが1つも見つかりません。イメージを読めていないだけで、端末については何も言えません",
)
FIVE_LEVELS = (
    "this machine used five levels of page tables, which Volatility 3 does not read: it would "
    "show no processes and no error",
    "この端末は5段のページテーブルを使っていました。Volatility 3 はこれを読めず、"
    "エラーなしにプロセスが空になります",
)
NO_SYMBOLS = ("no symbols", "シンボルを作れません")
NONE_SUCH = ("this Volatility 3 has none such", "この Volatility 3 にはありません")
_ENDS = (
    ("stopped after {limit} seconds: {words}", "{limit} 秒で打ち切りました: {words}"),
    ("exit status {code}: {words}", "終了コード {code}: {words}"),
)
"""How a run that failed ended, before the last words of the program itself."""
_OURS = (*LEFT_OUT.values(), *NOT_SHOWN.values(), EMPTY, FIVE_LEVELS, NO_SYMBOLS, NONE_SUCH)


def in_words(reason: str, language: str) -> str:
    """What an analysis says of a plugin, for people; what others said in it stays as they said it.

    Args:
        reason: in English, as `analysis.json` has it.
        language: `ja`, or English for everything else.
    """
    if language != "ja":
        return reason
    for english, japanese in _OURS:
        if reason.startswith(english):
            behind = reason.removeprefix(english)
            more = in_words(behind.removeprefix(": "), language)
            return f"{japanese}: {more}" if behind.startswith(": ") else japanese + behind
    for pattern, japanese in _patterns():
        if found := pattern.fullmatch(reason):
            return japanese.format(**found.groupdict())
    return reason


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    """Our own sentences, to be found again in what is kept in English."""
    known = (*_ENDS, *SENTENCES.values())
    return [(_pattern(english), japanese) for english, japanese in known if _tells(english)]


def _pattern(english: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", english)  # words and names of facts by turns
    facts = [f"(?P<{each}>.*?)" if at % 2 else re.escape(each) for at, each in enumerate(parts)]
    return re.compile("".join(facts), re.DOTALL)


def _tells(english: str) -> bool:
    """Whether it has words of its own: else it would fit everything."""
    return len(re.sub(r"\{\w+\}|\W", "", english)) > 3
