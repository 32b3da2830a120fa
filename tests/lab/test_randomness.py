"""Generators of a run."""

from __future__ import annotations

import torch

from l2l_tui.lab.randomness import generator


def test_the_same_purpose_draws_the_same() -> None:
    """Seed and purpose decide the stream."""
    first = torch.randn(5, generator=generator(3, "train", 0))
    assert torch.equal(first, torch.randn(5, generator=generator(3, "train", 0)))


def test_purposes_and_seeds_draw_differently() -> None:
    """No two of them share a stream, however alike their names."""
    streams = [(3, "train", 0), (3, "train", 1), (4, "train", 0), (3, "test", 0), (3, "train0")]
    drawn = {tuple(torch.randn(4, generator=generator(*who)).tolist()) for who in streams}
    assert len(drawn) == len(streams)
