"""What the kernel refuses a process apart: libraries written by others meet hostile bytes there.

Whoever takes one of them over is still our user, mostly root. So before it is shown anything, it
gives up, for good: writing and changing files, speaking with anybody, starting programs and
processes, reaching into others. What it reads and answers goes through the pipes that it has.

A list of what is refused, not of what is allowed: what an interpreter and a C library call to work
differs from one to the next, and a call that is missing would cost evidence.

Numbers and structures: linux/filter.h, linux/seccomp.h, asm/unistd_64.h; seccomp(2).
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
from collections.abc import Iterable

FORBIDDEN = {
    # Speaking with anybody.
    "socket": 41, "connect": 42, "accept": 43, "sendto": 44, "sendmsg": 46, "bind": 49,
    "listen": 50, "socketpair": 53, "accept4": 288, "sendmmsg": 307,
    # Programs, processes, other processes' memory and descriptors.
    "vfork": 58, "fork": 57, "execve": 59, "execveat": 322, "ptrace": 101, "tkill": 200,
    "process_vm_readv": 310, "process_vm_writev": 311, "kcmp": 312, "pidfd_send_signal": 424,
    "pidfd_open": 434, "pidfd_getfd": 438, "rt_sigqueueinfo": 129, "rt_tgsigqueueinfo": 297,
    # Changing files, their names and what is said of them.
    "creat": 85, "truncate": 76, "ftruncate": 77, "fallocate": 285, "rename": 82, "renameat": 264,
    "renameat2": 316, "mkdir": 83, "mkdirat": 258, "rmdir": 84, "link": 86, "linkat": 265,
    "unlink": 87, "unlinkat": 263, "symlink": 88, "symlinkat": 266, "mknod": 133, "mknodat": 259,
    "chmod": 90, "fchmod": 91, "fchmodat": 268, "fchmodat2": 452, "chown": 92, "fchown": 93,
    "lchown": 94, "fchownat": 260, "utime": 132, "utimes": 235, "futimesat": 261, "utimensat": 280,
    "setxattr": 188, "lsetxattr": 189, "fsetxattr": 190, "removexattr": 197, "lremovexattr": 198,
    "fremovexattr": 199, "setxattrat": 463, "removexattrat": 466, "file_setattr": 469,
    "open_by_handle_at": 304,
    # The machine: its mounts, name spaces, modules, clock, power.
    "mount": 165, "umount2": 166, "pivot_root": 155, "chroot": 161, "swapon": 167, "swapoff": 168,
    "reboot": 169, "sethostname": 170, "setdomainname": 171, "iopl": 172, "ioperm": 173,
    "init_module": 175, "delete_module": 176, "finit_module": 313, "kexec_load": 246,
    "kexec_file_load": 320, "settimeofday": 164, "clock_settime": 227, "adjtimex": 159,
    "unshare": 272, "setns": 308, "open_tree": 428, "move_mount": 429, "fsopen": 430,
    "mount_setattr": 442, "open_tree_attr": 467,
    # Where faults of the kernel mostly are.
    "bpf": 321, "perf_event_open": 298, "userfaultfd": 323, "add_key": 248, "request_key": 249,
    "keyctl": 250, "io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427,
}  # fmt: skip
"""System calls of x86-64 that fail with EPERM."""
OPENING = {"open": (2, 1), "openat": (257, 2)}
"""Those that open a file, and which argument says what for: refused where it is not to read."""
SIGNALLING = {"kill": 62, "tgkill": 234}
"""Those that may reach this process alone, which may end itself."""
ELSEWISE = {"clone3": 435, "openat2": 437}
"""What a filter can't look into: there is none here, and the C library takes the older one."""
_IOCTL, _ASKS = 16, (0x5401, 0x5413, 0x541B, 0x5450, 0x5451)
"""Of ioctl(2) what asks alone (TCGETS, TIOCGWINSZ, FIONREAD), and FIONCLEX and FIOCLEX: the rest
types into terminals, freezes file systems, changes a file's flags."""
_CLONE, _THREAD = 56, 0x00010000  # CLONE_THREAD: a thread, not a process
_READ, _WRITE = 0, 1
_CHANGES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_X86_64, _OF_X32 = 0xC000003E, 0x40000000  # AUDIT_ARCH_X86_64; calls of its variant of 32 bits
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16  # places in struct seccomp_data
_ALLOW, _FAIL = 0x7FFF0000, 0x00050000
_INSTRUCTION = struct.Struct("<HBBI")
_NO_NEW_PRIVILEGES, _SECCOMP = 38, 317  # of prctl(2); the system call
# No mitigation of Spectre with it, which old kernels would tie to a filter: nobody else's code runs
# in here, and it takes up to a third of the speed.
_SET_FILTER, _UNSLOWED = 1, 1 << 2  # the latter since 4.17


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def forbid() -> bool:
    """Have all of it refused, in this process and whatever it begins, for good.

    Returns:
        Whether the kernel took that; it may be built without, or be another processor's.
    """
    if os.uname().machine != "x86_64":
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    program = _program(os.getpid())
    given = _Program(len(program) // _INSTRUCTION.size, program)
    if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0):
        return False
    return not all(
        libc.syscall(_SECCOMP, _SET_FILTER, flags, ctypes.byref(given)) for flags in (_UNSLOWED, 0)
    )


def _program(own: int) -> bytes:
    """The filter, for a process of this number.

    What is asked for all the time comes first: it is gone through at each call.
    """
    lines = [
        _line(_LOAD, _ARCHITECTURE), *_unless(_EQUAL, _X86_64, _no(errno.EPERM)),
        _line(_LOAD, _NUMBER), *_if(_EQUAL, _READ, _yes()), *_if(_EQUAL, _WRITE, _yes()),
        *_if(_AT_LEAST, _OF_X32, _no(errno.EPERM)),
    ]  # fmt: skip
    for number in FORBIDDEN.values():
        lines += _if(_EQUAL, number, _no(errno.EPERM))
    for number in ELSEWISE.values():
        lines += _if(_EQUAL, number, _no(errno.ENOSYS))
    for number, argument in OPENING.values():
        lines += _if(_EQUAL, number, _asked(argument, _if(_ANY_BIT, _CHANGES, _no(errno.EPERM))))
    for number in SIGNALLING.values():
        lines += _if(_EQUAL, number, _asked(0, _unless(_EQUAL, own, _no(errno.EPERM))))
    lines += _if(_EQUAL, _CLONE, _asked(0, _unless(_ANY_BIT, _THREAD, _no(errno.EPERM))))
    asks = [line for each in _ASKS for line in _if(_EQUAL, each, _yes())]
    lines += _if(_EQUAL, _IOCTL, _asked(1, [*asks, *_no(errno.EPERM)]))
    return b"".join([*lines, *_yes()])


def _line(code: int, value: int, then: int = 0, otherwise: int = 0) -> bytes:
    """One instruction; `then` and `otherwise` are how many are passed over."""
    return _INSTRUCTION.pack(code, then, otherwise, value)


def _if(code: int, value: int, lines: Iterable[bytes]) -> list[bytes]:
    body = list(lines)
    return [_line(code, value, otherwise=len(body)), *body]


def _unless(code: int, value: int, lines: Iterable[bytes]) -> list[bytes]:
    body = list(lines)
    return [_line(code, value, then=len(body)), *body]


def _asked(argument: int, lines: Iterable[bytes]) -> list[bytes]:
    """Look at the lower half of an argument; what is not refused then is allowed."""
    return [_line(_LOAD, _ARGUMENTS + 8 * argument), *lines, *_yes()]


def _yes() -> list[bytes]:
    return [_line(_RETURN, _ALLOW)]


def _no(error: int) -> list[bytes]:
    return [_line(_RETURN, _FAIL | error)]
