"""What every test shares: the language is English, whoever runs them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from l2l_tui import language


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Speak English in the test and in the processes that it starts, and again after it."""
    monkeypatch.setenv(language.VARIABLE, "en")
    language.use("en")
    yield
    language.use("en")
