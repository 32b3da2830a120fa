"""The learned optimizer for anybody's training loop, and the weights that come with it.

A training loop is given ``LearnedOptimizer(model.parameters())`` in Adam's place.
"""

from __future__ import annotations

from l2l_tui.library.learned_optimizer import LearnedOptimizer as LearnedOptimizer
from l2l_tui.library.shipped import DEFAULT as DEFAULT
from l2l_tui.library.shipped import Card as Card
from l2l_tui.library.shipped import card as card
from l2l_tui.library.shipped import cards as cards
