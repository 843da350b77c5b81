"""hozen as an ordinary user runs it: an interpreter and packages that everybody may read.

The tests run as root, often from a home that is closed to others, so the packages are copied.
"""

from __future__ import annotations

import importlib.util
import shutil
import sys
from pathlib import Path

USER = 65534
AS_USER = ("setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups")
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
PACKAGES = (
    "evidence", "collectors", "chain_of_custody", "click", "cryptography", "cffi", "_cffi_backend",
    "msgspec", "pyrage", "rich", "pygments", "markdown_it", "mdurl", "segno", "yara", "zstandard",
    "jinja2", "markupsafe", "rfc3161_client",
)  # fmt: skip


def _open_to_all(path: Path) -> bool:
    return all(parent.stat().st_mode & 0o001 for parent in path.resolve().parents)


def interpreter() -> str:
    """A Python of our version that everybody may run."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for candidate in (Path(sys.executable).resolve(), Path("/usr/bin") / version):
        if candidate.exists() and _open_to_all(candidate):
            return str(candidate)
    raise AssertionError(f"no {version} that an ordinary user may run: install it")


def install(folder: Path) -> list[str]:
    """Copy the program where everybody may read it; returns the command to run it."""
    for name in PACKAGES:
        spec = importlib.util.find_spec(name)
        assert spec is not None, name
        if spec.submodule_search_locations:
            source = Path(next(iter(spec.submodule_search_locations)))
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
            continue
        shutil.copy(str(spec.origin), folder)
        for libraries in Path(str(spec.origin)).parent.glob(f"{name}*.libs"):  # of a bundled wheel
            shutil.copytree(libraries, folder / libraries.name)
    rules = folder / "evidence" / "rules"
    if not rules.exists():  # a checkout keeps them beside the packages
        shutil.copytree(Path(__file__).parent.parent / "rules", rules)
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    code = f"import sys; sys.path.insert(0, {str(folder)!r}); from evidence.cli import main; main()"
    return [interpreter(), "-B", "-I", "-S", "-c", code]


def options() -> dict[str, object]:
    """For subprocess: drop to the ordinary user, with an environment of nobody's."""
    return {"user": USER, "group": USER, "extra_groups": [], "cwd": "/", "env": ENVIRONMENT}
