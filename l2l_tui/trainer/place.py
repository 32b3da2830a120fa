"""Where among a run's ranks this process stands, as whoever started it says.

torchrun says it in ``RANK`` and ``WORLD_SIZE``, Slurm in ``SLURM_PROCID`` and
``SLURM_STEP_NUM_TASKS``. Where the ranks meet is in ``MASTER_ADDR`` and ``MASTER_PORT`` either
way: on a cluster the first rank listens there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from l2l_tui.errors import RequestError

if TYPE_CHECKING:
    from collections.abc import Mapping

_WHERE = (("RANK", "WORLD_SIZE"), ("SLURM_PROCID", "SLURM_STEP_NUM_TASKS"))
_MEETING = ("MASTER_ADDR", "MASTER_PORT")


class Place(NamedTuple):
    """One of several ranks."""

    rank: int
    """Counted from 0."""
    size: int
    """How many there are."""


def told(environment: Mapping[str, str], wanted: int) -> Place | None:
    """Return where this process stands; None where nobody says so, so that it is to start them.

    Args:
        environment: What the process was started with.
        wanted: How many ranks the run is of.

    Raises:
        RequestError: The variables are not whole, or are about another number of ranks.
    """
    if "RANK" not in environment and environment.get("SLURM_STEP_NUM_TASKS") != str(wanted):
        return None  # in one task of a Slurm job too ranks can be started
    names = next(names for names in _WHERE if names[0] in environment)
    try:
        place = Place(*(int(environment[name]) for name in names))
    except (KeyError, ValueError) as error:
        raise RequestError(f"{' and '.join(names)} do not say which rank this is") from error
    if place.size != wanted or not 0 <= place.rank < wanted:
        raise RequestError(
            f"{names[0]} = {place.rank} and {names[1]} = {place.size}, but the run is of "
            f"{wanted} ranks"
        )
    missing = [name for name in _MEETING if name not in environment]
    if missing:
        raise RequestError(f"{' and '.join(missing)} must say where the ranks meet")
    return place
