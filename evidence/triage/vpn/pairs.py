"""Lines of names and values: `user="taro" src=198.51.100.7`."""

from __future__ import annotations

import re
from collections.abc import Collection

from evidence.triage.linuxlogs.access import as_text
from evidence.triage.signins.signin import OddError

_FIELD = re.compile(rb'(?:^|[\s,"])([a-z_]{1,20})=("[^"]*"|[^\s,"]*)')
_NOBODY = ("", "N/A", "(null)")


class Pairs:
    """The values that are wanted of one line."""

    def __init__(self, record: bytes, wanted: Collection[bytes]) -> None:
        """Of a record from its beginning on."""
        self._found: dict[str, str] = {}
        self._twice = False
        for name, value in _FIELD.findall(record):
            if name in wanted:
                key = name.decode()
                self._twice = self._twice or key in self._found
                self._found.setdefault(key, as_text(value.strip(b'"')))

    def of(self, name: str) -> str:
        """A value as it stands; empty where there is none."""
        return self._found.get(name, "")

    def known(self, *names: str) -> str | None:
        """The first of these that says anything."""
        return next((value for name in names if (value := self.of(name)) not in _NOBODY), None)

    def once(self) -> None:
        """Hold that nothing is said twice: a name may hold quotes, and with them other fields.

        Raises:
            OddError: something is.
        """
        if self._twice:
            raise OddError
