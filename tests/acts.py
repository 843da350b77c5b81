"""A bundle and its people, and every act of custody as it is typed."""

from __future__ import annotations

from pathlib import Path

import authority
import bundles
import timekeeper
from authority import CUSTODIAN, TRUSTED
from forge import HOLDER

from chain_of_custody.code import spoken_code
from chain_of_custody.documents import EventFile, load
from chain_of_custody.folder import BundleFolder
from evidence.custody import stamping
from evidence.custody.signers import key_text
from evidence.reading.checked import verify_bundle


class Case:
    """A certified bundle, people with keys, and what the acts of each kind are typed with."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.bundle = bundles.sealed(place / "HZ_x", key=authority.COLLECTION, recipients=())
        self.root = place / "root.pem"
        self.root.write_bytes(bundles.pem_of(TRUSTED))
        self.result = place / "result.txt"
        self.result.write_text("nothing found\n")
        self.key, self.taker = self._key("me", CUSTODIAN), self._key("taker", HOLDER)
        self.time = timekeeper.Authority(place=place / "time", offset=300)
        self._asked = 0

    def _key(self, name, key):
        path = self.place / f"{name}.key"
        path.write_bytes(key_text(key, None))
        return path

    def command(self, verb: str) -> list[str]:
        """As it is typed now; of a stamp, with another answer each time."""
        match verb:
            case "disclose":
                self._asked += 1
                output = self.place / f"exhibit-{self._asked}"
                more = ["4", "--output", output, "--to", "裁判所"]
                return [str(each) for each in (verb, self.bundle, *more, "--key", self.key)]
            case "timestamp" | "renew":
                more = self._answered(renew=verb == "renew")
            case "confirm":
                more = ["--code", spoken_code(verify_bundle(self.bundle).root)]
            case "receive":
                more = ["--seal", "S-1", "--trust", self.root]
            case _:
                more = MORE[verb](self)
        key = self.taker if verb in ("receive", "refuse") else self.key
        return [str(each) for each in ("custody", verb, self.bundle, *more, "--key", key)]

    def _answered(self, *, renew: bool) -> list[object]:
        self._asked += 1
        request, tsa = self.place / f"{self._asked}.tsq", self.place / "tsa.pem"
        question = stamping.ask(self.bundle, renew=renew)
        request.write_bytes(question.request)
        if question.listed is not None:
            request.with_suffix(".sums").write_bytes(question.listed)
        request.with_suffix(".tsr").write_bytes(self.time.answer(question.request))
        tsa.write_bytes(bundles.authorities_of(self.time.trusted))
        files = ["--request", request, "--response", request.with_suffix(".tsr"), "--tsa", tsa]
        return list(files)

    @property
    def events(self) -> list[EventFile]:
        return load(BundleFolder(self.bundle)).events

    def files(self) -> dict[str, bytes]:
        """All that lies there, of the bundle and beside it."""
        there = (path for path in self.place.rglob("*") if path.is_file())
        return {path.relative_to(self.place).as_posix(): path.read_bytes() for path in there}


MORE = {
    "release": lambda _: ["--to", "調査 太郎", "--seal", "S-1", "--due", "2999-01-01T00:00:00Z"],
    "refuse": lambda _: ["--text", "the seal is broken"],
    "return": lambda _: [],
    "note": lambda _: ["--text", "見た", "--witness", "鈴木"],
    "correct": lambda _: ["2", "--text", "it was Monday"],
    "destroy": lambda _: ["--medium", "USB 4C53"],
    "access": lambda _: ["4", "5", "--purpose", "診断"],
    "examine": lambda case: ["4", "--purpose", "x", "--tool", "grep 3", "--result", case.result],
}
BEFORE = {"receive": "release", "refuse": "release", "return": "release", "renew": "timestamp"}
VERBS = [*MORE, "confirm", "receive", "timestamp", "renew", "disclose"]
