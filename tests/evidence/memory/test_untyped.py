"""The table of untyped symbols against the source of the Volatility 3 that is installed."""

import ast
import functools
import importlib.util
import re
from pathlib import Path

import pytest

from evidence.memory.symbols.untyped import TYPES, description

HOME = Path(importlib.util.find_spec("volatility3").origin).parent / "framework"
PLACES = ("plugins/linux", "symbols/linux", "automagic/linux.py")
ASKING = {"object_from_symbol", "get_symbol", "has_symbol", "get_absolute_symbol_address"}

# Of these only the address or the presence is asked for, which needs no type.
ADDRESS_ONLY = {
    "__stop___tracepoints_ptrs", "mem_section", "node_data", "ia32_sys_call_table",
    "system_call_fastpath", "sysenter_do_call", "sys_call_table", "pkmap_count", "init_top_pgt",
    "init_level4_pgt", "swapper_pg_dir", "kallsyms_names", "kallsyms_token_table",
    "kallsyms_token_index", "kallsyms_offsets", "kallsyms_markers", "kallsyms_addresses",
    "kallsyms_seqs_of_names", "_sinittext", "_einittext", "_stext", "_end", "__start___ksymtab",
    "__stop___ksymtab", "param_get_invbool", "param_get_bool", "param_get_int", "param_get_ulong",
    "param_get_ullong", "param_get_long", "param_get_uint", "param_get_ushort", "param_get_short",
    "param_get_byte", "param_get_string", "param_array_get", "param_get_charp",
}  # fmt: skip
# Gone before kernels had BTF (5.2), or only of machines that aren't x86-64.
BEFORE_BTF = {
    "pid_hash", "pidhash_shift", "timekeeper", "wall_to_monotonic", "total_sleep_time", "mem_map",
    "log_end", "nf_hooks", "height_to_maxindex", "height_to_maxnodes", "tcp_seq_afinfo",
    "udp_seq_afinfo", "tcp6_seq_afinfo", "tcp4_seq_afinfo", "udplite6_seq_afinfo",
    "udp6_seq_afinfo", "udplite4_seq_afinfo", "udp4_seq_afinfo",
}  # fmt: skip
# Places that ask by a variable: in which functions the names stand. Empty: every symbol there is.
BY_VARIABLE = {
    ("plugins/linux/psscan.py", "scan_tasks"): (),
    ("plugins/linux/sockscan.py", "_canonicalize_symbol_addrs"): (
        "_find_file_ops_needles", "_find_sk_destruct_needles",
    ),
    ("plugins/linux/malware/check_afinfo.py", "_check_afinfo_pre_4_18"): (
        "_check_afinfo_pre_4_18",
    ),
    ("plugins/linux/malware/check_afinfo.py", "_check_afinfo_post_4_18"): (
        "_check_afinfo_post_4_18",
    ),
    ("plugins/linux/malware/check_syscall.py", "_get_table_size_next_symbol"): (),
    ("plugins/linux/malware/check_syscall.py", "_get_table_info_disassembly"): (
        "_get_table_info_disassembly",
    ),
    ("plugins/linux/malware/check_syscall.py", "_get_table_info"): (),
    ("symbols/linux/kallsyms.py", "_get_symbol_address"): ("new_from_isf",),
    ("symbols/linux/utilities/modules.py", "_get_param_handlers"): ("_get_param_handlers",),
    ("automagic/linux.py", "stack"): ("stack",),
    ("automagic/linux.py", "find_aslr"): ("find_aslr",),
}  # fmt: skip


def sources():
    for place in PLACES:
        path = HOME / place
        for file in [path] if path.is_file() else sorted(path.rglob("*.py")):
            yield file.relative_to(HOME).as_posix(), ast.parse(file.read_text())


def functions(tree):
    return [each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef)]


def asked(function):
    """The first arguments of calls that ask for a symbol."""
    for node in ast.walk(function):
        called = node.func if isinstance(node, ast.Call) else None
        if isinstance(called, ast.Attribute) and called.attr in ASKING:
            yield (*node.args, *(keyword.value for keyword in node.keywords))[0]


def words(function):
    """Every string of a function that could be a symbol's name."""
    texts = (each.value for each in ast.walk(function) if isinstance(each, ast.Constant))
    return {text for text in texts if isinstance(text, str) and re.fullmatch(r"[a-z_]\w{3,}", text)}


@functools.cache
def names_and_variables():
    names, variables = set(), set()
    for path, tree in sources():
        for function in functions(tree):
            for argument in asked(function):
                if isinstance(argument, ast.Constant):
                    names.add(argument.value)
                else:
                    variables.add((path, function.name))
    return names, variables


def test_the_search_finds_what_is_known_to_be_asked_for():
    assert {"init_task", "prog_idr", "net_namespace_list", "tk_core"} <= names_and_variables()[0]


def test_every_symbol_that_is_asked_for_is_known():
    assert names_and_variables()[0] - set(TYPES) - ADDRESS_ONLY - BEFORE_BTF == set()


def test_every_place_that_asks_by_a_variable_is_known():
    assert set(BY_VARIABLE) == names_and_variables()[1]


# Words of those functions that are no symbols.
OTHER_WORDS = {
    "bytes", "char", "comm", "file", "file_operations", "f_op", "kernel", "kernel_symbol",
    "kernel_virtual_offset", "linux", "memory_layer", "page_map_offset", "primary", "sk_destruct",
    "sock", "state", "symbol_mask", "task_struct", "vmcoreinfo",
}  # fmt: skip


@pytest.mark.parametrize("place", BY_VARIABLE, ids=lambda place: f"{place[0]}-{place[1]}")
def test_every_symbol_that_is_asked_for_by_a_variable_is_known(place):
    path, _ = place
    (tree,) = (tree for name, tree in sources() if name == path)
    holding = [each for each in functions(tree) if each.name in BY_VARIABLE[place]]
    found = set().union(*map(words, holding)) if holding else set()
    assert {each.name for each in holding} == set(BY_VARIABLE[place])

    assert found - set(TYPES) - ADDRESS_ONLY - BEFORE_BTF - OTHER_WORDS == set()


def test_the_table_is_spelled_as_types_are():
    assert description("[2] * struct fb_info") == (
        "struct", "fb_info",
        {"count": 2, "kind": "array", "subtype": {
            "kind": "pointer", "subtype": {"kind": "struct", "name": "fb_info"}}},
    )  # fmt: skip
    assert {description(each)[0] for each in TYPES.values()} == {"struct", "base"}
