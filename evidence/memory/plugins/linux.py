"""Which plugins of Volatility 3 are run on an image of a Linux, and which are not, and why."""

from __future__ import annotations

from evidence.memory.plugins import Plugins

_PROCESSES = "linux.pslist.PsList"
_RUN = (
    _PROCESSES,
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

_LEFT_OUT = {
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

_NOT_SHOWN = {
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

LINUX = Plugins(run=_RUN, left_out=_LEFT_OUT, not_shown=_NOT_SHOWN)
