"""What has to lie in the folder, by a stranger: docs/format.md, section 3."""

from naive.signature import sha

BOUND = {
    "VERIFY.md": "verify_md", "bag-info.txt": "bag_info", "bagit.txt": "bagit",
    "manifest-sha256.txt": "manifest_sha256_txt", "verify.sh": "verify_sh",
    "検証手順.md": "verify_ja_md",
}  # fmt: skip
SEALED = {*BOUND, "manifest.json", "manifest.json.p7s", "tagmanifest-sha256.txt"}
PARTIAL = {"VERIFY.md", "bagit.txt", "verify.sh", "検証手順.md"}


def check(found, files, events, volumes, manifest, *, sealed, cut_off):
    wanted = {*events, *volumes, *(SEALED if sealed else PARTIAL)}
    assert wanted - files.keys() <= {"manifest.json.p7s"}  # told where signatures are checked
    extra = {name for name in files.keys() - wanted if not name.startswith("anchors/")}
    extra -= {f"{name}.p7s" for name in events}
    if not sealed:  # what a pulled plug leaves
        extra = {name for name in extra if not name.endswith(".tmp")}
        extra -= {f"custody/{len(events) + 1:05d}.json.p7s"} | (SEALED if cut_off else set())
        extra.discard(max((name for name in extra if name.startswith("data/")), default=""))
    assert extra == set()
    folders = found.keys() - files.keys()
    assert folders <= {"data", "custody", "anchors"}
    assert all(any(name.startswith(f"{each}/") for name in files) for each in folders if sealed)
    assert sorted(int(name[12:17]) for name in volumes) == [*range(1, len(volumes) + 1)]
    if sealed:
        for name, key in BOUND.items():
            assert sha(files[name]) == manifest["bindings"][key]
        lines = [f"{volumes[name]['sha256']}  {name}\n" for name in sorted(volumes)]
        assert files["manifest-sha256.txt"] == "".join(lines).encode()
        tagged = sorted((SEALED & files.keys()) - {"tagmanifest-sha256.txt"})
        lines = [f"{sha(files[name])}  {name}\n" for name in tagged]
        assert files["tagmanifest-sha256.txt"] == "".join(lines).encode()
