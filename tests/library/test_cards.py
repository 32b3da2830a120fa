"""The weights that come with the package, and what their cards say."""

from __future__ import annotations

import json
import re

import pytest
import torch
from safetensors import safe_open

from l2l_tui import LearnedOptimizer, experiments
from l2l_tui.experiments.comparing import LSTMSettings, lstm
from l2l_tui.library import Card, cards, stored

ALL = cards()


def test_every_file_of_weights_has_a_card_and_the_other_way_round() -> None:
    """Neither stands alone, and the default is among them."""
    folder = ALL[0].path.parent
    assert {path.stem for path in folder.glob("*.toml")} == {card.name for card in ALL}
    assert {path.suffix for path in folder.iterdir()} == {".toml", ".safetensors"}
    assert len(ALL) >= 2


@pytest.mark.parametrize("card", ALL, ids=lambda card: card.name)
def test_a_card_names_a_run_that_there_can_be(card: Card) -> None:
    """Its experiment, preset and settings exist, and describe the very rule of the weights."""
    settings = experiments.get(card.run.experiment).configure(card.run.preset, card.run.settings)
    assert isinstance(settings, LSTMSettings)
    with safe_open(card.path, "pt") as file:
        described = json.loads(file.metadata()["rule"])
    assert described == json.loads(json.dumps(lstm(settings).described()))


@pytest.mark.parametrize("card", ALL, ids=lambda card: card.name)
def test_a_card_says_where_its_weights_hold_and_where_they_fail(card: Card) -> None:
    """With figures, all of which it explains."""
    assert card.holds
    assert card.fails
    assert card.figures
    assert card.measured
    for text in (card.title, card.trained_on, card.run.command, *card.holds, *card.fails):
        assert " ".join(text.split()) in " ".join(str(card).split())
    assert re.fullmatch(
        r"l2l-tui run [\w-]+ --preset \w+ --seed \d+( --set \w+=\S+)*", card.run.command
    )
    assert max(map(len, str(card).splitlines())) <= 100


@pytest.mark.parametrize("card", ALL, ids=lambda card: card.name)
def test_shipped_weights_descend(card: Card) -> None:
    """On a parabola in ten dimensions, within 100 steps to a tenth of the loss."""
    assert stored.read(card.path).phi.dtype == torch.float32
    params = torch.linspace(-1, 1, 10).requires_grad_()
    optimizer = LearnedOptimizer([params], weights=card.name)
    for _ in range(100):
        optimizer.zero_grad()
        params.square().sum().backward()
        optimizer.step()
    assert float(params.detach().square().sum()) < 0.1 * float(
        torch.linspace(-1, 1, 10).square().sum()
    )
