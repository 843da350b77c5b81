"""Why a set of rules is not used."""

from __future__ import annotations


class SetError(Exception):
    """A folder or a file that holds no usable set of rules."""

    exit_code = 2


class AlteredPackError(Exception):
    """A pack that is not what was signed, or not by whom it should be."""

    exit_code = 1
