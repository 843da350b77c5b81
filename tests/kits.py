"""Keys of a provider, and small kits: with program, rules and keys, but no interpreter."""

from __future__ import annotations

import datetime
import os
import re
import shlex
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import bundles
from command_line import run
from cryptography.hazmat.primitives.serialization import Encoding
from runs import digests

from chain_of_custody.signing.certificates import KIT_ROLE, certify, make_root, new_key, revoke
from chain_of_custody.signing.keys import SigningKey, to_pem
from chain_of_custody.signing.trust import TrustStore
from evidence.custody.signers import key_text
from evidence.kit.building import Built, Recipe, build
from evidence.kit.carried.interpreter import python_version
from evidence.tool import rules_folder

PYTHON = python_version()
PASSPHRASE = "a passphrase for tests"
NO_INDEX = {
    "PIP_CONFIG_FILE": os.devnull, "PIP_FIND_LINKS": "", "PIP_RETRIES": "0",
    "PIP_INDEX_URL": "http://127.0.0.1:9/",
}  # fmt: skip
"""For pip, as where no network is."""
BUILT = datetime.datetime(2026, 11, 20, 12, tzinfo=datetime.UTC)
NOW = datetime.datetime.now(datetime.UTC).replace(microsecond=0)


@dataclass(frozen=True)
class Provider:
    """Who makes kits: a root, a kit's key, a person's key, as files and in memory."""

    home: Path
    root: SigningKey
    kit: SigningKey
    person: SigningKey

    @property
    def kit_key(self) -> Path:
        return self.home / "kit" / "kit.key"

    @property
    def passphrase_file(self) -> Path:
        return self.home / "passphrase"

    def trust(self, *, revoked: bool = False) -> TrustStore:
        texts = [to_pem(self.root.certificate)]
        if revoked:
            serials = {self.kit.certificate.serial_number: NOW}
            texts.append(revoke(self.root, serials, NOW).public_bytes(Encoding.PEM))
        return TrustStore.from_pem(texts)


def provider(home: Path, *, now: datetime.datetime = NOW) -> Provider:
    root = make_root("Test provider", now)

    def certified(role: str, name: str) -> SigningKey:
        private = new_key()
        return SigningKey(
            private=private, certificate=certify(root, private.public_key(), role, name, now)
        )

    made = Provider(
        home=home, root=root, kit=certified(KIT_ROLE, "kit 7"),
        person=certified("hozen provider", "Release"),
    )  # fmt: skip
    made.kit_key.parent.mkdir(parents=True)
    made.kit_key.write_bytes(key_text(made.kit, PASSPHRASE))
    (home / "person.key").write_bytes(key_text(made.person, PASSPHRASE))
    (home / "root.pem").write_bytes(to_pem(root.certificate))
    made.passphrase_file.write_text(f"{PASSPHRASE}\n")
    (home / "identity.txt").write_text(f"{bundles.IDENTITY}\n")
    return made


def recipe(provider: Provider, out: Path, **more) -> Recipe:
    given = {
        "platforms": (), "recipients": (bundles.RECIPIENT,), "rules": rules_folder(),
        "built": BUILT, "language": "en",
    }  # fmt: skip
    return Recipe(out=out, kit_key=provider.kit_key, **{**given, **more})


def small(provider: Provider, out: Path, *, own: bool = False, **more) -> Built:
    """A kit without an interpreter, signed by the provider, or by a key of its own."""
    return build(recipe(provider, out, **more), provider.kit, None if own else provider.person)


@contextmanager
def lent(kit: Path) -> Iterator[Path]:
    """A kit that tests copy; in the end it must be as it was, whatever they did to the copies."""
    before = digests(kit)
    yield kit
    assert digests(kit) == before


def copied(kit: Path, to: Path) -> Path:
    """A copy of a kit. Its program's files are links: who changes one takes it away first."""
    return Path(shutil.copytree(kit, to, copy_function=_lend))


def _lend(source: str, target: str) -> None:
    (os.link if "/app/hozen/" in source else shutil.copy2)(source, target)


def change(path: Path, data: bytes) -> None:
    """Put another file in the place of one in a copy."""
    path.unlink()
    path.write_bytes(data)


def wheelhouse(folder: Path, platform: str) -> Path:
    """The libraries of kits as the page has them fetched, for the platform that is named."""
    page = (Path(__file__).parents[1] / "docs" / "kit.md").read_text(encoding="utf-8")
    line = re.search("^hozen (kit fetch .*)$", page, re.MULTILINE)[1]
    words = shlex.split(line.replace("--platform linux", f"--platform {platform}"), comments=True)
    ended = run(*words, cwd=folder, **os.environ)  # pip's settings and its cache are the user's
    assert ended.code == 0, ended.err
    return folder / words[words.index("--out") + 1]


def copied_rules(to: Path) -> Path:
    return Path(shutil.copytree(rules_folder(), to))
