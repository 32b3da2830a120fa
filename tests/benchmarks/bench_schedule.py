"""How quickly a schedule of 1,000 milestones answers, beside a bare DataTable of as many rows.

    python -m tests.benchmarks.bench_schedule

Both run in turn in a pseudo-terminal of 160x48. Keys are typed one by one, each as soon as the
picture that the one before brought is whole; what counts is the time from a key to the end of
its picture. Ends with 1 if an edit is on the screen later than 50 ms or on disk later than
300 ms, or if scrolling or filtering falls below 30 pictures a second; each at the median.
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from tests.benchmarks.bench_first_paint import OURS, make_workspace
from tests.benchmarks.terminal import END_OF_PICTURE, Terminal

ON_SCREEN_MS, ON_DISK_MS, FRAME_MS = 50.0, 300.0, 1000 / 30
EDITS, MOVES, PAGES = 15, 100, 15
WORDS = ("number", "stone 77", "arXiv")
DOWN, PAGE_DOWN, HOME, BACKSPACE, ESCAPE = b"\x1b[B", b"\x1b[6~", b"\x1b[H", b"\x7f", b"\x1b"

TABLE = """
from textual.app import App
from textual.widgets import DataTable, Input

ROWS = [(f"m{n}", f"Milestone number {n}", f"2026-01-{n % 28 + 1:02}", "todo") for n in range(1000)]

class Bare(App):
    BINDINGS = [("slash", "filter", "Filter")]
    AUTO_FOCUS = "DataTable"

    def compose(self):
        yield Input()
        table = DataTable(cursor_type="row")
        table.add_columns("id", "title", "due", "status")
        table.add_rows(ROWS)
        yield table

    def action_filter(self):
        self.query_one(Input).focus()

    def on_input_changed(self, event):
        table = self.query_one(DataTable)
        table.clear()
        table.add_rows([row for row in ROWS if event.value.lower() in " ".join(row).lower()])

Bare().run()
"""


def keys_ms(terminal: Terminal, keys: list[bytes]) -> list[float]:
    """Return the milliseconds from each key to the end of the picture that it brings."""
    found = []
    for key in keys:
        start = time.perf_counter()
        terminal.press(key)
        found.append(1000 * (terminal.wait_for(END_OF_PICTURE) - start))
        terminal.settle(0.02)
    return found


def answers(terminal: Terminal) -> dict[str, list[float]]:
    """Return how quickly a list answers to the keys that move and filter."""
    terminal.wait_for("Milestone number 9")
    terminal.settle(1.5)
    found = {
        "scroll by rows": keys_ms(terminal, [DOWN] * MOVES)[45:],
        "scroll by pages": keys_ms(terminal, [PAGE_DOWN] * PAGES),
    }
    terminal.press(HOME)
    terminal.settle()
    terminal.press(b"/")
    terminal.settle()
    filtering: list[float] = []
    for word in WORDS:
        typed = [letter.encode() for letter in word]
        filtering += keys_ms(terminal, typed + [BACKSPACE] * len(typed))
    terminal.press(ESCAPE)
    terminal.settle()
    return {**found, "filter": filtering}


def edits(terminal: Terminal, path: Path) -> dict[str, list[float]]:
    """Return how long edits take to the screen, and to the disk.

    Each makes another milestone `doing`, whose sign is not on the screen but for those.
    """
    screen, disk = [], []
    terminal.press(HOME)
    terminal.settle()
    for _ in range(EDITS):
        before = hashlib.sha256(path.read_bytes()).digest()
        start = time.perf_counter()
        terminal.press(b"s")
        screen.append(1000 * (terminal.wait_for("◐") - start))
        while hashlib.sha256(path.read_bytes()).digest() == before:
            time.sleep(0.001)
        disk.append(1000 * (time.perf_counter() - start))
        terminal.settle()
        terminal.press(DOWN)
        terminal.settle()
    return {"edit on screen": screen, "edit on disk": disk}


def main() -> int:
    """Run the benchmark and return the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        make_workspace(root)
        with Terminal(["-c", OURS, "--workspace", str(root)]) as terminal:
            ours = answers(terminal)
            ours |= edits(terminal, root / "plans" / "many.toml")
        with Terminal(["-c", TABLE]) as terminal:
            bare = answers(terminal)
    allowed = dict.fromkeys(bare, FRAME_MS)
    allowed |= {"edit on screen": ON_SCREEN_MS, "edit on disk": ON_DISK_MS}
    print("milliseconds from a key to its picture, median (worst); 1,000 milestones, 200 runs")
    for name, figures in ours.items():
        beside = median(bare[name]) if name in bare else None
        ratio = f"  {median(figures) / beside:4.2f} x DataTable's {beside:.1f}" if beside else ""
        print(
            f"{name:16} {median(figures):6.1f} ({max(figures):6.1f}) "
            f" at most {allowed[name]:5.1f}{ratio}"
        )
    return int(any(median(ours[name]) > allowed[name] for name in ours))


if __name__ == "__main__":
    sys.exit(main())
