"""Generators that share nothing but the seed they come from."""

from __future__ import annotations

import hashlib

import torch


def generator(seed: int, *purpose: str | int) -> torch.Generator:
    """Return a generator for one purpose of a run.

    Streams of different purposes are independent, so that drawing more of one kind of
    problem never changes another kind.

    Args:
        seed: The run's seed.
        purpose: What it is for, e.g. ``"train", 2``.
    """
    name = "/".join(str(part) for part in (seed, *purpose))
    digest = hashlib.sha256(name.encode()).digest()
    return torch.Generator().manual_seed(int.from_bytes(digest[:8], "little") >> 1)
