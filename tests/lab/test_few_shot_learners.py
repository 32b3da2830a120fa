"""Few-shot learners against the formulas of their papers, written out one query at a time."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from l2l_tui.lab.data import characters
from l2l_tui.lab.few_shot.embedding import Conv4
from l2l_tui.lab.few_shot.episodes import Episodes, Jitter, Sampler, Shape
from l2l_tui.lab.few_shot.learners import Kept, Learner, RawPixels, Trained, Untrained
from l2l_tui.lab.few_shot.matching import FullContext, MatchingNetwork, attention
from l2l_tui.lab.few_shot.pretraining import (
    FineTuning,
    PretrainedClassifier,
    fitted,
    named_among_all,
)
from l2l_tui.lab.few_shot.prototypical import PrototypicalNetwork, nearest_prototype
from l2l_tui.lab.few_shot.study import TrainingEpisodes
from l2l_tui.lab.maml.adapting import Adaptation, AdaptingNetwork

SHAPE = Shape(n_way=4, k_shot=2, n_query=3)
FEATURES = 6
TUNING = FineTuning(inner_steps=30, inner_lr=2.0, decay=0.01)


@pytest.fixture
def embedded(generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Return support (episodes, n_way, k_shot, features) and query embeddings, float64."""
    support = torch.randn(3, 4, 2, FEATURES, generator=generator, dtype=torch.float64)
    query = torch.randn(3, 4, 3, FEATURES, generator=generator, dtype=torch.float64)
    return support, query


def drawn(step: int) -> Episodes:
    """Return glyphs to train on."""
    return episodes()(step)


def episodes() -> TrainingEpisodes:
    """Return what gives training steps their glyphs."""
    sampler = Sampler(characters.load("glyphs").train, SHAPE, Jitter())
    return TrainingEpisodes(sampler, batch=2, seed=0, meta_seed=0)


def source() -> torch.Generator:
    """Return a generator that always starts at the same place."""
    return torch.Generator().manual_seed(0)


def test_attention_is_the_papers_sum_over_the_support_set(
    embedded: tuple[Tensor, Tensor],
) -> None:
    """P(y | x, S) = sum_i softmax_i(scale cos(x, x_i)) y_i, for every query."""
    support, query = embedded
    found = attention(support, query, 7.0).softmax(-1)
    for episode in range(3):
        known = support[episode].flatten(0, 1)
        labels = torch.eye(4, dtype=torch.float64).repeat_interleave(2, 0)
        for way in range(4):
            for place in range(3):
                asked = query[episode, way, place]
                cosines = torch.stack([functional.cosine_similarity(asked, x, 0) for x in known])
                expected = (7 * cosines).softmax(0) @ labels
                assert torch.allclose(found[episode, way, place], expected)


def test_distances_from_prototypes_are_those_of_cdist(embedded: tuple[Tensor, Tensor]) -> None:
    """Minus the square of the distance from each class's mean."""
    support, query = embedded
    expected = -torch.cdist(query.flatten(1, 2), support.mean(2)).square()
    assert torch.allclose(nearest_prototype(support, query).flatten(1, 2), expected)


def test_full_context_is_the_papers_two_lstms(embedded: tuple[Tensor, Tensor]) -> None:
    """Appendix A, equations 3 to 8, by cells and matrices one picture after the other."""
    support, query = embedded
    context = FullContext(FEATURES, 3, source()).double()
    known, asked = context(support, query)
    for episode in range(3):
        pictures = support[episode].flatten(0, 1)
        expected = (
            pictures
            + run(context.reader, pictures, "")
            + run(context.reader, pictures.flip(0), "_reverse").flip(0)
        )
        assert torch.allclose(known[episode].flatten(0, 1), expected)
        seen = query[episode, 2, 1]
        hidden, cell = torch.zeros_like(seen), torch.zeros_like(seen)
        for _ in range(3):
            read = (expected @ hidden).softmax(0) @ expected
            output, cell = gates(
                context.cell.weight_ih @ torch.cat((seen, read))
                + context.cell.bias_ih
                + context.cell.weight_hh @ hidden
                + context.cell.bias_hh,
                cell,
            )
            hidden = output + seen
        assert torch.allclose(asked[episode, 2, 1], hidden)


def gates(sums: Tensor, cell: Tensor) -> tuple[Tensor, Tensor]:
    """Return an LSTM's output and cell from the sums at its gates."""
    enter, forget, new, leave = sums.chunk(4)
    cell = forget.sigmoid() * cell + enter.sigmoid() * new.tanh()
    return leave.sigmoid() * cell.tanh(), cell


def run(reader: nn.LSTM, pictures: Tensor, way: str) -> Tensor:
    """Return one direction's outputs."""
    weights = {name: getattr(reader, f"{name}_l0{way}") for name in ("weight_ih", "weight_hh")}
    biases = getattr(reader, f"bias_ih_l0{way}") + getattr(reader, f"bias_hh_l0{way}")
    hidden = cell = torch.zeros(FEATURES, dtype=torch.float64)
    outputs = []
    for picture in pictures:
        sums = weights["weight_ih"] @ picture + weights["weight_hh"] @ hidden + biases
        hidden, cell = gates(sums, cell)
        outputs.append(hidden)
    return torch.stack(outputs)


def test_a_new_last_layer_descends_its_own_loss(embedded: tuple[Tensor, Tensor]) -> None:
    """Each step is autograd's on the support set, the episodes apart."""
    support, _ = embedded
    found_weights, found_biases = fitted(support.float(), TUNING)
    for episode in range(3):
        examples = support[episode].flatten(0, 1).float()
        labels = torch.arange(4).repeat_interleave(2)
        weights = torch.zeros(4, FEATURES, requires_grad=True)
        biases = torch.zeros(4, requires_grad=True)
        for _ in range(TUNING.inner_steps):
            loss = functional.cross_entropy(examples @ weights.t() + biases, labels)
            loss = loss + TUNING.decay / 2 * weights.square().sum()
            grads = torch.autograd.grad(loss, (weights, biases))
            weights = (weights - TUNING.inner_lr * grads[0]).detach().requires_grad_()
            biases = (biases - TUNING.inner_lr * grads[1]).detach().requires_grad_()
        assert torch.allclose(found_weights[episode], weights, atol=1e-5)
        assert torch.allclose(found_biases[episode], biases, atol=1e-5)


def test_conv4_is_the_papers() -> None:
    """64 numbers a picture; 111,680 weights, without the biases that a normalisation undoes."""
    network = Conv4(64, source())
    assert network(torch.rand(3, 1, 28, 28)).shape == (3, 64)
    assert sum(weights.numel() for weights in network.parameters()) == 111_680
    again = Conv4(64, source())
    assert all(map(torch.equal, network.parameters(), again.parameters()))


def matching(context: bool = False) -> MatchingNetwork:
    """Return a small matching network."""
    generator = source()
    embedding = Conv4(FEATURES, generator)
    return MatchingNetwork(
        embedding, 10.0, FullContext(FEATURES, 2, generator) if context else None
    )


def pretrained() -> PretrainedClassifier:
    """Return a small classifier of all training glyphs."""
    generator = source()
    return PretrainedClassifier(Conv4(FEATURES, generator), episodes().classes, TUNING, generator)


LEARNERS: dict[str, Callable[[TrainingEpisodes], Learner]] = {
    "raw": lambda _: RawPixels(10.0),
    "untrained": lambda known: Untrained(matching(), known, 3),
    "matching": lambda known: Trained(matching(), known, 20, 0.01),
    "context": lambda known: Trained(matching(context=True), known, 20, 0.01),
    "prototypical": lambda known: Trained(
        PrototypicalNetwork(Conv4(FEATURES, source())), known, 20, 0.01
    ),
    "maml": lambda known: Trained(
        AdaptingNetwork(Conv4(FEATURES, source()), Adaptation(2, 0.05)), known, 20, 0.01
    ),
    "fine-tuned": lambda known: Trained(pretrained(), known, 20, 0.01, named_among_all),
}
TRAINED = [name for name in LEARNERS if name not in ("raw", "untrained")]


@pytest.mark.parametrize("name", LEARNERS)
def test_logits_know_nothing_of_labels_and_of_other_queries(name: str) -> None:
    """Fewer queries change none; classes in another order come out in that order."""
    learner, shown = LEARNERS[name](episodes()), drawn(100)
    if name in TRAINED:
        learner.step(0)
    logits = learner.logits(shown)
    assert logits.shape == (2, 4, 3, 4)
    alone = Episodes(shown.support, shown.query[:, :, 2:], shown.classes)
    assert torch.allclose(learner.logits(alone)[:, :, 0], logits[:, :, 2], atol=1e-4)
    if name == "context":  # its LSTM reads the support set in an order
        return
    order = torch.tensor([2, 0, 3, 1])
    mixed = Episodes(shown.support[:, order], shown.query, shown.classes)
    assert torch.allclose(learner.logits(mixed), logits[..., order], atol=1e-4)


class Same(TrainingEpisodes):
    """Episodes that never change."""

    def __call__(self, step: int) -> Episodes:
        """Return the first step's, whatever the step."""
        return super().__call__(0 * step)


@pytest.mark.parametrize("name", TRAINED)
def test_training_lowers_the_loss(name: str) -> None:
    """On the same pictures at every step it falls to a part of what it began with."""
    sampler = Sampler(characters.load("glyphs").train, SHAPE)
    learner = LEARNERS[name](Same(sampler, batch=1, seed=0, meta_seed=0))
    losses = [learner.step(index) for index in range(20)]
    assert losses[-1] < 0.8 * losses[0]


@pytest.mark.parametrize("name", TRAINED)
def test_a_learner_taken_up_elsewhere_goes_on_with_the_same_bits(name: str) -> None:
    """Losses and logits equal those of one that was left alone."""
    alone, left = LEARNERS[name](episodes()), LEARNERS[name](episodes())
    expected = [alone.step(index) for index in range(8)]
    for index in range(4):
        left.step(index)
    state = left.state()
    left.step(4)  # what is done after the state was taken must not matter
    taken_up = LEARNERS[name](episodes())
    taken_up.restore(state)
    assert [taken_up.step(index) for index in range(4, 8)] == expected[4:]
    assert torch.equal(taken_up.logits(drawn(100)), alone.logits(drawn(100)))
    assert taken_up.memory_mb() == alone.memory_mb() > 0


@pytest.mark.parametrize("name", ["raw", "untrained"])
def test_what_learns_nothing_refuses_to_be_trained(name: str) -> None:
    """And has no state."""
    learner = LEARNERS[name](episodes())
    with pytest.raises(NotImplementedError):
        learner.step(0)
    assert learner.state() == {}
    assert learner.memory_mb() == 0


def test_an_untrained_network_is_normalised_to_pictures() -> None:
    """Its running means are no longer those that it was made with."""
    network = matching()
    Untrained(network, episodes(), 3)
    assert all(float(part.abs().max()) > 0 for part in means(network))
    assert not network.training


def means(network: nn.Module) -> list[Tensor]:
    """Return every normalisation's running means."""
    return [part for name, part in network.named_buffers() if name.endswith("running_mean")]


def test_what_is_kept_for_the_way_back_is_counted_once() -> None:
    """Both factors of a product, the square's own, weights used or not, and nothing twice."""
    first, second, unused = (torch.rand(1000, requires_grad=True) for _ in range(3))
    with Kept.counted((first, unused)) as kept:
        product = first * second
        loss = product.square().sum() + (first * second).sum()
        (second.exp() * 2).sum()  # nobody needs it
    assert kept.size_bytes == 4 * 4000
    loss.backward()
    assert kept.size_bytes == 2 * 4000


def test_the_class_means_of_one_picture_are_the_picture(embedded: tuple[Tensor, Tensor]) -> None:
    """With one shot the nearest prototype is the nearest neighbour."""
    support, query = embedded
    one = support[:, :, :1]
    nearest = torch.cdist(query.flatten(1, 2), one.flatten(1, 2)).argmin(-1)
    assert torch.equal(nearest_prototype(one, query).flatten(1, 2).argmax(-1), nearest)
