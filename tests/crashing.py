"""An engine whose C code crashes over certain bytes: what a hostile item does to a real one."""

from pathlib import Path

MARK = b"bytes that end the engine"
_MODULE = """
import importlib.util, os, signal, sys
_own = sys.modules["yara"]
_spec = importlib.util.spec_from_file_location("yara", {real!r})
_real = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_real)
sys.modules["yara"] = _own  # the real one puts itself there
Error, TimeoutError = _real.Error, _real.TimeoutError
__version__, YARA_VERSION = _real.__version__, _real.YARA_VERSION

class Rules:
    def __init__(self, rules):
        self._rules = rules
    def __iter__(self):
        return iter(self._rules)
    def save(self, **options):
        self._rules.save(**options)
    def match(self, data, **options):
        if {mark!r} in bytes(data):
            os.kill(os.getpid(), signal.{signal})
        return self._rules.match(data=data, **options)

def compile(**options):
    return Rules(_real.compile(**options))

def load(**options):
    return Rules(_real.load(**options))
"""


def yara_at(folder: Path, signal: str = "SIGSEGV") -> Path:
    """A folder with a `yara` that is the real one, and ends its process over `MARK`."""
    import yara

    folder.mkdir()
    text = _MODULE.format(real=yara.__file__, mark=MARK, signal=signal)
    (folder / "yara.py").write_text(text)
    return folder
