"""Symbols: from what was taken to a file that Volatility 3 opens."""

import base64
import hashlib
import io
import json
import lzma
import os
import subprocess
import sys
from pathlib import Path

import bundles
import kernels
import pytest
from kernels import BANNER, VMCOREINFO

from chain_of_custody.errors import AlteredError
from collectors.artifact import Reason
from evidence.memory.errors import SymbolsError
from evidence.memory.symbols.ingredients import BTF, KALLSYMS, VERSION, Ingredients
from evidence.memory.symbols.making import ingredients_of_bundle, make_symbols
from evidence.memory.symbols.untyped import TYPES
from evidence.reading.checked import AlteredBundleError, ClosedBundleError, VerifiedBundle

FACTS = "hozen:/memory.json"
TAKEN = {
    BTF: kernels.types().data(), KALLSYMS: kernels.kallsyms(), VERSION: BANNER,
    FACTS: json.dumps({"vmcoreinfo": VMCOREINFO}).encode(),
    "/sys/kernel/btf/af_packet": kernels.module(kernels.types()),
}  # fmt: skip


def ingredients(**changed):
    found = Ingredients()
    for origin, data in (TAKEN | changed.get("files", {})).items():
        if data is not None:
            found.take(origin, data)
    return found


def written(symbols):
    file = io.BytesIO()
    symbols.isf.write(file)
    return file.getvalue()


@pytest.fixture(scope="module")
def made():
    return make_symbols(ingredients())


@pytest.fixture(scope="module")
def isf(made):
    return json.loads(lzma.decompress(written(made)))


def test_the_banner_is_what_lies_in_memory(isf):
    banner = isf["symbols"]["linux_banner"]

    assert base64.b64decode(banner["constant_data"]) == BANNER + b"\0"
    assert banner["type"]["count"] == len(BANNER) + 1


def test_symbols_have_the_types_that_are_known(isf):
    symbols = isf["symbols"]

    assert symbols["init_task"]["type"] == {"kind": "struct", "name": "task_struct"}
    assert symbols["current_task"]["type"]["kind"] == "pointer"
    assert symbols["sock_def_destruct"]["type"] == {"kind": "base", "name": "void"}
    assert symbols["tk_core"]["type"]["name"] in isf["user_types"]
    assert "type" not in symbols["do_it"]


def test_a_type_that_this_kernel_lacks_is_given_to_no_symbol():
    lacking = kernels.Writer()
    lacking.integer("int", 4, 1)

    few = make_symbols(ingredients(files={BTF: lacking.data(), "/sys/kernel/btf/af_packet": None}))

    assert "type" not in dict(few.isf.symbols())["init_task"]


def test_says_what_it_was_made_from(isf):
    types, symbols = isf["metadata"]["linux"]["types"], isf["metadata"]["linux"]["symbols"]

    assert [each["name"] for each in types] == [BTF, "/sys/kernel/btf/af_packet"]
    assert types[0]["hash_value"] == hashlib.sha256(TAKEN[BTF]).hexdigest()
    assert [each["name"] for each in symbols] == [KALLSYMS, VERSION]
    assert isf["metadata"]["producer"]["name"] == "hozen"


def test_the_same_input_gives_the_same_bytes(made):
    assert written(make_symbols(ingredients())) == written(made)


def test_is_named_after_the_release(made):
    assert made.name == "linux-6.1.0-test.json.xz"


def test_a_module_that_can_t_be_read_is_left_out_and_named():
    made = make_symbols(ingredients(files={"/sys/kernel/btf/odd": b"no BTF"}))

    assert list(made.left_out) == ["odd"]
    assert "packet_sock" in made.isf.types.user


def test_a_system_map_of_the_same_kernel_helps_where_kallsyms_doesn_t():
    few = kernels.kallsyms({"_text": kernels.TEXT})
    system_map = "/boot/System.map-6.1.0-test"
    other = "/boot/System.map-5.10.0"

    helped = make_symbols(ingredients(files={KALLSYMS: few, system_map: kernels.kallsyms(shift=0)}))
    assert helped.isf.of_symbols[0].name == system_map
    with pytest.raises(SymbolsError, match="CONFIG_KALLSYMS_ALL"):
        make_symbols(ingredients(files={KALLSYMS: few, other: kernels.kallsyms(shift=0)}))


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({BTF: None}, "/sys/kernel/btf/vmlinux: was not taken"),
        ({VERSION: b"FreeBSD 14\n"}, "doesn't name a Linux kernel"),
        ({VERSION: b"Linux version ../../etc/x (a) \n"}, "doesn't name a Linux kernel"),
        ({FACTS: b"[" * 100_000}, "no account of an image"),
        ({FACTS: b"[]"}, "no account of an image"),
    ],
)
def test_says_what_is_missing_or_wrong(files, words):
    with pytest.raises(SymbolsError, match=words):
        make_symbols(ingredients(files=files))


# As Volatility 3 sees it.

LOADING = """
import json, sys
sys.modules["jsonschema"] = None
from volatility3.framework import contexts
from volatility3.framework.symbols import intermed
table = intermed.IntermediateSymbolTable(contexts.Context(), "c", "kernel", isf_url=sys.argv[1])
for name in table.types:
    kind = table.get_type(name)
    for member in getattr(kind.vol, "members", {}):
        kind.child_template(member)
for name in table.enumerations:
    table.get_enumeration(name)
typed = [name for name in table.symbols if table.get_symbol(name).type is not None]
print(json.dumps({
    "comm": table.get_type("task_struct").relative_child_offset("comm"),
    "size": table.get_type("list_head").size,
    "init_task": table.get_symbol("init_task").address, "typed": sorted(typed),
    "banner": table.get_symbol("linux_banner").constant_data.decode(),
}))
"""


def loaded(path):
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", LOADING, path.as_uri()],
        capture_output=True, text=True, env={"HOME": str(path.parent), "PATH": os.environ["PATH"]},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_volatility_resolves_every_type_and_symbol(made, tmp_path):
    path = tmp_path / "made.json.xz"
    made.write(path)

    found = loaded(path)

    assert (found["comm"], found["size"]) == (24, 16)
    assert found["init_task"] == kernels.SYMBOLS["init_task"]
    assert found["banner"] == BANNER.decode() + "\0"
    assert {"init_task", "modules", "tk_core", "_text"} <= set(found["typed"])


# A kernel without BTF of its own still has as many symbols to be gone through.
LARGE = Path(BTF).read_bytes() if Path(BTF).exists() else TAKEN[BTF]


def test_volatility_resolves_those_of_a_large_kernel(tmp_path):
    every = {name: kernels.TEXT + number * 64 for number, name in enumerate(TYPES)}
    fill = {f"function_{number}": kernels.TEXT + number * 16 for number in range(10_000)}
    symbols = kernels.kallsyms(fill | kernels.SYMBOLS | every)

    made = make_symbols(ingredients(files={BTF: LARGE, KALLSYMS: symbols}))
    made.write(tmp_path / made.name)

    found = loaded(tmp_path / made.name)
    assert found["comm"] > 0
    assert {"init_task", "modules"} <= set(found["typed"])


# From a bundle.


def bundle_of(path, things):
    return bundles.sealed(path, recipients=(), volumes=[things])


def test_takes_from_a_bundle_what_it_needs(tmp_path):
    things = [bundles.artifact(origin, data) for origin, data in TAKEN.items()]
    things.insert(1, bundles.artifact("memory:/physical.lime", bytes(1 << 20)))

    found = ingredients_of_bundle(bundle_of(tmp_path / "bundle", things))

    assert found.files == TAKEN
    assert make_symbols(found).counts["symbols"] == len(kernels.SYMBOLS) + 2


def test_says_why_a_bundle_has_none(tmp_path):
    things = [bundles.gap(KALLSYMS, Reason.DENIED)] + [
        bundles.artifact(origin, TAKEN[origin]) for origin in (BTF, VERSION)
    ]

    with pytest.raises(SymbolsError, match="kallsyms: denied: EACCES"):
        make_symbols(ingredients_of_bundle(bundle_of(tmp_path / "bundle", things)))


def test_a_closed_bundle_gives_none(tmp_path):
    with pytest.raises(ClosedBundleError):
        ingredients_of_bundle(bundles.sealed(tmp_path / "bundle"))


def test_a_bundle_that_changes_meanwhile_is_an_altered_one(tmp_path, monkeypatch):
    def changed(self, sink):
        raise AlteredError(4, "tree_differs", name="volume-00001")

    monkeypatch.setattr(VerifiedBundle, "extract", changed)
    with pytest.raises(AlteredBundleError):
        ingredients_of_bundle(bundle_of(tmp_path / "bundle", []))


def test_a_file_too_large_is_not_kept(tmp_path, monkeypatch):
    monkeypatch.setattr("evidence.memory.symbols.making.LARGEST", 1000)
    things = [bundles.artifact(KALLSYMS, bytes(5000)), bundles.artifact(VERSION, BANNER)]

    found = ingredients_of_bundle(bundle_of(tmp_path / "bundle", things))

    assert (list(found.files), list(found.lacking)) == ([VERSION], [KALLSYMS])
