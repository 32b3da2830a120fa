"""Whether so many ranks can share the work of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from l2l_tui.errors import RequestError
from l2l_tui.language import tr

if TYPE_CHECKING:
    from l2l_tui.experiments.base import Experiment
    from l2l_tui.experiments.settings import Settings


def check(experiment: Experiment, settings: Settings, ranks: int) -> None:
    """Refuse a number of ranks that cannot share the work equally.

    Raises:
        RequestError: It is below 1, the experiment has no batch to share, or the number does not
            divide the batch.
    """
    if ranks < 1:
        raise RequestError(tr("ranks = {ranks}: there must be at least 1", ranks=ranks))
    if ranks == 1:
        return
    if not experiment.shared:
        said = tr(
            "{experiment} has no outer loop whose batch {ranks} ranks could share: it runs as "
            "one; `l2l-tui experiments NAME` says what ranks can share",
            experiment=experiment.name,
            ranks=ranks,
        )
        raise RequestError(said)
    name = experiment.shared
    batch = int(settings.values()[name])
    if batch % ranks:
        fit = [str(number) for number in range(1, batch + 1) if batch % number == 0]
        said = tr(
            "{name} = {batch} is no multiple of {ranks} ranks, who share it equally: it can be "
            "shared by {fit}; or set it, e.g. --set {name}={multiple}",
            name=name,
            batch=batch,
            ranks=ranks,
            fit=", ".join(fit),
            multiple=-(-batch // ranks) * ranks,
        )
        raise RequestError(said)
