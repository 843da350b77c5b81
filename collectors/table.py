"""All collectors, in one table: to join it is to be listed, run and tested."""

from __future__ import annotations

from collections.abc import Iterable

from collectors.artifact import Collector, Profile
from collectors.bodyfile import BodyFile
from collectors.live import LIVE
from collectors.logs import LOGS
from collectors.memory import Memory
from collectors.places import PLACES
from collectors.pointers import Referenced
from collectors.tree import Tree

LIVE_HOST: tuple[Collector, ...] = (
    *(collector() for collector in LIVE),
    Memory(),
    *LOGS,
    *PLACES,
    Referenced({}),
    BodyFile(),
)
FOLDER: tuple[Collector, ...] = (Tree(),)


class UnknownCollectorError(ValueError):
    """A name that no collector has."""

    exit_code = 2


def collectors_for(
    profile: Profile, *, live: bool, only: Iterable[str] = (), skip: Iterable[str] = ()
) -> list[Collector]:
    """The collectors that run, in the table's order.

    Args:
        profile: leaves out those that belong to a larger one, unless `only` names them.
        live: whether the source is a running machine.
        only: names to run, and no others.
        skip: names to leave out.

    Raises:
        UnknownCollectorError: a name that is in no table.
    """
    table = LIVE_HOST if live else FOLDER
    wanted, unwanted = set(only), set(skip)
    unknown = (wanted | unwanted) - {collector.name for collector in (*LIVE_HOST, *FOLDER)}
    if unknown:
        raise UnknownCollectorError(f"no collector is called {', '.join(sorted(unknown))}")
    return [
        collector
        for collector in table
        if collector.name not in unwanted
        and (collector.name in wanted if wanted else collector.profile <= profile)
    ]
