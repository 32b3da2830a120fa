"""Episodes as tasks: characters to name are what a network adapts to."""

from __future__ import annotations

import torch

from l2l_tui.lab.few_shot.episodes import Episodes
from l2l_tui.lab.maml.tasks import Examples, Tasks


def tasks(episodes: Episodes) -> Tasks:
    """Return episodes as tasks: x (episodes, pictures, 1, 28, 28), y (episodes, pictures).

    Pictures come one of each class, then the next of each, so that any n_way of them that
    follow one another are of all classes.
    """
    parts = []
    for pictures in (episodes.support, episodes.query):
        count, n_way, shots = pictures.shape[:3]
        y = torch.arange(n_way).repeat(shots).expand(count, -1)
        parts.append(Examples(pictures.transpose(1, 2).flatten(1, 2), y))
    return Tasks(*parts)
