"""Addresses: as linked, of the kernel alone, and why there are none."""

import contextlib

import kernels
import pytest
from hypothesis import given
from hypothesis import strategies as st
from kernels import SHIFT, TEXT, VMCOREINFO

from evidence.memory.errors import SymbolsError
from evidence.memory.symbols.kallsyms import addresses, linked_addresses

PLAIN = kernels.kallsyms()


def test_addresses_are_those_of_the_linker():
    found = addresses(PLAIN)

    assert found.shift == SHIFT
    assert found.linked["init_task"] == TEXT + 0x1000000
    assert found.linked["current_task"] == 0x21BC0  # of every processor's own: never moved


def test_a_module_can_t_name_a_symbol_of_the_kernel():
    found = addresses(PLAIN).linked

    assert "helper" not in found
    assert found["init_task"] < 0xFFFFFFFFC0000000


def test_of_one_name_the_first():
    doubled = PLAIN + b"ffffffffb0000000 t do_it\n"

    assert addresses(doubled).linked["do_it"] == TEXT + 0x40


def test_what_kallsyms_leaves_out_is_in_vmcoreinfo():
    assert addresses(PLAIN, VMCOREINFO).linked["kallsyms_num_syms"] == TEXT + 0xA0000


def test_vmcoreinfo_knows_how_far_the_kernel_was_moved():
    odd = kernels.kallsyms(kernels.SYMBOLS | {"_text": TEXT + 0x200000}, SHIFT)

    assert addresses(odd, VMCOREINFO).shift == SHIFT
    assert addresses(odd).shift == SHIFT + 0x200000


def test_a_system_map_is_as_linked_already():
    assert linked_addresses(kernels.kallsyms(shift=0)).linked["init_task"] == TEXT + 0x1000000


HIDDEN = b"".join(b"0" * 16 + line[16:] + b"\n" for line in PLAIN.splitlines())
FEW = kernels.kallsyms({"_text": TEXT, "do_it": TEXT + 64})


@pytest.mark.parametrize(
    ("data", "vmcoreinfo", "words"),
    [
        (HIDDEN, "", "shows no address"),
        (b"", "", "shows no address"),
        (FEW, "", "no linux_banner, init_task: .*CONFIG_KALLSYMS_ALL"),
        (PLAIN + b"no line of it\n", "", "line 14 names no symbol"),
        (b"\xff\xfe\0\1", "", "line 1 names no symbol"),
        (kernels.kallsyms(shift=1 << 30), "", "can't have been moved by 0x40000000"),
        (kernels.kallsyms(shift=-4096), "", "can't have been moved by -0x1000"),
        (PLAIN, "KERNELOFFSET=ffffffff00000000\n", "can't have been moved"),
    ],
)
def test_says_why_there_are_none(data, vmcoreinfo, words):
    with pytest.raises(SymbolsError, match=words):
        addresses(data, vmcoreinfo)


def test_the_stub_that_debian_ships_is_no_system_map():
    stub = b"ffffffffffffffff B The real System.map is in the linux-image-<version>-dbg package\n"

    with pytest.raises(SymbolsError, match=r"System\.map"):
        linked_addresses(stub)


def test_too_many_symbols_are_refused(monkeypatch):
    monkeypatch.setattr("evidence.memory.symbols.kallsyms.MOST_SYMBOLS", 3)

    with pytest.raises(SymbolsError, match="more than 3 symbols"):
        addresses(PLAIN)


@given(st.integers(0, len(PLAIN)), st.binary(max_size=40), st.text(max_size=40))
def test_a_damaged_file_is_read_or_refused(at, put, info):
    with contextlib.suppress(SymbolsError):
        found = addresses(PLAIN[:at] + put + PLAIN[at + len(put) :], info)
        assert all(0 <= address < 1 << 64 for address in found.linked.values())
