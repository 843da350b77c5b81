"""The guided way: what `hozen wizard` asks, tells and does, on screens or in lines."""

from __future__ import annotations

import sys
from types import ModuleType

from collectors.system import WINDOWS

if WINDOWS:
    # Windows' asyncio loads this module, and it opens a socket while it is loaded, to look up
    # functions of the network. Nothing of it is called by our loop: an empty one does.
    sys.modules.setdefault("_overlapped", ModuleType("_overlapped"))
