"""The kernels of the fast network: an LSTM forward and backward, 16 coordinates at a time.

A tile is 16 coordinates, side by side in a vector; rows are gates, units or features. All
of a tile's rows lie together, and what a sum needs stays in registers: products with the
weights go by blocks of rows, so that one loaded row of inputs serves them all.

With gates i, f, o and candidate g of a cell, and k = tanh(c'):

    c' = f c + i g                  h' = o k
    dc' += dh' o (1 - k^2)          do = dh' k o (1 - o)
    di = dc' g i (1 - i)            df = dc' c f (1 - f)
    dg = dc' i (1 - g^2)            dc = dc' f

Arrays are those of `fast_buffers`; here nothing is checked.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from llvmlite import binding
from numba import njit

from l2l_tui.lab import fast_buffers
from l2l_tui.lab.fast_buffers import GATES, Array, Buffers, Head, Tape, Way
from l2l_tui.lab.simd import (
    add_outer,
    add_scaled,
    clamp,
    load,
    load_rows,
    prefetch,
    splat,
    splat_rows,
    store,
    store_rows,
)

SIMD = "3df0f29d2b5b5be8"
"""The checksum of `simd`: Numba compiles anew where this file has changed, and sees no other."""

_REGISTERS = 32 if binding.get_host_cpu_features().get("avx512f") else 8
SUMS = 20 if _REGISTERS == 32 else 4
"""Rows of a product whose sums are in registers at once; 32 vectors fit with AVX-512, 8 with
AVX2. The typical 20 units make this a divisor of all that is multiplied."""
FEW = 4
"""The same for rows that are left over; a divisor of the gates' number."""
READ = 5 if _REGISTERS == 32 else 1
"""Rows that a cell read whose products with four rows of gates are summed at once."""
OUTER = GATES * READ
"""These sums."""

Lanes = Any
"""A vector, or a tuple of them: types of Numba's, of which mypy knows nothing."""

Function = TypeVar("Function", bound=Callable[..., Any])


def inlined(function: Function) -> Function:
    """Compile a function into the kernels that call it, so that its sums stay in registers."""
    compiled: Function = njit(forceinline=True)(function)
    return compiled


def kernel(function: Function) -> Function:
    """Compile a function that Python calls, once for all processes where a cache can be written."""
    compiled: Function
    try:
        compiled = njit(cache=True)(function)
    except RuntimeError:  # neither beside this file nor in the user's cache
        compiled = njit(function)
    return compiled


@inlined
def tanh(x: Lanes) -> Lanes:
    """Return tanh x as a rational function of degree 13/6 (Eigen's), to 3 units in the last place.

    It is 1 to rounding where |x| is larger than the bound.
    """
    x = clamp(x, 7.90531110763549805)
    s = x * x
    above = s * -2.76076847742355e-16 + 2.00018790482477e-13
    above = above * s - 8.60467152213735e-11
    above = above * s + 5.12229709037114e-08
    above = above * s + 1.48572235717979e-05
    above = above * s + 6.37261928875436e-04
    above = above * s + 4.89352455891786e-03
    below = s * 1.19825839466702e-06 + 1.18534705686654e-04
    below = below * s + 2.26843463243900e-03
    below = below * s + 4.89352518554385e-03
    return x * above / below


@inlined
def sigmoid(x: Lanes) -> Lanes:
    """Return 1 / (1 + e^-x)."""
    return tanh(x * 0.5) * 0.5 + 0.5


@inlined
def _summed(sums: Lanes, weights: Array, at: int, x: Array) -> Lanes:
    """Return sums_j + sum over k of weights[k, at + j] x_k."""
    for k in range(x.shape[0]):
        sums = add_scaled(sums, weights, at + k * weights.shape[1], load(x, k))
    return sums


@inlined
def add_product(weights: Array, first: int, x: Array, out: Array) -> None:
    """Add sum over k of weights[k, first + j] x_k to out_j, for all rows of x and of out."""
    rows, j = out.shape[0], 0
    while j + SUMS <= rows:
        store_rows(out, j, _summed(load_rows(out, j, SUMS), weights, first + j, x))
        j += SUMS
    while j + FEW <= rows:
        store_rows(out, j, _summed(load_rows(out, j, FEW), weights, first + j, x))
        j += FEW
    while j < rows:
        store_rows(out, j, _summed(load_rows(out, j, 1), weights, first + j, x))
        j += 1


@inlined
def _into_gates(columns: Array, x: Array, out: Array) -> None:
    """Put what goes into the gates into `out`: biases and products of weights with rows of x."""
    row = 0
    while row + SUMS <= out.shape[0]:
        biases = splat_rows(columns[0], row, SUMS)
        store_rows(out, row, _summed(biases, columns[1:], row, x))
        row += SUMS
    while row < out.shape[0]:
        biases = splat_rows(columns[0], row, FEW)
        store_rows(out, row, _summed(biases, columns[1:], row, x))
        row += FEW


@inlined
def _cell_forward(tape: Tape, tile: int, step: int, read: Array, hidden: Array) -> None:
    """Go one step with one tile: from what is read to h, which may be a part of it."""
    room, cells, kept = tape.room, tape.cells[tile], tape.gates[step, tile]
    units = hidden.shape[0]
    _into_gates(tape.columns, read, room)
    for unit in range(units):
        inward = sigmoid(load(room, unit))
        forget = sigmoid(load(room, units + unit))
        outward = sigmoid(load(room, 2 * units + unit))
        candidate = tanh(load(room, 3 * units + unit))
        cell = forget * load(cells, unit) + inward * candidate
        store(kept, unit, inward)
        store(kept, units + unit, forget)
        store(kept, 2 * units + unit, outward)
        store(kept, 3 * units + unit, candidate)
        store(cells, unit, cell)
        store(hidden, unit, outward * tanh(cell))


@kernel
def forward(
    step: int,
    features: Array,
    current: Array,
    updates: Array,
    tapes: tuple[Tape, Tape],
    weights: Array,
) -> None:
    """Go one step with all tiles.

    Args:
        step: Which one.
        features: `Buffers.features`, which has what is seen at this step.
        current: `Buffers.current`.
        updates: `Buffers.updates`, where the output goes.
        tapes: Of both cells.
        weights: The head's.
    """
    (first, second), count, units = tapes, features.shape[1], weights.shape[0] - 1
    for tile in range(current.shape[0]):
        rows = current[tile]
        for feature in range(count):
            store(rows, feature, load(features[step, feature], tile))
        hidden1, hidden2 = rows[count : count + units], rows[count + units :]
        _cell_forward(first, tile, step, rows[: count + units], hidden1)
        _cell_forward(second, tile, step, rows[count:], hidden2)
        output = splat(weights[0])
        for unit in range(units):
            output = output + load(hidden2, unit) * weights[1 + unit]
        store(updates, tile, output)


@inlined
def _recall(tape: Tape, way: Way, tile: int, above: Array) -> None:
    """Compute c, k and h of all steps anew, which takes less than to keep and fetch them.

    h goes into the stack and into the one above.
    """
    units = way.cells.shape[1]
    inputs = way.stack.shape[1] - units
    for unit in range(units):
        store(way.stack[0], inputs + unit, load(way.start[tile, 0], unit))
        store(way.cells[0], unit, load(way.start[tile, 1], unit))
    for step in range(tape.gates.shape[0]):
        gates = tape.gates[step, tile]
        for unit in range(units):
            inward, forget = load(gates, unit), load(gates, units + unit)
            outward, candidate = load(gates, 2 * units + unit), load(gates, 3 * units + unit)
            cell = forget * load(way.cells[step], unit) + inward * candidate
            squashed = tanh(cell)
            hidden = outward * squashed
            store(way.cells[step + 1], unit, cell)
            store(way.squashed[step], unit, squashed)
            store(way.stack[step + 1], inputs + unit, hidden)
            store(above[step], 1 + unit, hidden)


@inlined
def _gates_backward(gates: Array, way: Way, step: int, carried: Array) -> None:
    """Go back through the gates of one step; `carried` is dc', and then dc."""
    grads, units = way.gate_grads[step], carried.shape[0]
    for unit in range(units):
        inward, forget = load(gates, unit), load(gates, units + unit)
        outward, candidate = load(gates, 2 * units + unit), load(gates, 3 * units + unit)
        squashed = load(way.squashed[step], unit)
        d_hidden = load(way.hidden_grads[step], unit)
        d_cell = load(carried, unit) + d_hidden * outward * (1.0 - squashed * squashed)
        store(grads, unit, d_cell * candidate * inward * (1.0 - inward))
        store(grads, units + unit, d_cell * load(way.cells[step], unit) * forget * (1.0 - forget))
        store(grads, 2 * units + unit, d_hidden * squashed * outward * (1.0 - outward))
        store(grads, 3 * units + unit, d_cell * inward * (1.0 - candidate * candidate))
        store(carried, unit, d_cell * forget)


@inlined
def _ask_for(rows: Array) -> None:
    """Let the memory look for rows while there is something else to compute: worth 8 %."""
    for row in range(rows.shape[0]):
        prefetch(rows, row)


@inlined
def _cell_backward(tape: Tape, way: Way, tile: int, carried: Array, below: Array) -> None:
    """Go back through all steps of one tile, and add to the weights' gradients.

    Args:
        tape: The cell's.
        way: Its way back; ``hidden_grads`` has what comes from above.
        tile: Which one.
        carried: Room for dc: (hidden, LANES).
        below: What is added to, the gradients of the inputs: (steps, inputs, LANES); or
            (0, ...) where nobody wants them.
    """
    units = carried.shape[0]
    inputs = way.stack.shape[1] - units
    for unit in range(units):
        store(carried, unit, splat(0.0))
    for step in range(tape.gates.shape[0] - 1, -1, -1):
        _gates_backward(tape.gates[step, tile], way, step, carried)
        if tile + 1 < tape.gates.shape[1]:
            _ask_for(tape.gates[step, tile + 1])
        if step > 0:
            add_product(way.rows, inputs, way.gate_grads[step], way.hidden_grads[step - 1])
        if below.shape[0] > 0:
            add_product(way.rows, 1, way.gate_grads[step], below[step])
    _add_outer_products(way)


@inlined
def _outer(sums: Lanes, way: Way, column: int, block: int) -> Lanes:
    """Return sums plus, of all steps, rows of the stack times the gradients of a block of gates."""
    for step in range(way.gate_grads.shape[0]):
        grads = load_rows(way.gate_grads[step], block * GATES, GATES)
        sums = add_outer(sums, way.stack[step], column, grads)
    return sums


@inlined
def _add_outer_products(way: Way) -> None:
    """Add one tile's gradients of the weights, in the outer loop by what stays in cache."""
    column, columns = 0, way.stack.shape[1]
    while column + READ <= columns:
        for block in range(way.sums.shape[0]):
            sums = load_rows(way.sums[block], column * GATES, OUTER)
            store_rows(way.sums[block], column * GATES, _outer(sums, way, column, block))
        column += READ
    while column < columns:
        for block in range(way.sums.shape[0]):
            sums = load_rows(way.sums[block], column * GATES, GATES)
            store_rows(way.sums[block], column * GATES, _outer(sums, way, column, block))
        column += 1


@inlined
def _head_backward(head: Head, update_grads: Array, tile: int, hidden_grads: Array) -> None:
    """Go back through the head: to its own gradients, and to those of h2."""
    for step in range(hidden_grads.shape[0]):
        grads = load(update_grads[step], tile)
        for row in range(head.sums.shape[0]):
            total = load(head.sums, row) + grads * load(head.stack[step], row)
            store(head.sums, row, total)
        for unit in range(hidden_grads.shape[1]):
            store(hidden_grads[step], unit, grads * head.weights[1 + unit])


@kernel
def backward(
    features: Array,
    update_grads: Array,
    tapes: tuple[Tape, Tape],
    ways: tuple[Way, Way],
    head: Head,
) -> None:
    """Go back through all steps, and add to the sums of both ways and of the head.

    Args:
        features: `Buffers.features`.
        update_grads: `Buffers.update_grads`.
        tapes: Of both cells, as all steps forward have left them.
        ways: Of both cells.
        head: The output's.
    """
    (first, second), (first_way, second_way) = tapes, ways
    for tile in range(features.shape[2]):
        for step in range(features.shape[0]):
            for feature in range(features.shape[1]):
                store(first_way.stack[step], 1 + feature, load(features[step, feature], tile))
            for unit in range(first_way.hidden_grads.shape[1]):
                store(first_way.hidden_grads[step], unit, splat(0.0))
        _recall(first, first_way, tile, second_way.stack)
        _recall(second, second_way, tile, head.stack)
        _head_backward(head, update_grads, tile, second_way.hidden_grads)
        _cell_backward(second, second_way, tile, head.carried, first_way.hidden_grads)
        _cell_backward(first, first_way, tile, head.carried, first_way.hidden_grads[:0])


def compile_all() -> None:
    """Compile both kernels, or take them from the cache, by going through the smallest case."""
    buffers = fast_buffers.make(features=1, hidden=1, steps=1, coordinates=1)
    go_forward(buffers, 0)
    go_backward(buffers)


def go_forward(buffers: Buffers, step: int) -> None:
    """Call `forward`."""
    features, current, updates, _, tapes, _, head = buffers
    forward(step, features, current, updates, tapes, head.weights)


def go_backward(buffers: Buffers) -> None:
    """Call `backward`."""
    backward(buffers.features, buffers.update_grads, buffers.tapes, buffers.ways, buffers.head)


def kept_in() -> str:
    """Return the folder of the cache, or nothing where none can be written."""
    compiled: Any = forward
    return compiled.stats.cache_path or ""
