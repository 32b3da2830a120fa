"""Whatever a disk refuses, at whichever moment: the plan is whole, and every step back is there."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from l2l_tui.errors import L2LError
from l2l_tui.plan import store
from l2l_tui.plan.edits import AddProblem, SetDue, SetText
from tests.plan.conftest import SMALL, Said

Write = Callable[[str | bytes], Path]
Run = Callable[..., Said]
DAY = date(2021, 7, 20)
_CALLS = ("fsync", "open", "replace", "mkdir", "chmod")
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


class _Refusing:
    """The operating system, which refuses calls that change a disk.

    Args:
        patch: Puts it in the place of the real one.
        code: How it refuses.
        number: Which call it refuses, counted from 0; None for all of them.
    """

    def __init__(self, patch: pytest.MonkeyPatch, code: int, number: int | None) -> None:
        self._code, self._number, self._count = code, number, 0
        self.refused = False
        for owner, name in (*((os, name) for name in _CALLS), (Path, "open")):
            patch.setattr(owner, name, self._guarded(name, getattr(owner, name)))

    def _guarded(self, name: str, real: Callable[..., object]) -> Callable[..., object]:
        def call(*given: object, **more: object) -> object:
            if name != "open" or _writes(*given[1:], **more):
                self._count += 1
                if self._number is None or self._count == self._number + 1:
                    self.refused = True
                    raise OSError(self._code, os.strerror(self._code))
            return real(*given, **more)

        return call


def _writes(mode: object = "r", *_: object, flags: object = 0, **__: object) -> bool:
    """Whether a file is opened to be written, by Python's mode or by the system's flags."""
    if isinstance(mode, str):
        return any(sign in mode for sign in "wax+")
    return bool(int(str(mode)) & _WRITING) or bool(int(str(flags)) & _WRITING)


def _rounds(
    code: int, monkeypatch: pytest.MonkeyPatch, work: Callable[[], object]
) -> Iterator[str]:
    """Do a piece of work again and again, each time with the next call refused."""
    for number in range(60):
        with monkeypatch.context() as patch:
            system = _Refusing(patch, code, number)
            message = ""
            try:
                work()
            except L2LError as error:
                message = str(error)
        if not system.refused:
            return
        yield message
    raise AssertionError("it never came to an end")


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        (errno.ENOSPC, "make room on the disk"),
        (errno.EROFS, "the disk is read-only"),
        (errno.EACCES, "you may not write there"),
        (errno.EIO, "try again"),
    ],
)
@pytest.mark.parametrize("way", ["save", "undo", "redo", "restore", "keep"])
def test_a_disk_that_refuses_any_one_call_costs_nothing(
    write: Write, monkeypatch: pytest.MonkeyPatch, way: str, code: int, advice: str
) -> None:
    """The plan is the old one or the new one, every step back is there, and the message helps."""
    path = write(SMALL)
    store.save(path, SetText("l2l", "notes", "one"))
    store.save(path, SetText("l2l", "notes", "two"))
    if way == "redo":
        store.undo(path)
    if way == "keep":
        path.write_text(path.read_text() + "# by another hand\n")
    old, history = path.read_bytes(), store.versions(path)
    work = {
        "save": lambda: store.save(path, AddProblem(DAY, "Why?"), SetDue("l2l", DAY, DAY)),
        "undo": lambda: store.undo(path),
        "redo": lambda: store.redo(path),
        "restore": lambda: store.restore(path, history[0]),
        "keep": lambda: store.keep(path),
    }[way]
    count = 0
    for message in _rounds(code, monkeypatch, work):
        count += 1
        stands = path.read_bytes()
        if message:
            assert advice in message
            assert str(path.parent) in message
        assert store.load(path).faults == ()
        assert not list(path.parent.rglob("*.tmp"))
        if stands == old:
            work()
        while path.read_bytes() != old:
            (store.redo if way == "undo" else store.undo)(path)
        while store.timeline(path).undo_label:
            store.undo(path)
        assert path.read_text() == SMALL
        while path.read_bytes() != old:
            store.redo(path)
    assert count >= 3


def test_a_plan_on_a_disk_that_takes_nothing_is_read_all_the_same(
    small: Path, said: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The schedule is shown; an edit says what to do."""
    _Refusing(monkeypatch, errno.EROFS, None)
    shown = said("plan", "--json")
    assert (shown.code, json.loads(shown.out)["title"]) == (0, "Small")
    refused = said("plan", "done", "l2l")
    assert refused.code == 1
    assert "the disk is read-only; choose another place with --workspace" in refused.err
    assert small.read_text() == SMALL


def test_a_lock_held_for_ever_is_said(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waits too long for another writer is told, and may try again."""
    from filelock import FileLock

    monkeypatch.setattr(store, "_LOCK_TIMEOUT_S", 0.0)
    (small.parent / ".history").mkdir()
    with (
        FileLock(small.parent / ".history" / "small.lock"),
        pytest.raises(L2LError, match="somebody else is writing"),
    ):
        store.save(small, SetDue("l2l", DAY, DAY))
    store.save(small, SetDue("l2l", DAY, DAY))
    assert store.load(small).milestone("l2l").due == DAY
