"""Symbols that Volatility 3 asks for by name and that BTF, which types no globals, says nothing of.

Source: the declarations in the kernel's own files. `* X` is a pointer, `[n] X` an array. A symbol
without a type makes a plugin stop with a message: better than a wrong type, which reads as empty.
"""

from __future__ import annotations

from typing import Any

_NUMBER, _LONG = "base unsigned int", "base long unsigned int"
_LIST, _TEXT = "struct list_head", "* base char"

TYPES: dict[str, str] = {
    # processes and namespaces
    "init_task": "struct task_struct", "init_mm": "struct mm_struct",
    "init_cred": "struct cred", "init_files": "struct files_struct", "init_fs": "struct fs_struct",
    "init_pid_ns": "struct pid_namespace", "init_uts_ns": "struct uts_namespace",
    "init_net": "struct net", "net_namespace_list": _LIST, "cap_last_cap": "base int",
    # modules and what hides there
    "modules": _LIST, "module_kset": "* struct kset", "mod_tree": "struct mod_tree_root",
    "module_addr_min": _LONG, "module_addr_max": _LONG,
    "taint_flags": "[19] struct taint_flag", "ftrace_ops_list": "* struct ftrace_ops",
    "ftrace_list_end": "struct ftrace_ops", "ftrace_mod_maps": _LIST,
    "ftrace_ops_trampoline_list": _LIST, "__start___tracepoints_ptrs": "[0] base int",
    "prog_idr": "struct idr", "bpf_kallsyms": _LIST, "bpf_tree": "struct latch_tree_root",
    "idt_table": "[256] struct gate_struct",
    # files and devices
    "iomem_resource": "struct resource", "proc_root": "struct proc_dir_entry",
    "super_blocks": _LIST, "socket_file_ops": "struct file_operations",
    "sockfs_dentry_operations": "struct dentry_operations", "tty_drivers": _LIST,
    "keyboard_notifier_list": "struct atomic_notifier_head",
    "num_registered_fb": "base int", "registered_fb": "[32] * struct fb_info",
    # time and messages
    "tk_core": "struct tk_data",  # before 6.13 without a name: see `kerneltypes`
    "prb": "* struct printk_ringbuffer", "log_buf": _TEXT, "log_buf_len": _NUMBER,
    "log_first_idx": _NUMBER, "log_next_idx": _NUMBER, "saved_command_line": _TEXT,
    # where things are
    "vmemmap_base": _LONG, "page_offset_base": _LONG, "vmalloc_base": _LONG, "phys_base": _LONG,
    "_text": "[0] base char", "_etext": "[0] base char",
    "kallsyms_num_syms": _NUMBER, "kallsyms_relative_base": _LONG,
    # the network
    "udp_table": "struct udp_table",
    **dict.fromkeys(
        ("raw_seq_ops", "raw6_seq_ops", "tcp_seq_ops", "tcp4_seq_ops", "tcp6_seq_ops",
         "udp_seq_ops", "udp6_seq_ops", "arp_seq_ops", "unix_seq_ops", "packet_seq_ops"),
        "struct seq_operations",
    ),
    # functions, of which only the address is used, but a type is asked for
    **dict.fromkeys(
        ("sock_def_destruct", "packet_sock_destruct", "unix_sock_destructor",
         "netlink_sock_destruct", "inet_sock_destruct"),
        "base void",
    ),
}  # fmt: skip


def description(words: str) -> tuple[str, str, dict[str, Any]]:
    """A type of the table: the kind and name it comes down to, and its description."""
    if words.startswith("* "):
        kind, name, inner = description(words.removeprefix("* "))
        return kind, name, {"kind": "pointer", "subtype": inner}
    if words.startswith("["):
        count, _, rest = words[1:].partition("] ")
        kind, name, inner = description(rest)
        return kind, name, {"count": int(count), "kind": "array", "subtype": inner}
    kind, _, name = words.partition(" ")
    return kind, name, {"kind": kind, "name": name}
