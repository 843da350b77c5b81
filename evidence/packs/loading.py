"""Sets of rules from what a user named: a folder, or a pack."""

from __future__ import annotations

from pathlib import Path

from chain_of_custody.trust import TrustStore
from evidence.packs.errors import AlteredPackError, SetError
from evidence.packs.folder import set_in
from evidence.packs.pack import opened
from evidence.packs.rule_set import RuleSet


def load_set(path: Path, trust: TrustStore, licence: str | None = None) -> RuleSet:
    """A set of rules.

    Args:
        path: of a folder or a pack.
        trust: what the signer of a pack has to lead to; where it is empty, nobody is judged.
        licence: of a folder that doesn't say it.

    Raises:
        SetError, RulesError, AlteredPackError: naming the path.
    """
    if path.is_dir():
        return set_in(path, licence=licence)
    try:
        return opened(path.read_bytes(), trust)
    except OSError as error:
        raise SetError(f"{path}: {error.strerror}") from error
    except (SetError, AlteredPackError) as error:
        raise type(error)(f"{path}: {error}") from error
