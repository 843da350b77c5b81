"""What a system starts by itself, or when somebody opens it: by its name, or by its first bytes."""

from __future__ import annotations

import re

from evidence.kit.listing import Entry

_BY_ITSELF = {"autorun.inf", "autorun", ".autorun", "autorun.sh"}
"""Windows' own, and those of freedesktop.org's Desktop Application Autostart Specification."""
_NAMES = re.compile(
    r"\.(appimage|application|appref-ms|appx|bat|chm|cmd|com|command|cpl|desktop|dll|docm|dotm|exe"
    r"|gadget|hta|img|inf|iso|jar|jnlp|js|jse|lnk|msc|msi|msix|msp|pif|potm|ppam|ppsm|pptm|ps1|py"
    r"|pyc|pyd|pyw|pyz|reg|run|scf|scr|sct|settingcontent-ms|sh|so|sys|url|vbe|vbs|vhd|vhdx|ws|wsc"
    r"|wsf|wsh|xlam|xll|xlsm|xltm)$",
    re.IGNORECASE,
)
_HEADS = (b"MZ", b"\x7fELF", b"#!")


def starts_by_itself(name: str) -> bool:
    """Whether a system starts it when the medium is plugged in, by its name."""
    return name.rpartition("/")[2].casefold() in _BY_ITSELF


def runs_by_name(name: str) -> bool:
    """Whether opening it may run what is in it, by its name."""
    return _NAMES.search(name) is not None


def runs_by_content(entry: Entry, *, scripts: bool) -> bool:
    """The same by its first bytes.

    Args:
        entry: a file.
        scripts: whether those of a shell count, too.
    """
    try:
        with entry.path.open("rb") as file:
            head = file.read(4)
    except OSError:
        return False  # named as beside, or added, all the same
    return head.startswith(_HEADS) and (scripts or not head.startswith(b"#!"))
