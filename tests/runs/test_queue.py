"""The queue: order, room, turns, and what becomes of a run whose trainer died."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from l2l_tui.errors import L2LError, RequestError
from l2l_tui.files import BrokenFileError
from l2l_tui.runs import catalogue, control, files, process, steer
from l2l_tui.runs.directory import RunDirectory
from l2l_tui.runs.follow import Follower
from l2l_tui.runs.model import Order, RunResult, State
from l2l_tui.runs.queue import orders, owner, store, turns
from l2l_tui.runs.queue.orders import Move
from l2l_tui.runs.queue.owner import Owner
from l2l_tui.runs.queue.store import Entry
from l2l_tui.runs.state import now
from l2l_tui.workspace import Workspace
from tests.runs.conftest import MakeRun, MakeStatus

Submit = Callable[..., list[RunDirectory]]


class Trainers:
    """Processes in the place of trainers, which do nothing until they are killed."""

    def __init__(self) -> None:
        self.started: list[str] = []
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self.data: list[str | None] = []

    def start(self, directory: RunDirectory, data: str | None) -> int:
        """Start one."""
        self.started.append(directory.id)
        self.data.append(data)
        child = self.children[directory.id] = subprocess.Popen(["sleep", "60"])
        return child.pid

    def kill(self, run: str) -> None:
        """End one the hard way."""
        child = self.children.pop(run)
        child.kill()
        child.wait()


@pytest.fixture
def trainers() -> Iterator[Trainers]:
    """Return trainers that do not outlive the test."""
    made = Trainers()
    yield made
    for run in tuple(made.children):
        made.kill(run)


@pytest.fixture(autouse=True)
def nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no owner be started; give this process two cores, as far as it knows."""
    monkeypatch.setattr(owner, "kick", lambda _workspace: False)
    monkeypatch.setattr(turns, "cores", lambda: 2)


@pytest.fixture
def submit(workspace: Workspace, make_run: MakeRun) -> Submit:
    """Return what makes runs and puts them into the queue."""

    def make(
        *names: str, revive: bool = False, hurry: bool = False, **given: object
    ) -> list[RunDirectory]:
        made = [make_run(name, **given) for name in names]
        orders.submit(workspace, made, revive=revive, now=hurry)
        return made

    return make


def _finished() -> RunResult:
    return RunResult(State.FINISHED, now(), now(), 1.0)


def queued(workspace: Workspace) -> str:
    """Return the runs of the queue in order, those that had their turn in capitals."""
    entries = store.read(workspace.runs)
    return "".join(one.run.upper() if one.trainer is not None else one.run for one in entries)


def test_as_many_start_as_there_are_cores_for(
    workspace: Workspace, submit: Submit, trainers: Trainers
) -> None:
    """In order; the next when one is over; in the end the queue is no file."""
    a, b, c = submit("a", "b", "c")
    mine = Owner(workspace, trainers.start)
    assert (mine.turn(), mine.turn(), queued(workspace)) == (True, True, "ABc")
    files.write_result(b, _finished())
    trainers.kill("b")
    assert (mine.turn(), queued(workspace)) == (True, "AC")
    for directory in (a, c):
        files.write_result(directory, _finished())
    assert not mine.turn()
    assert trainers.started == ["a", "b", "c"]
    assert not (workspace.runs / store.NAME).exists()


def test_threads_count_against_the_cores_and_nobody_is_overtaken(
    workspace: Workspace, submit: Submit, trainers: Trainers
) -> None:
    """A run of two threads waits for two cores; one of more than there are runs alone."""
    submit("a")
    submit("b", threads=2)
    submit("c")
    mine = Owner(workspace, trainers.start)
    mine.turn()
    assert queued(workspace) == "Abc"
    files.write_result(RunDirectory(workspace.runs / "a"), _finished())
    mine.turn()
    assert queued(workspace) == "Bc"
    assert turns.Room(2).fits(8, [])
    assert not turns.Room(2).fits(8, [1])


def test_each_rank_takes_its_cores(
    workspace: Workspace, submit: Submit, trainers: Trainers
) -> None:
    """Two ranks of one thread fill two cores."""
    submit("a", ranks=2)
    submit("b")
    mine = Owner(workspace, trainers.start)
    mine.turn()
    assert queued(workspace) == "Ab"


def test_a_limit_in_the_settings_counts_runs(
    workspace: Workspace, submit: Submit, trainers: Trainers
) -> None:
    """It is read at every turn, so that it can be changed while the queue goes on."""
    submit(*"abcd")
    mine = Owner(workspace, trainers.start)
    workspace.settings.write_text("[queue]\nlimit = 1\n")
    mine.turn()
    assert queued(workspace) == "Abcd"
    workspace.settings.write_text("[queue]\nlimit = 3\n")
    mine.turn()
    assert queued(workspace) == "ABCd"


@pytest.mark.parametrize(
    "text",
    [
        "[queue]\nlimit = 0",
        "queue = 3",
        "[queue]\nlimt = 3",
        '[queue]\nlimit = "2"',
        "[queue]\nlimit = true",
    ],
)
def test_a_limit_that_is_none_is_refused(workspace: Workspace, submit: Submit, text: str) -> None:
    """The message names file, key and value; nothing is started meanwhile."""
    submit("a")
    workspace.settings.write_text(text)
    with pytest.raises(
        RequestError, match=r"settings\.toml: queue(\.limit)?: found|'limt'.*'limit'"
    ):
        Owner(workspace, lambda *_: 1 / 0).turn()  # type: ignore[arg-type, return-value]
    assert queued(workspace) == "a"


@pytest.mark.parametrize(
    ("to", "then"),
    [(Move.FIRST, "Acbd"), (Move.LAST, "Abdc"), (Move.UP, "Acbd"), (Move.DOWN, "Abdc")],
)
def test_the_order_of_what_waits_can_be_changed(
    workspace: Workspace, submit: Submit, trainers: Trainers, to: Move, then: str
) -> None:
    """What had its turn stays where it is, and cannot be moved."""
    workspace.settings.write_text("[queue]\nlimit = 1\n")
    submit(*"abcd")
    Owner(workspace, trainers.start).turn()
    place = orders.move(workspace, "c", to)
    assert (queued(workspace), place) == (then, then.index("c"))
    assert catalogue.load(RunDirectory(workspace.runs / "c")).place == place
    for run in ("a", "nobody"):
        with pytest.raises(RequestError, match="does not wait in the queue"):
            orders.move(workspace, run, to)


def test_at_the_ends_of_the_queue_a_run_stays(workspace: Workspace, submit: Submit) -> None:
    """Up from the first place and down from the last lead nowhere."""
    submit(*"ab")
    assert orders.move(workspace, "a", Move.UP) == 1
    assert orders.move(workspace, "b", Move.DOWN) == 2
    assert queued(workspace) == "ab"


def test_who_is_in_a_hurry_does_not_wait(
    workspace: Workspace, submit: Submit, trainers: Trainers
) -> None:
    """Asked for so, or later on; `resume` means the same."""
    submit(*"abcdef")
    submit("g", hurry=True)
    assert orders.hurry(workspace, "e")
    steer.resume(RunDirectory(workspace.runs / "f"), wait_s=0)
    mine = Owner(workspace, trainers.start)
    mine.turn()
    assert queued(workspace) == "abcdEFG"
    assert not orders.hurry(workspace, "e")


def test_a_waiting_run_is_queued_however_long_it_waits(
    workspace: Workspace, submit: Submit
) -> None:
    """For everybody who looks: the list, the one run, the app; with its place."""
    submit(*"ab")
    follower = Follower(workspace)
    shown = [update.run for update in follower.poll()]
    assert [(run.id, run.state, run.place) for run in shown] == [
        ("a", State.QUEUED, 1),
        ("b", State.QUEUED, 2),
    ]
    assert {run.id: run.place for run in catalogue.listing(workspace).runs} == {"a": 1, "b": 2}
    orders.move(workspace, "b", Move.FIRST)
    assert [(one.run.id, one.run.place) for one in follower.poll()] == [("a", 2), ("b", 1)]
    (workspace.runs / store.NAME).unlink()
    assert {one.run.state for one in follower.poll()} == {State.INTERRUPTED}


def test_a_waiting_run_can_be_stopped_and_asked_for_again(
    workspace: Workspace, submit: Submit, trainers: Trainers
) -> None:
    """It leaves the queue at once, as stopped."""
    a, b = submit(*"ab")
    assert steer.stop(a, wait_s=0) is State.STOPPED
    assert queued(workspace) == "b"
    orders.submit(workspace, [a, b])
    assert queued(workspace) == "ba"
    Owner(workspace, trainers.start).turn()
    assert trainers.started == ["b", "a"]


def test_a_run_killed_under_the_owners_eyes_is_left_to_the_person(
    workspace: Workspace, submit: Submit, trainers: Trainers
) -> None:
    """As without a queue it is interrupted, and can be resumed."""
    (a,) = submit("a")
    mine = Owner(workspace, trainers.start)
    mine.turn()
    assert catalogue.load(a).state is State.QUEUED
    trainers.kill("a")
    assert not mine.turn()
    assert catalogue.load(a).state is State.INTERRUPTED


def test_what_died_with_its_owner_is_taken_up_again(
    workspace: Workspace, submit: Submit, trainers: Trainers
) -> None:
    """As after a power cut, before anything that waited behind it."""
    submit(*"abc")
    Owner(workspace, trainers.start).turn()
    trainers.kill("a")
    trainers.kill("b")
    nxt = Owner(workspace, trainers.start)
    nxt.turn()
    assert trainers.started == ["a", "b", "a", "b"]
    assert queued(workspace) == "ABc"


def test_a_trainer_that_lives_on_is_not_started_again(
    workspace: Workspace,
    submit: Submit,
    trainers: Trainers,
    make_status: MakeStatus,
    alive: dict[str, object],
) -> None:
    """Neither by the next owner, nor where its start could not be written down."""
    a, _ = submit(*"ab")
    Owner(workspace, trainers.start).turn()
    Owner(workspace, trainers.start).turn()
    assert trainers.started == ["a", "b"]
    with store.changing(workspace.runs) as held:
        held.entries = [Entry("a")]
    files.write_status(a, make_status(**alive))
    Owner(workspace, trainers.start).turn()
    (entry,) = store.read(workspace.runs)
    assert entry.trainer == process.me()
    assert trainers.started == ["a", "b"]


def test_a_full_disk_starts_nothing_twice(
    workspace: Workspace, submit: Submit, trainers: Trainers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The owner remembers whom it started, until that can be written down."""
    submit("a")
    mine = Owner(workspace, trainers.start)

    def full(path: Path, _entries: object) -> None:
        raise L2LError(f"cannot write {path}")

    with monkeypatch.context() as patch:
        patch.setattr(store, "_write", full)
        for _ in range(3):
            with pytest.raises(L2LError, match="cannot write"):
                mine.turn()
    mine.turn()
    assert (trainers.started, queued(workspace)) == (["a"], "A")


def test_a_sweeps_run_is_revived_until_it_gets_no_further(
    workspace: Workspace, submit: Submit, trainers: Trainers, make_status: MakeStatus
) -> None:
    """Every step forward gives it all its lives again; at last its log says why it is left."""
    (a,) = submit("a", revive=True)
    mine = Owner(workspace, trainers.start)

    def die() -> bool:
        trainers.kill("a")
        mine.turn()  # buried
        return mine.turn()  # started again, or gone

    mine.turn()
    assert [die() for _ in range(turns.DEATHS)] == [True] * turns.DEATHS
    files.write_status(a, make_status(step=5))
    assert [die() for _ in range(turns.DEATHS)] == [True] * turns.DEATHS
    assert not die()
    assert len(trainers.started) == 1 + 2 * turns.DEATHS
    assert "without getting further" in a.log.read_text()
    assert catalogue.load(a).state is State.INTERRUPTED


def test_what_is_over_or_gone_leaves_the_queue_unstarted(
    workspace: Workspace, submit: Submit, trainers: Trainers
) -> None:
    """A run with a result, one stopped before its turn, one whose directory was deleted."""
    a, b, c = submit(*"abc")
    files.write_result(a, _finished())
    control.write_order(b, Order.STOP)
    c.request.unlink()
    assert not Owner(workspace, trainers.start).turn()
    assert trainers.started == []


def test_a_paused_run_leaves_its_core_to_others(
    workspace: Workspace,
    submit: Submit,
    trainers: Trainers,
    make_status: MakeStatus,
    alive: dict[str, object],
) -> None:
    """It stays in the queue, for it is not over."""
    a, *_ = submit(*"abc")
    mine = Owner(workspace, trainers.start)
    mine.turn()
    files.write_status(a, make_status(state=State.PAUSED, **alive))
    mine.turn()
    assert queued(workspace) == "ABC"


def test_the_folder_of_data_sets_goes_with_the_run(
    workspace: Workspace, submit: Submit, trainers: Trainers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever owns the queue may have named another one."""
    monkeypatch.setenv("L2L_TUI_DATA", "/mine")
    submit("a")
    monkeypatch.setenv("L2L_TUI_DATA", "/another")
    Owner(workspace, trainers.start).turn()
    assert trainers.data == ["/mine"]


@pytest.mark.parametrize("text", ["", "{", "3", "[3]", '[{"run": "a"}]', "[" * 100_000])
def test_a_broken_queue_is_said_to_be_so_and_hides_no_run(
    workspace: Workspace, make_run: MakeRun, text: str
) -> None:
    """The message names the file and what to do; the runs are listed all the same."""
    make_run("a")
    (workspace.runs / store.NAME).write_text(text)
    with pytest.raises(BrokenFileError, match=r"\.queue\.json is not a queue .*; move it away"):
        store.read(workspace.runs)
    assert [run.id for run in catalogue.listing(workspace).runs] == ["a"]


def test_many_hands_lose_no_run(workspace: Workspace, make_run: MakeRun) -> None:
    """Several threads hand over and reorder at once."""
    names = [f"r{number}" for number in range(24)]
    directories = [make_run(name) for name in names]

    def hand_over(start: int) -> None:
        for directory in directories[start::4]:
            orders.submit(workspace, [directory])
            orders.move(workspace, directory.id, Move.FIRST)

    threads = [threading.Thread(target=hand_over, args=[start]) for start in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one.run for one in store.read(workspace.runs)) == sorted(names)


def test_an_owner_leaves_a_workspace_that_was_deleted(workspace: Workspace) -> None:
    """It does not make the folder again."""
    assert not Owner(Workspace(workspace.root / "gone")).turn()
    assert not (workspace.root / "gone").exists()
