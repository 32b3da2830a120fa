"""Pictures of the app for the README: ``python -m tests.tui.take_pictures WORKSPACE``.

They show a real workspace with real runs, so every number in them comes from a run. Text that
refers to fonts on other hosts is taken out.
"""

from __future__ import annotations

import asyncio
import re
import sys
from pathlib import Path

from l2l_tui import workspace
from l2l_tui.plan import store
from l2l_tui.tui.study import StudyApp

PICTURES = Path(__file__).with_name("pictures")
WIDE, NARROW = (160, 48), (80, 24)
SCREENS = {
    "main": ((), (WIDE, NARROW)),
    "timeline": (("t",), (WIDE,)),
    "meeting": (("m",), (WIDE,)),
}
"""The keys that lead to each screen, and the sizes that are taken of it."""
_FONTS = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)


async def take(root: Path, size: tuple[int, int], keys: tuple[str, ...]) -> str:
    """Return a screen as SVG, once the highlighted run's curves are drawn."""
    place = workspace.find(root)
    app = StudyApp(place, store.load(place.plan_file()))
    async with app.run_test(size=size) as pilot:
        while not (app.book.alive() or any(one.curves for one in app.book)):
            await pilot.pause(0.1)
        await pilot.pause(2)
        await pilot.press(*keys)
        await pilot.pause(1)
        return _FONTS.sub("", app.export_screenshot())


def main(root: Path) -> None:
    """Write every picture."""
    PICTURES.mkdir(exist_ok=True)
    for name, (keys, sizes) in SCREENS.items():
        for columns, lines in sizes:
            picture = asyncio.run(take(root, (columns, lines), keys))
            file = PICTURES / f"{name}-{columns}x{lines}.svg"
            file.write_text(picture, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
