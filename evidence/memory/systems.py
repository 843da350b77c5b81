"""The operating systems whose images can be read, and the plugins for each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from evidence.memory.plugins import Plugins
from evidence.memory.plugins.linux import LINUX
from evidence.memory.plugins.windows import WINDOWS

System = Literal["linux", "windows"]
PLUGINS: Mapping[System, Plugins] = {"linux": LINUX, "windows": WINDOWS}
