"""Rules over the bytes that were just hashed: an observer, never a second read of the source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from chain_of_custody.findings import escaped
from chain_of_custody.item import Hit, Scan
from evidence.archives.kinds import HEAD, kind_of
from evidence.archives.looked import OF_ARCHIVE, Looked
from evidence.archives.member import Budget, Member, Unseen
from evidence.engines.choice import ENGINES
from evidence.engines.engine import Compiled, Engine, Match, Part, Said
from evidence.packs.own import OwnRules, own_rules
from evidence.packs.rule_set import RuleSet
from evidence.rulebook.names import NameRules
from evidence.scan.many_files import is_memory, is_of_many_files
from evidence.scan.matched_text import places
from evidence.scan.named import name_shown

WHOLE = 32 << 20  # bytes: items up to here are scanned whole, where every condition holds
OVERLAP = 1 << 20  # bytes shared by two windows, so that a match across the cut is found
TIMEOUT = 60  # seconds for one scan
OURS = "our own rules"  # among sets, whose names have no blanks
OF_A_RULE = 5  # hits in a record; more of the same tells nothing new, and must hide no other rule
MAX_HITS = 1000  # of all rules together: some 500 KiB, far below what a record may have
MAX_REMARKS = 20  # errors in a record; how many more there were is said
IN_MEMBER = "member "  # how the text of a hit within an archive begins
_NAMED = 100  # characters of a member's name that go into the record
_NO_NAMES = NameRules({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """A compiled rule set."""

    compiled: Compiled
    engine: str
    """Its name and version."""
    names: NameRules = _NO_NAMES
    more_names: Sequence[NameRules] = ()
    """Of other sets."""
    of_sets: Mapping[str, int] = field(default_factory=dict)
    """Name of another set to how many of the rules are its."""
    own: OwnRules | None = None
    """Where ours come from; None where they are no whole set."""

    @property
    def names_of_rules(self) -> list[str]:
        """What can match, by content and by name."""
        named = [rule for each in (self.names, *self.more_names) for rule in each.rules]
        return [*self.compiled.names, *named]

    def named(self, origin: str) -> list[str]:
        """The rules that know the last part of an origin, as records name them."""
        tables = (self.names, *self.more_names)
        return [rule for each in tables for rule in each.matching(origin)]

    @property
    def inventory(self) -> frozenset[str]:
        """Those of ours that are inventory."""
        return frozenset() if self.own is None else self.own.inventory

    @property
    def count(self) -> int:
        """How many rules there are."""
        return len(self.names_of_rules)


def load_rules(folder: Path, engine: Engine | None = None, sets: Sequence[RuleSet] = ()) -> Rules:
    """Compile every `.yar` file of a folder, and read the names of files beside them.

    Args:
        folder: of our own rules.
        engine: that compiles and scans; YARA itself when not given.
        sets: other rules, searched for after ours; newer ones of ours in their place.

    Raises:
        RulesError: naming the file and the line.
        SetError: too many rules in a set.
    """
    maker = engine or ENGINES["yara"]()
    own = own_rules(folder, sets)
    ours = maker.compile(own.files)
    if not own.beside:
        return Rules(compiled=ours, engine=maker.version, names=own.names, own=own)
    others = {each.name: maker.compile(each.sources) for each in own.beside}
    named = {each.name: names for each in own.beside if (names := each.names) is not None}
    return Rules(
        compiled=maker.join([(OURS, ours), *others.items()]), engine=maker.version,
        names=own.names, more_names=list(named.values()), own=own,
        of_sets={
            name: len(compiled.names) + len(named.get(name, _NO_NAMES).rules)
            for name, compiled in others.items()
        },
    )  # fmt: skip


class ItemScan:
    """One item's scan: sees the bytes pass, and says at the end what matched."""

    def __init__(
        self, rules: Rules, origin: str = "", *, in_memory: bool = False,
        pool: Executor | None = None,
    ) -> None:  # fmt: skip
        """Scan an item.

        Args:
            rules: compiled.
            origin: whose last part is held against the names that the rules know.
            in_memory: whether the bytes are a process's memory, which some rules ask; those of an
                item that is an image of memory always are.
            pool: of threads, one of which scans a window while the next one fills.
        """
        self._rules = rules
        self._origin = origin
        self._in_memory = in_memory or is_memory(origin)
        self._pool = pool
        self._window: Future[None] | None = None
        self._held = bytearray()
        self._start = 0
        self._hits: list[Hit] = []
        self._seen: dict[str, set[str | None]] = {}
        self._mode: Literal["whole", "windows"] = "whole"
        self._head = b""
        self._unsaid = self._unkept = 0
        self.errors: list[str] = []
        self.given_up = ""
        """The first of them that makes the rules' answer less than whole."""
        self.archive: Looked | None = None
        """What came of looking into it, where it is an archive."""

    @property
    def held(self) -> int:
        """Bytes that are kept for the scan."""
        return len(self._held)

    def update(self, data: memoryview, /) -> None:
        """See the next bytes; a full window is scanned at once, so memory stays bounded."""
        self._held += data
        if len(self._held) >= WHOLE:
            self._head = self._head or bytes(self._held[:HEAD])
            self._mode = "windows"
            self._pass_window()

    def _pass_window(self) -> None:
        """Scan what is held, and go on with its end."""
        window, start = self._held, self._start
        self._held = window[-OVERLAP:]
        self._start += len(window) - OVERLAP
        self._settle()
        if self._pool is None:
            self._scan(window, start)
        else:
            self._window = self._pool.submit(self._scan, window, start)

    def _settle(self) -> None:
        """Wait for the window before: hits come in order, and two of them are all that is held."""
        if self._window is not None:
            self._window.result()

    def rest(self) -> Part:
        """What is left to be scanned, to be asked about with the rest of others."""
        return self._part(memoryview(self._held))

    def finish(self, said: Said | None = None) -> Scan:
        """What matched, and how much of the item each scan saw.

        Args:
            said: of the rest, where it was asked about already.
        """
        self._settle()
        self._scan(self._held, self._start, said)
        named = self._named(self._origin, "")
        if not self._in_memory:
            self._look_inside()
        self._held = bytearray()
        hits = [*named, *self._hits]
        unkept = self._unkept + max(0, len(hits) - MAX_HITS)
        if unkept:
            self._say(f"YARA: {unkept} more matches than a record keeps")
        if self._unsaid:
            self.errors.append(f"and {self._unsaid} more of these")
        return Scan(hits=hits[:MAX_HITS], mode=self._mode)

    def _named(self, origin: str, within: str) -> list[Hit]:
        text = within + name_shown(origin)
        rules = self._rules.named(origin)
        return [Hit(offset=None, rule=rule, text=text) for rule in rules]

    def _scan(self, held: bytearray, start: int, said: Said | None = None) -> None:
        if held:
            with memoryview(held) as view:
                found = said or self._asked(view, TIMEOUT)
            for match in self._matches(found, f"from byte {start}"):
                self._keep(match, start)

    def _part(self, data: memoryview) -> Part:
        return Part(data, self._in_memory, is_of_many_files(self._origin))

    def _asked(self, data: memoryview, timeout: int) -> Said:
        compiled = self._rules.compiled
        return compiled.match_each([self._part(data)], timeout=timeout, most=OF_A_RULE)[0]

    def _matches(self, said: Said, where: str) -> list[Match]:
        (matches, remarks), error = said
        for remark in [*remarks, *([error] if error else [])]:
            self._say(told := f"YARA: {escaped(remark)} ({where})")
            self.given_up = self.given_up or told
        return matches

    def _say(self, text: str) -> None:
        if len(self.errors) < MAX_REMARKS:
            self.errors.append(text)
        else:
            self._unsaid += 1

    def _keep(self, match: Match, start: int) -> None:
        for offset, text in places(match):
            at = None if offset is None else str(start + offset)
            if self._is_new(match.rule, at):
                self._hits.append(Hit(offset=at, rule=match.rule, text=text))

    def _is_new(self, rule: str, place: str | None) -> bool:
        """Whether this place of a rule is to be kept: it wasn't, and there is room."""
        kept = self._seen.setdefault(rule, set())
        if place in kept or len(kept) >= OF_A_RULE:
            return False
        if len(self._hits) >= MAX_HITS:
            self._unkept += 1
            return False
        kept.add(place)
        return True

    # What lies in an archive.

    def _look_inside(self) -> None:
        head = self._head or self._held
        kind = kind_of(head)
        if kind is None:
            return
        self.archive = Looked(kind.name)
        budget = Budget(len(self._held))
        whole = self._mode == "whole"
        found = kind.within(self._held, budget) if whole else kind.beyond(head, WHOLE)
        for one in found:
            if isinstance(one, Unseen):
                self._unseen(one)
            else:
                self._member(one, budget)

    def _unseen(self, one: Unseen) -> None:
        if self.archive is not None:
            self.archive.miss(one)
        self._say(OF_ARCHIVE + ": ".join(filter(None, (_called(one.name), one.why))))

    def _member(self, member: Member, budget: Budget) -> None:
        name = _called(member.name)
        if self.archive is not None:
            self.archive.members += 1
        for hit in self._named(member.name, f"{name}: "):
            if self._is_new(hit.rule, hit.text):
                self._hits.append(hit)
        timeout = max(1, min(TIMEOUT, int(budget.seconds)))
        said = self._asked(memoryview(member.data), timeout)
        for match in self._matches(said, f"in {name}"):
            for offset, text in places(match):
                place = name if offset is None else f"{name}, byte {offset}"
                if self._is_new(match.rule, place):
                    self._hits.append(Hit(offset=None, rule=match.rule, text=f"{place}: {text}"))
        inner = kind_of(member.data)
        if inner is not None:
            self._unseen(Unseen(member.name, f"an archive itself ({inner.name}): only its bytes"))


def _called(member: str) -> str:
    return f"{IN_MEMBER}{escaped(member)[:_NAMED]}" if member else ""
