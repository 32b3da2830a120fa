"""`LearnedOptimizer`: a `torch.optim.Optimizer` that needs no learning rate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from l2l_tui.errors import RequestError
from l2l_tui.lab.torch_optimizer import RuleOptimizer
from l2l_tui.language import tr
from l2l_tui.library import shipped, stored

if TYPE_CHECKING:
    from pathlib import Path

    from torch.optim.optimizer import ParamsT


class LearnedOptimizer(RuleOptimizer):
    """An update rule that one of our runs learned, in place of Adam.

        optimizer = LearnedOptimizer(model.parameters())

    Everything else is as with any optimizer of `torch.optim`: groups, `state_dict`,
    closures, schedulers, `GradScaler`. Updates are those that were trained times ``lr``; see
    `RuleOptimizer` for what it does with dtypes and with gradients that are not finite. It
    moves a coordinate by what its gradients were, also where a gradient is exactly 0.

    `l2l_tui.library.cards` tells of the weights that come with the package what they were
    trained on, where they hold and where they fail: read a card before you trust it.

    Args:
        params: Parameters, named parameters, or groups of them as dicts, each with an ``lr``
            or ``maximize`` of its own if it likes.
        lr: What updates are multiplied with; 1 is what was trained.
        weights: The name of weights that come with the package, or a safetensors file that
            a run left; the default is `shipped.DEFAULT`.
        run: A finished run's id, or a part that it begins or ends with, or its directory.
        workspace: Where the run is looked for; found as the command line finds it.
        maximize: Whether to climb instead of to descend.

    Raises:
        UnknownNameError: No weights or no run are called so.
        RequestError: Both or senseless choices, a file or a run that holds no such rule, or
            parameters that it cannot train.
    """

    def __init__(
        self,
        params: ParamsT,
        lr: float = 1.0,
        *,
        weights: str | Path | None = None,
        run: str | Path | None = None,
        workspace: str | Path | None = None,
        maximize: bool = False,
    ) -> None:
        if weights is not None and run is not None:
            raise RequestError(tr("name weights or a run, not both"))
        if workspace is not None and run is None:
            raise RequestError(tr("a workspace is where a run is looked for; name the run too"))
        if run is not None:
            path = stored.of_run(run, workspace)
        else:
            path = shipped.path_of(weights or shipped.DEFAULT)
        super().__init__(params, stored.read(path), lr, maximize=maximize)
