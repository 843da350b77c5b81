"""What engines are called; a verb's help must not wait for one of them."""

from __future__ import annotations

from typing import Literal

EngineName = Literal["yara", "boreal"]
