"""Our attention's weights in torch's layout."""

from __future__ import annotations

import torch
from torch import nn

from l2l_tui.lab.models.attention import MultiHeadAttention


def given_to(theirs: nn.MultiheadAttention, ours: MultiHeadAttention) -> None:
    """Copy weights into torch's module, which keeps queries', keys' and values' in one."""
    layers = (ours.query, ours.key, ours.value)
    with torch.no_grad():
        theirs.in_proj_weight.copy_(torch.cat([layer.weight for layer in layers]))
        theirs.in_proj_bias.copy_(torch.cat([layer.bias for layer in layers]))
    theirs.out_proj.load_state_dict(ours.output.state_dict())
