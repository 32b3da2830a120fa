"""Small networks on small data sets as a person brings them: none was trained on.

How the default weights are trained was chosen among a dozen ways by looking at two seeds of
some of the cases. The cases in `BLIND` were written and run after the weights were final.

Each case is a network with torch's own initial parameters, a loss, and all of its training
data; minibatches are drawn from a generator of the seed's. What is measured is the mean loss
on all training data after so many steps, in the network's evaluation mode.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn

from l2l_tui.lab.randomness import generator

STEPS = 100
BATCH = 64

Loss = Callable[[Tensor, Tensor], Tensor]
MakeOptimizer = Callable[[Iterable[nn.Parameter]], torch.optim.Optimizer]


@dataclass(frozen=True)
class Case:
    """A network and its data."""

    name: str
    """What it is called."""
    what: str
    """The network and the data, in words."""
    network: Callable[[], nn.Module]
    """Makes the network from torch's global generator, as anybody does."""
    data: Callable[[], tuple[Tensor, Tensor]]
    """Returns all inputs and all targets."""
    loss: Loss = nn.functional.cross_entropy
    """The mean loss of outputs and targets."""
    needs: str = ""
    """A data set that comes in files, if it needs one."""

    def after(self, optimizer: MakeOptimizer, seed: int, steps: int = STEPS) -> float:
        """Return the mean loss on all data after so many steps."""
        inputs, targets = self.data()
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            network = self.network()
        optimizing = optimizer(network.parameters())
        picks = generator(seed, "minibatches", self.name)
        for _ in range(steps):
            picked = torch.randint(len(inputs), (BATCH,), generator=picks)
            optimizing.zero_grad()
            self.loss(network(inputs[picked]), targets[picked]).backward()
            optimizing.step()
        return self.measured(network)

    def measured(self, network: nn.Module) -> float:
        """Return a network's mean loss on all data, at most 5,000 examples of it."""
        inputs, targets = (part[:5000] for part in self.data())
        network.eval()
        with torch.no_grad():
            return float(self.loss(network(inputs), targets))


class Last(nn.Module):
    """A recurrent network that answers after the last input."""

    def __init__(
        self, inputs: int, hidden: int, outputs: int, kind: type[nn.RNNBase] = nn.GRU
    ) -> None:
        super().__init__()
        self.recurrent = kind(inputs, hidden, batch_first=True)  # type: ignore[call-arg]
        self.head = nn.Linear(hidden, outputs)

    def forward(self, x: Tensor) -> Tensor:
        """Return (batch, outputs) of sequences (batch, time, inputs)."""
        return self.head(self.recurrent(x)[0][:, -1])


class Reader(nn.Module):
    """A transformer's encoder that answers at each position."""

    def __init__(self, words: int, length: int, width: int = 32) -> None:
        super().__init__()
        self.words = nn.Embedding(words, width)
        self.places = nn.Parameter(torch.randn(length, width) * 0.02)
        layer = nn.TransformerEncoderLayer(width, 4, 64, 0.0, batch_first=True, norm_first=True)
        self.layers = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
        self.head = nn.Linear(width, words)

    def forward(self, x: Tensor) -> Tensor:
        """Return (batch, words, time), as cross-entropy wants it, of (batch, time)."""
        return self.head(self.layers(self.words(x) + self.places)).transpose(1, 2)


class Residual(nn.Module):
    """A residual perceptron with layer normalisation."""

    def __init__(self, inputs: int, width: int = 48, blocks: int = 3) -> None:
        super().__init__()
        self.enter = nn.Linear(inputs, width)
        self.blocks = nn.ModuleList(
            nn.Sequential(
                nn.LayerNorm(width), nn.Linear(width, width), nn.SiLU(), nn.Linear(width, width)
            )
            for _ in range(blocks)
        )
        self.head = nn.Linear(width, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Return (batch, 1) of (batch, inputs)."""
        x = self.enter(x)
        for block in self.blocks:
            x = x + block(x)
        return self.head(x)


class Factors(nn.Module):
    """A matrix as the product of two narrow ones: rows that a minibatch lacks have gradient 0."""

    def __init__(self, rows: int, columns: int, rank: int = 8) -> None:
        super().__init__()
        self.rows, self.columns = nn.Embedding(rows, rank), nn.Embedding(columns, rank)

    def forward(self, places: Tensor) -> Tensor:
        """Return the entries (batch,) at places (batch, 2)."""
        row, column = places.unbind(1)
        return (self.rows(row) * self.columns(column)).sum(1)


def _table(name: str) -> tuple[Tensor, Tensor]:
    """Return one of scikit-learn's tables, every column standardised."""
    from sklearn import datasets

    x, y = getattr(datasets, f"load_{name}")(return_X_y=True)
    return _standardised(torch.from_numpy(x).float()), torch.from_numpy(y)


def _standardised(x: Tensor) -> Tensor:
    return (x - x.mean(0)) / x.std(0).clamp_min(1e-6)


def _classes(name: str) -> Callable[[], tuple[Tensor, Tensor]]:
    def data() -> tuple[Tensor, Tensor]:
        x, y = _table(name)
        return x, y.long()

    return data


def _diabetes() -> tuple[Tensor, Tensor]:
    x, y = _table("diabetes")
    return x, _standardised(y.float().unsqueeze(1))


def _digits() -> tuple[Tensor, Tensor]:
    from l2l_tui.lab.data import pictures

    digits = pictures.load("digits").train
    return digits.x, digits.y


def _digits_themselves() -> tuple[Tensor, Tensor]:
    x = _digits()[0].flatten(1)
    return x, x


def _first_word() -> tuple[Tensor, Tensor]:
    """Return sequences of 12 of 8 words in noise, and which word came first."""
    draw = generator(0, "first word")
    words = torch.randint(8, (2048, 12), generator=draw)
    x = nn.functional.one_hot(words, 8).float()
    return x + 0.1 * torch.randn(x.shape, generator=draw), words[:, 0]


def _reversed() -> tuple[Tensor, Tensor]:
    """Return sequences of 8 of 12 words, and the same from behind."""
    words = torch.randint(12, (2048, 8), generator=generator(0, "reversed"))
    return words, words.flip(1)


def _moons() -> tuple[Tensor, Tensor]:
    """Return two half circles in the plane, in noise."""
    from sklearn.datasets import make_moons

    x, y = make_moons(1000, noise=0.15, random_state=0)
    return torch.from_numpy(x).float(), torch.from_numpy(y).float().unsqueeze(1)


def _friedman() -> tuple[Tensor, Tensor]:
    """Return Friedman's first regression problem (1991), its target standardised."""
    from sklearn.datasets import make_friedman1

    x, y = make_friedman1(1000, noise=0.5, random_state=0)
    return torch.from_numpy(x).float(), _standardised(torch.from_numpy(y).float().unsqueeze(1))


def _adding() -> tuple[Tensor, Tensor]:
    """Return 10 numbers of which two are marked, and the sum of those two."""
    draw = generator(0, "adding")
    numbers = torch.rand(2048, 10, generator=draw)
    marked = torch.zeros(2048, 10)
    marked.scatter_(1, torch.rand(2048, 10, generator=draw).argsort(1)[:, :2], 1.0)
    return torch.stack((numbers, marked), -1), (numbers * marked).sum(1, keepdim=True)


def _ratings() -> tuple[Tensor, Tensor]:
    """Return a third of the places of a 60 x 50 matrix of rank 4, and its entries there."""
    draw = generator(0, "ratings")
    left, right = torch.randn(60, 4, generator=draw), torch.randn(50, 4, generator=draw)
    places = torch.cartesian_prod(torch.arange(60), torch.arange(50))
    places = places[torch.randperm(3000, generator=draw)[:1000]]
    return places, (left[places[:, 0]] * right[places[:, 1]]).sum(1)


def _pictures(name: str) -> Callable[[], tuple[Tensor, Tensor]]:
    def data() -> tuple[Tensor, Tensor]:
        from l2l_tui.lab.data import pictures

        loaded = pictures.load(name).train
        return loaded.x, loaded.y

    return data


def _convolutional() -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1),
        nn.BatchNorm2d(16),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding=1),
        nn.BatchNorm2d(32),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(512, 10),
    )


def _perceptron(*layers: int, activation: type[nn.Module] = nn.ReLU) -> nn.Module:
    parts: list[nn.Module] = [nn.Flatten()]
    for inputs, outputs in pairwise(layers[:-1]):
        parts += [nn.Linear(inputs, outputs), activation()]
    return nn.Sequential(*parts, nn.Linear(*layers[-2:]))


def _autoencoder() -> nn.Module:
    return _perceptron(64, 32, 8, 32, 64, activation=nn.Tanh)


CASES = (
    Case(
        "breast-cancer",
        "30-32-2 perceptron of tanh units on breast cancer",
        lambda: _perceptron(30, 32, 2, activation=nn.Tanh),
        _classes("breast_cancer"),
    ),
    Case(
        "wine",
        "13-32-32-3 perceptron of ReLU units on wine",
        lambda: _perceptron(13, 32, 32, 3),
        _classes("wine"),
    ),
    Case(
        "iris",
        "logistic regression on iris",
        lambda: nn.Linear(4, 3),
        _classes("iris"),
    ),
    Case(
        "diabetes",
        "10-64-64-1 perceptron of GELU units on diabetes, squared error",
        lambda: _perceptron(10, 64, 64, 1, activation=nn.GELU),
        _diabetes,
        nn.functional.mse_loss,
    ),
    Case(
        "convolutions",
        "two ReLU convolutions with batch normalisation on 8x8 digits",
        _convolutional,
        _digits,
    ),
    Case(
        "autoencoder",
        "64-32-8-32-64 autoencoder of tanh units on 8x8 digits, squared error",
        _autoencoder,
        _digits_themselves,
        nn.functional.mse_loss,
    ),
    Case(
        "recurrent",
        "GRU of 32 units that names the first of 12 words",
        lambda: Last(8, 32, 8),
        _first_word,
    ),
    Case(
        "transformer",
        "transformer of two layers that reverses 8 words",
        lambda: Reader(12, 8),
        _reversed,
    ),
    Case(
        "mnist",
        "784-128-10 perceptron of ReLU units on MNIST",
        lambda: _perceptron(784, 128, 10),
        _pictures("mnist"),
        needs="mnist",
    ),
    Case(
        "cifar10",
        "3072-64-64-10 perceptron of ReLU units on CIFAR-10",
        lambda: _perceptron(3072, 64, 64, 10),
        _pictures("cifar10"),
        needs="cifar10",
    ),
)
"""Those at which the choice of training looked; the embedded ones first."""

BLIND = (
    Case(
        "moons",
        "2-32-32-1 perceptron of SELU units on two moons",
        lambda: _perceptron(2, 32, 32, 1, activation=nn.SELU),
        _moons,
        nn.functional.binary_cross_entropy_with_logits,
    ),
    Case(
        "friedman",
        "residual perceptron with layer norms on Friedman's regression, Huber's loss",
        lambda: Residual(10),
        _friedman,
        nn.functional.smooth_l1_loss,
    ),
    Case(
        "adding",
        "LSTM of 32 units that adds two marked numbers of 10, squared error",
        lambda: Last(2, 32, 1, nn.LSTM),
        _adding,
        nn.functional.mse_loss,
    ),
    Case(
        "factors",
        "a 60 x 50 matrix from two embeddings of rank 8, squared error",
        lambda: Factors(60, 50),
        _ratings,
        nn.functional.mse_loss,
    ),
)
"""Those at which nobody looked before the weights were final."""
