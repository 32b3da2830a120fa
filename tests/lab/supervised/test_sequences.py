"""Sequence tasks: what they ask, and how a model is judged by them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
import torch
from torch import Tensor, nn

from l2l_tui.lab.supervised.sequences import (
    BEGIN,
    END,
    FIRST,
    PADDING,
    TASKS,
    Sequences,
    SequenceTasks,
    draw,
    vocabulary,
    written,
)

LENGTH, SYMBOLS = 7, 5


def drawn(task: str, examples: int = 60) -> Sequences:
    """Return examples of a task."""
    return draw(task, examples, LENGTH, SYMBOLS, torch.Generator().manual_seed(2))


def solved(task: str, symbols: list[int]) -> list[int]:
    """Return what a person would write."""
    match task:
        case "copy":
            return symbols
        case "reverse":
            return symbols[::-1]
        case "sort":
            return sorted(symbols)
        case _:
            pairs = dict(zip(symbols[0:-1:2], symbols[1:-1:2], strict=True))
            assert len(pairs) == LENGTH // 2, "keys differ"
            return [symbols[-1], pairs[symbols[-1]]]


@pytest.mark.parametrize("task", TASKS)
def test_targets_are_what_the_task_asks(task: str) -> None:
    """Then an end mark, then padding; the source begins with a mark of its own."""
    sequences = drawn(task)
    marks = {other: int(drawn(other).source[0, 0]) for other in TASKS}
    assert len(set(marks.values()) | {PADDING, BEGIN, END}) == len(TASKS) + 3
    for source, target in zip(sequences.source.tolist(), sequences.target.tolist(), strict=True):
        assert source[0] == marks[task] < FIRST
        expected = [*solved(task, source[1:]), END]
        assert target == expected + [PADDING] * (1 + LENGTH - len(expected))
        assert FIRST <= min(source[1:]) <= max(source[1:]) < vocabulary(SYMBOLS)


def test_what_is_given_is_the_target_a_step_later() -> None:
    """A beginning mark in front."""
    sequences = drawn("copy", 3)
    assert torch.equal(sequences.given[:, 0], torch.full((3,), BEGIN))
    assert torch.equal(sequences.given[:, 1:], sequences.target[:, :-1])


class Solver(nn.Module):
    """Knows the answers; writes the given symbol wrongly at one place."""

    def __init__(self, wrong_at: int | None = None) -> None:
        super().__init__()
        self.wrong_at = wrong_at

    def forward(self, source: Tensor, given: Tensor) -> Tensor:
        """Return logits that are 9 for the right symbol and 0 for others."""
        targets = given.shape[1]
        rows = []
        for line in source.tolist():
            task = TASKS[line[0] - 3]
            symbols = [*solved(task, line[1:]), END, *[PADDING] * LENGTH][:targets]
            if self.wrong_at is not None and self.wrong_at < targets:
                symbols[self.wrong_at] = BEGIN
            rows.append(symbols)
        return 9 * nn.functional.one_hot(torch.tensor(rows), vocabulary(SYMBOLS)).float()


def problem(smoothing: float = 0.0) -> SequenceTasks:
    """Return all tasks at once."""
    return SequenceTasks(TASKS, LENGTH, SYMBOLS, 20, smoothing, judged=12, seed=4)


def judged(model: nn.Module) -> dict[str, float]:
    """Return a model's figures, judged in pieces of five, five and two sequences a task."""
    tasks, sums = replace(problem(), piece=5), Counter[str]()
    for piece in range(tasks.pieces):
        sums.update(tasks.tally(model, piece))
    assert {sums[f"{task}_sequences"] for task in TASKS} == {12}
    return tasks.figures(sums)


def test_who_knows_the_answers_makes_no_mistake() -> None:
    """And who writes one symbol wrongly fails every sequence by that one."""
    assert set(judged(Solver()).values()) == {0.0}
    wrong = judged(Solver(wrong_at=1))
    assert wrong["copy_error"] == pytest.approx(1 / (LENGTH + 1))
    assert wrong["recall_error"] == pytest.approx(1 / 3)
    assert {wrong[f"{task}_failed"] for task in TASKS} == {1.0}
    beyond = judged(Solver(wrong_at=4))
    assert beyond["recall_failed"] == 0, "what is behind the end mark does not count"


def test_a_model_is_judged_by_what_it_wrote_itself() -> None:
    """A mistake is what it goes on from, not the truth."""

    class Successor(nn.Module):
        def forward(self, source: Tensor, given: Tensor) -> Tensor:
            assert len(source) == len(given)
            return nn.functional.one_hot(given + 1, vocabulary(SYMBOLS)).float()

    found = written(Successor(), drawn("copy", 2).source, 3)
    assert found.tolist() == [[BEGIN + 1, BEGIN + 2, BEGIN + 3]] * 2


def test_minibatches_are_of_all_tasks_and_padding_does_not_count() -> None:
    """The loss is that of counted symbols, smoothed over the whole vocabulary."""
    for smoothing in (0.0, 0.1):
        batch = problem(smoothing).batch(Solver(), torch.Generator().manual_seed(0))
        right = torch.zeros(vocabulary(SYMBOLS))
        right[0] = 9
        logs = right.log_softmax(0)
        expected = -(1 - smoothing) * logs[0] - smoothing * logs.mean()
        assert float(batch.loss) == pytest.approx(float(expected), rel=1e-3)
        assert float(batch.error) == 0
    wrong = problem().batch(Solver(wrong_at=0), torch.Generator().manual_seed(0))
    assert float(wrong.error) == pytest.approx(4 / (3 * (LENGTH + 1) + 3))


def test_what_is_judged_is_not_what_is_trained_on() -> None:
    """Sequences of the report stay the same and come from generators of their own."""
    tasks = problem()
    again = SequenceTasks(TASKS, LENGTH, SYMBOLS, 20, 0.0, judged=12, seed=4)
    assert torch.equal(tasks.held_back["sort"].source, again.held_back["sort"].source)
    other = SequenceTasks(TASKS, LENGTH, SYMBOLS, 20, 0.0, judged=12, seed=5)
    assert not torch.equal(tasks.held_back["sort"].source, other.held_back["sort"].source)
