"""What the experiments on perceptrons share (arXiv:1606.04474, section 3.2).

Meta-training, validation and tuning draw minibatches of the training pictures; the report's
problems are trained on the pictures held back, from initial params of their own. Every problem,
to train or to tune on, has as many pictures as are held back, drawn for it from those to fit:
on fewer pictures, seen more often, a loss falls faster, for every optimizer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from l2l_tui.experiments.comparing import LSTMSettings
from l2l_tui.experiments.settings import Value, setting

if TYPE_CHECKING:
    from l2l_tui.lab.data.pictures import DataSet
    from l2l_tui.lab.multilayer import MLPSampler
    from l2l_tui.lab.rivals import Family
    from l2l_tui.lab.varied_perceptrons import VariedMLPSampler

DIFFERS = (
    "here phi is trained with a cosine rate and clipped meta-gradients for far fewer steps, in the "
    "paper preset with second derivatives and Adam's and RMSprop's directions, and judged on "
    "pictures that it never saw; momentum is one rival more"
)
"""What every reference to the paper's figures must add."""

STRETCH = 20
"""Inner steps of an evaluation between safe points: about a second on MNIST."""

SECOND_ORDER: Mapping[str, Value] = {
    "second_order": True,
    "preprocessing": "combined-100",
    "validation_problems": 8,
}
"""How phi is trained best: through the gradients too, which the directions of Adam and RMSprop
allow (a logarithm's slope has no bound), and seeing the size of gradients of 0.001 to 0.01."""


@dataclass(frozen=True)
class PerceptronSettings(LSTMSettings):
    """What decides a run; lengths are in inner steps unless they say otherwise."""

    outer_lr: float = setting(
        0.005, "Adam's rate on phi at first; falls as a cosine", low=0, high=1
    )
    output_scale: float = setting(0.02, "what the LSTM's output is multiplied with", low=0, high=10)
    validate_every: int = setting(50, "outer steps between validations", low=1, high=10**6)
    problems: int = setting(1, "training problems in a batch", low=1, high=1000)
    validation_problems: int = setting(4, "problems that choose the checkpoint", low=1, high=1000)
    tuning_problems: int = setting(8, "problems that tune the baselines", low=1, high=1000)
    held_out_problems: int = setting(16, "problems of the report", low=1, high=1000)
    inner_lr_low: float = setting(
        1e-3, "smallest learning rate of the baselines' grid", low=1e-9, high=1e3
    )
    inner_lr_high: float = setting(
        100.0, "largest learning rate of the baselines' grid", low=1e-9, high=1e3
    )
    preprocessing: str = setting(
        "log-sign",
        "what the LSTM sees of a gradient",
        choices=("raw", "log-sign", "rnnprop", "combined", "combined-100"),
    )
    data: str = setting(
        "digits",
        "pictures: digits are embedded (8x8), MNIST is looked for (28x28)",
        choices=("digits", "mnist"),
    )
    download: bool = setting(False, "fetch the pictures if they are nowhere")
    units: int = setting(20, "hidden units of the networks that are trained on", low=1, high=1000)
    activation: str = setting(
        "sigmoid", "of their hidden units", choices=("sigmoid", "tanh", "relu")
    )
    batch: int = setting(128, "pictures in a minibatch", low=1, high=10_000)
    initial_scale: float = setting(
        0.01, "standard deviation of their initial params (the authors' code: 0.01)", low=0, high=10
    )


class Perceptrons:
    """Makes samplers of networks on the pictures that the settings name.

    Args:
        settings: The run's.
    """

    def __init__(self, settings: PerceptronSettings) -> None:
        from l2l_tui.lab.data import pictures

        self._settings = settings
        self._data: DataSet = pictures.load(settings.data, download=settings.download)

    def training(self, problems: int) -> MLPSampler:
        """Return a sampler of the base network on the training pictures."""
        return self._sampler(problems, held_out=False)

    def varied(self, problems: int) -> VariedMLPSampler:
        """Return a sampler of many kinds of networks on the training pictures."""
        from l2l_tui.lab.varied_perceptrons import VariedMLPSampler

        seen, inner_steps = self._data.train, self._settings.horizon
        return VariedMLPSampler(
            seen.x.flatten(1), seen.y, self._data.classes, problems, inner_steps
        )

    def family(
        self,
        name: str,
        hidden: tuple[int, ...] = (),
        activation: str = "",
        point: tuple[str, int] | None = None,
    ) -> Family:
        """Return a family of networks, the base one unless told otherwise."""
        from l2l_tui.lab.rivals import Family

        settings = self._settings
        make: Callable[..., MLPSampler] = self._sampler
        return Family(
            name,
            make(settings.tuning_problems, hidden, activation, held_out=False),
            make(settings.held_out_problems, hidden, activation, held_out=True),
            point,
        )

    def _sampler(
        self,
        problems: int,
        hidden: tuple[int, ...] = (),
        activation: str = "",
        *,
        held_out: bool,
    ) -> MLPSampler:
        from l2l_tui.lab.multilayer import MLPSampler

        settings, data = self._settings, self._data
        seen = data.test if held_out else data.train
        return MLPSampler(
            x=seen.x.flatten(1),
            y=seen.y,
            hidden=hidden or (settings.units,),
            classes=data.classes,
            problems=problems,
            inner_steps=2 * settings.horizon,
            activation=activation or settings.activation,
            batch=settings.batch,
            initial_scale=settings.initial_scale,
            known=len(data.test.x),
        )
