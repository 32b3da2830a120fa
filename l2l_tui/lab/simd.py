"""Vectors of floats for Numba kernels, as LLVM's own vector type.

Left to itself a compiler vectorises what it can prove and keeps sums in memory; here a
kernel says what a register holds. Vectors come from float32 arrays (rows, LANES) whose
rows follow one another in memory. Nothing is checked: who calls a kernel has seen to shapes.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic, models, overload, register_model

LANES = 16
"""Floats in a vector: one register of AVX-512, two of AVX2, four of NEON."""

Untyped = Any
"""What is Numba's or LLVM's own, which are published without types."""

_LLVM_VECTOR = ir.VectorType(ir.FloatType(), LANES)
_UNALIGNED = 4  # bytes: what a slice of an array promises
_FUSED = ("contract",)  # a product and a sum may become one instruction, rounded once


class Vector(types.Type):
    """The type of a vector, as Numba knows it."""

    def __init__(self) -> None:
        super().__init__(name=f"Vector({LANES})")


VECTOR = Vector()


@register_model(Vector)
class _VectorModel(models.PrimitiveModel):
    """A vector is LLVM's."""

    def __init__(self, manager: object, of: Vector) -> None:
        super().__init__(manager, of, _LLVM_VECTOR)


@intrinsic
def splat(_typing: Untyped, number: Untyped) -> Untyped:
    """Return a vector all of whose lanes are a number."""

    def emit(context: Untyped, builder: Untyped, signature: Untyped, arguments: Untyped) -> Untyped:
        return _widened(context, builder, signature.args[0], arguments[0])

    return VECTOR(number), emit


@intrinsic
def load(_typing: Untyped, rows: Untyped, row: Untyped) -> Untyped:
    """Return one row of an array (rows, LANES)."""

    def emit(context: Untyped, builder: Untyped, signature: Untyped, arguments: Untyped) -> Untyped:
        return _load(builder, _place(context, builder, signature, arguments[:2], LANES))

    return VECTOR(rows, row), emit


@intrinsic
def store(_typing: Untyped, rows: Untyped, row: Untyped, vector: Untyped) -> Untyped:
    """Put a vector into one row of an array (rows, LANES)."""

    def emit(context: Untyped, builder: Untyped, signature: Untyped, arguments: Untyped) -> Untyped:
        place = _place(context, builder, signature, arguments[:2], LANES)
        builder.store(arguments[2], _as_vectors(builder, place), align=_UNALIGNED)
        return context.get_dummy_value()

    return types.void(rows, row, vector), emit


@intrinsic(prefer_literal=True)
def load_rows(_typing: Untyped, rows: Untyped, row: Untyped, count: Untyped) -> Untyped:
    """Return a tuple of `count` rows, a constant, from `row` on."""

    def emit(context: Untyped, builder: Untyped, signature: Untyped, arguments: Untyped) -> Untyped:
        return _packed(
            builder, _load_rows(context, builder, signature, arguments, count.literal_value)
        )

    return types.UniTuple(VECTOR, count.literal_value)(rows, row, count), emit


@intrinsic(prefer_literal=True)
def splat_rows(_typing: Untyped, numbers: Untyped, at: Untyped, count: Untyped) -> Untyped:
    """Return a tuple of `count` vectors, a constant, each of one of the numbers from `at` on."""

    def emit(context: Untyped, builder: Untyped, signature: Untyped, arguments: Untyped) -> Untyped:
        place = _place(context, builder, signature, arguments[:2], 1)
        return _packed(builder, _splats(builder, place, count.literal_value))

    return types.UniTuple(VECTOR, count.literal_value)(numbers, at, count), emit


@intrinsic
def store_rows(_typing: Untyped, rows: Untyped, row: Untyped, vectors: Untyped) -> Untyped:
    """Put a tuple of vectors into the rows from `row` on."""

    def emit(context: Untyped, builder: Untyped, signature: Untyped, arguments: Untyped) -> Untyped:
        place = _place(context, builder, signature, arguments[:2], LANES)
        for index, vector in enumerate(_unpacked(builder, arguments[2])):
            there = builder.gep(place, [ir.IntType(64)(LANES * index)])
            builder.store(vector, _as_vectors(builder, there), align=_UNALIGNED)
        return context.get_dummy_value()

    return types.void(rows, row, vectors), emit


@intrinsic
def add_scaled(
    _typing: Untyped, sums: Untyped, numbers: Untyped, at: Untyped, vector: Untyped
) -> Untyped:
    """Return sums_j + numbers[at + j] * vector, for numbers one after another in memory."""

    def emit(context: Untyped, builder: Untyped, signature: Untyped, arguments: Untyped) -> Untyped:
        rest = signature.args[1:]
        place = _place(context, builder, types.void(*rest), arguments[1:3], 1)
        totals = _unpacked(builder, arguments[0])
        added = [
            _multiply_add(builder, one, arguments[3], total)
            for total, one in zip(totals, _splats(builder, place, len(totals)), strict=True)
        ]
        return _packed(builder, added)

    return sums(sums, numbers, at, vector), emit


@intrinsic
def add_outer(
    _typing: Untyped, sums: Untyped, rows: Untyped, row: Untyped, vectors: Untyped
) -> Untyped:
    """Return sums + rows[row + i] * vectors_j, where j counts fastest."""

    def emit(context: Untyped, builder: Untyped, signature: Untyped, arguments: Untyped) -> Untyped:
        totals, right = _unpacked(builder, arguments[0]), _unpacked(builder, arguments[3])
        rest = types.void(*signature.args[1:])
        left = _load_rows(context, builder, rest, arguments[1:3], len(totals) // len(right))
        pairs = [(one, other) for one in left for other in right]
        added = [
            _multiply_add(builder, one, other, total)
            for total, (one, other) in zip(totals, pairs, strict=True)
        ]
        return _packed(builder, added)

    return sums(sums, rows, row, vectors), emit


@intrinsic
def prefetch(_typing: Untyped, rows: Untyped, row: Untyped) -> Untyped:
    """Have one row of an array (rows, LANES), to be read later, in the second cache by then."""

    def emit(context: Untyped, builder: Untyped, signature: Untyped, arguments: Untyped) -> Untyped:
        place = _place(context, builder, signature, arguments, LANES)
        address = ir.IntType(8).as_pointer()
        of = ir.FunctionType(ir.VoidType(), [address, *[ir.IntType(32)] * 3])
        function = cgutils.get_or_insert_function(builder.module, of, "llvm.prefetch.p0")
        read_data_of_second_cache = map(ir.IntType(32), (0, 2, 1))
        builder.call(function, [builder.bitcast(place, address), *read_data_of_second_cache])
        return context.get_dummy_value()

    return types.void(rows, row), emit


@intrinsic
def clamp(_typing: Untyped, vector: Untyped, bound: Untyped) -> Untyped:
    """Return a vector kept within +-bound; NaN stays NaN."""

    def emit(context: Untyped, builder: Untyped, signature: Untyped, arguments: Untyped) -> Untyped:
        value = arguments[0]
        high = _widened(context, builder, signature.args[1], arguments[1])
        low = builder.fneg(high)
        value = builder.select(builder.fcmp_ordered(">", value, high), high, value)
        return builder.select(builder.fcmp_ordered("<", value, low), low, value)

    return VECTOR(vector, bound), emit


def _operator(operation: Callable[..., Untyped], instruction: str) -> None:
    """Let Numba apply an operator of Python's to two vectors, or to one and a number."""

    @intrinsic
    def apply(_typing: Untyped, left: Untyped, right: Untyped) -> Untyped:
        def emit(
            context: Untyped, builder: Untyped, signature: Untyped, arguments: Untyped
        ) -> Untyped:
            pair = zip(signature.args, arguments, strict=True)
            wide = [_widened(context, builder, of, value) for of, value in pair]
            return getattr(builder, instruction)(*wide, flags=_FUSED)

        return VECTOR(left, right), emit

    @overload(operation, strict=False)
    def typed(left: Untyped, right: Untyped) -> Untyped:
        if not {type(left), type(right)} & {Vector}:
            return None
        return lambda left, right: apply(left, right)


for _operation, _instruction in (
    (operator.add, "fadd"),
    (operator.sub, "fsub"),
    (operator.mul, "fmul"),
    (operator.truediv, "fdiv"),
):
    _operator(_operation, _instruction)


def _widened(context: Untyped, builder: Untyped, of: Untyped, value: Untyped) -> Untyped:
    """Return a vector as it is, and a number as one of its repetitions."""
    if of == VECTOR:
        return value
    return _repeated(builder, context.cast(builder, value, of, types.float32))


def _repeated(builder: Untyped, number: Untyped) -> Untyped:
    nothing = ir.Constant(_LLVM_VECTOR, ir.Undefined)
    first = builder.insert_element(nothing, number, ir.IntType(32)(0))
    everywhere = ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES)
    return builder.shuffle_vector(first, nothing, everywhere)


def _multiply_add(builder: Untyped, one: Untyped, other: Untyped, total: Untyped) -> Untyped:
    """Return one * other + total: one instruction where the machine has it."""
    of = ir.FunctionType(_LLVM_VECTOR, [_LLVM_VECTOR] * 3)
    function = cgutils.get_or_insert_function(builder.module, of, f"llvm.fmuladd.v{LANES}f32")
    return builder.call(function, (one, other, total))


def _place(
    context: Untyped, builder: Untyped, signature: Untyped, arguments: Untyped, width: int
) -> Untyped:
    """Return the address of row `arguments[1]`, of `width` floats, of array `arguments[0]`."""
    array = context.make_array(signature.args[0])(context, builder, arguments[0])
    row = context.cast(builder, arguments[1], signature.args[1], types.intp)
    return builder.gep(array.data, [builder.mul(row, ir.IntType(64)(width))])


def _as_vectors(builder: Untyped, place: Untyped) -> Untyped:
    return builder.bitcast(place, _LLVM_VECTOR.as_pointer())


def _load(builder: Untyped, place: Untyped) -> Untyped:
    return builder.load(_as_vectors(builder, place), align=_UNALIGNED)


def _load_rows(
    context: Untyped, builder: Untyped, signature: Untyped, arguments: Untyped, count: int
) -> list[Untyped]:
    """Return the loaded rows `arguments[1]` and after it of array `arguments[0]`."""
    place = _place(context, builder, signature, arguments, LANES)
    steps = [ir.IntType(64)(LANES * index) for index in range(count)]
    return [_load(builder, builder.gep(place, [step])) for step in steps]


def _splats(builder: Untyped, place: Untyped, count: int) -> list[Untyped]:
    """Return vectors, each of one of the numbers that follow one another in memory."""
    places = [builder.gep(place, [ir.IntType(64)(index)]) for index in range(count)]
    return [_repeated(builder, builder.load(one)) for one in places]


def _packed(builder: Untyped, vectors: Sequence[Untyped]) -> Untyped:
    return cgutils.pack_array(builder, vectors)


def _unpacked(builder: Untyped, values: Untyped) -> list[Untyped]:
    return list(cgutils.unpack_tuple(builder, values))
