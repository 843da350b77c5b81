"""What a process in which a library reads a disk may have."""

import os
from pathlib import Path


def require_confined(process: int) -> None:
    """Nothing of ours open but pipes, two gibibytes of memory, no file to write."""
    held = [os.readlink(each) for each in Path(f"/proc/{process}/fd").iterdir()]
    limits = Path(f"/proc/{process}/limits").read_text()

    assert {each.split(":")[0] for each in held} == {"pipe"}
    assert len(held) == 3
    assert limits.split("Max address space")[1].split()[0] == str(2 << 30)
    assert limits.split("Max file size")[1].split()[0] == "0"
