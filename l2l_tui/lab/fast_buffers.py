"""What the fast kernels work in: arrays of one LSTM cell over one truncation.

The last axis is always `LANES` coordinates, side by side; they and all rows before them
make a tile. Loads no torch, so that `doctor` can try the kernels without it.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from l2l_tui.lab.simd import LANES

Array = NDArray[np.float32]

GATES = 4
"""Blocks of rows in a cell's weights: input, forget, output, candidate."""


class Tape(NamedTuple):
    """A cell's weights, and what every step leaves of every tile."""

    columns: Array
    """The weights by columns: (1 + inputs + hidden, 4 hidden); the first are the biases."""
    gates: Array
    """i, f, o, g of each step: (steps, tiles, 4 hidden, LANES), the order of writing."""
    cells: Array
    """c as it is now: (tiles, hidden, LANES)."""
    room: Array
    """Room for what goes into the gates of one tile: (4 hidden, LANES)."""


class Way(NamedTuple):
    """What a cell's way back needs beside its tape; from `stack` on for one tile at a time."""

    rows: Array
    """The weights by rows: (4 hidden, 1 + inputs + hidden)."""
    start: Array
    """h and c before the first step: (tiles, 2, hidden, LANES)."""
    sums: Array
    """The gradients of the weights, of all tiles and apart by lanes. Four rows of weights make
    a block, in which columns come before rows: (hidden, (1 + inputs + hidden) 4, LANES)."""
    stack: Array
    """What each step read, that is 1, inputs and h: (steps + 1, 1 + inputs + hidden, LANES)."""
    cells: Array
    """c before the first step, then after each: (steps + 1, hidden, LANES)."""
    squashed: Array
    """tanh c after each step: (steps, hidden, LANES)."""
    gate_grads: Array
    """The gradients of what goes into the gates: (steps, 4 hidden, LANES). Both cells have the
    same array, one after the other: what is smaller stays in cache."""
    hidden_grads: Array
    """The gradients of h after each step: (steps, hidden, LANES)."""


class Head(NamedTuple):
    """The output's weights, and what its way back needs."""

    weights: Array
    """The bias and the weights of h2: (1 + hidden,)."""
    stack: Array
    """What each step read of one tile, 1 and h2: (steps, 1 + hidden, LANES)."""
    sums: Array
    """The gradients of the weights, of all tiles and apart by lanes: (1 + hidden, LANES)."""
    carried: Array
    """Room for the gradient of c on its way back: (hidden, LANES)."""


class Buffers(NamedTuple):
    """All of them."""

    features: Array
    """Of all steps: (steps, features, tiles, LANES)."""
    current: Array
    """Features, h1 and h2 as they are now, so that what a cell reads lies together:
    (tiles, features + 2 hidden, LANES)."""
    updates: Array
    """The output of the step: (tiles, LANES)."""
    update_grads: Array
    """The gradients of all steps' outputs: (steps, tiles, LANES)."""
    tapes: tuple[Tape, Tape]
    """Of both cells."""
    ways: tuple[Way, Way]
    """Of both cells."""
    head: Head
    """The output's."""


def make(features: int, hidden: int, steps: int, coordinates: int) -> Buffers:
    """Return buffers for so many coordinates; where there are none, zeros fill the last tile."""
    tiles = -(-coordinates // LANES)
    gate_grads = _zeros(steps, GATES * hidden, LANES)
    head = Head(
        weights=_zeros(1 + hidden),
        stack=_ones(steps, 1 + hidden, LANES),
        sums=_zeros(1 + hidden, LANES),
        carried=_zeros(hidden, LANES),
    )
    return Buffers(
        features=_zeros(steps, features, tiles, LANES),
        current=_zeros(tiles, features + 2 * hidden, LANES),
        updates=_zeros(tiles, LANES),
        update_grads=_zeros(steps, tiles, LANES),
        tapes=(_tape(features, hidden, steps, tiles), _tape(hidden, hidden, steps, tiles)),
        ways=(
            _way(features, hidden, gate_grads, tiles),
            _way(hidden, hidden, gate_grads, tiles),
        ),
        head=head,
    )


def _tape(inputs: int, hidden: int, steps: int, tiles: int) -> Tape:
    return Tape(
        columns=_zeros(1 + inputs + hidden, GATES * hidden),
        gates=_zeros(steps, tiles, GATES * hidden, LANES),
        cells=_zeros(tiles, hidden, LANES),
        room=_zeros(GATES * hidden, LANES),
    )


def _way(inputs: int, hidden: int, gate_grads: Array, tiles: int) -> Way:
    steps, read = len(gate_grads), 1 + inputs + hidden
    return Way(
        rows=_zeros(GATES * hidden, read),
        start=_zeros(tiles, 2, hidden, LANES),
        sums=_zeros(hidden, read * GATES, LANES),
        stack=_ones(steps + 1, read, LANES),  # the first row of each step stays 1
        cells=_zeros(steps + 1, hidden, LANES),
        squashed=_zeros(steps, hidden, LANES),
        gate_grads=gate_grads,
        hidden_grads=_zeros(steps, hidden, LANES),
    )


def _zeros(*shape: int) -> Array:
    """Return zeros that begin a line of the cache: so no vector lies in two of them."""
    size = math.prod(shape)
    room = np.zeros(size + LANES, np.float32)
    skipped = -(room.ctypes.data // room.itemsize) % LANES
    return room[skipped : skipped + size].reshape(shape)


def _ones(*shape: int) -> Array:
    ones = _zeros(*shape)
    ones[:] = 1
    return ones
