"""The README's example of `LearnedOptimizer`, to the letter."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

README = Path(__file__).parents[2] / "README.md"


def test_the_example_runs_and_the_learned_optimizer_is_ahead(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What a reader copies works, and prints what the README says it does."""
    text = README.read_text(encoding="utf-8")
    found = re.search(r"<!-- the library example -->\n```python\n(.*?)```", text, re.DOTALL)
    assert found
    exec(compile(found.group(1), "README.md", "exec"), {"__name__": "__main__"})
    said = dict(re.findall(r"(\w+): loss ([\d.]+) after 100 steps", capsys.readouterr().out))
    assert set(said) == {"learned", "Adam"}
    assert float(said["learned"]) < float(said["Adam"])
