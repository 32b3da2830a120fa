"""A run's small files without their bulk, for lists: most of a result is figures.

Parsing ten thousand results whole takes a quarter of a minute. What a list never shows is cut
out first, and only where all of it is there and every line is of the one plain form that our
writer gives it; a file that looks otherwise is left whole, to be read or refused as ever.
"""

from __future__ import annotations

import re

MARK = "abridged"
"""The key that stands in a text that was cut."""

_KEY = r'(?:[\w-]++|"[^"\\\n]*+")'
_NUMBER = r"(?:[-+]?(?:0|[1-9]\d{0,17})(?:\.\d++)?+(?:[eE][-+]?\d++)?+|[-+]?inf|[-+]?nan)"
_WHOLE = r"(?:-?(?:0|[1-9]\d{0,17}))"
_TEXT = r'"(?:[^"\\\n\x00-\x08\x0b-\x1f\x7f]|\\["\\nt])*"'


def _table(name: str, value: str) -> re.Pattern[str]:
    lines = rf"(?:{_KEY} = {value}\n)*+\n*+(?=\[|\Z)"
    return re.compile(rf"^\[{{1,2}}(?:{name})\]{{1,2}}\n{lines}", re.M | re.A)


_SETTINGS = _table("settings", rf"(?:{_NUMBER}|{_TEXT}|true|false)")
_SEEDS = _table("seeds", _NUMBER)
_CPU = _table("cpu_s", _NUMBER)
_FIGURES = _table("figures", _NUMBER)
_ENVIRONMENT = _table("environment", rf"(?:{_WHOLE}|{_TEXT})")
_OURS = re.compile(
    rf"^\[claims\.ours\]\nmean = {_NUMBER}\nspread = {_NUMBER}\nseeds = {_WHOLE}\n", re.M
)
_TOLD = re.compile(rf"^(?:statement|paper|detail) = {_TEXT}\n", re.M | re.A)
_TOLD_OF_EACH = 3
_SEEDS_LEFT = re.compile(r"^\[+(?:cpu_s|seeds)\b", re.M | re.A)


def request(text: str) -> str:
    """Return a request without ``settings``, or as it is."""
    brief, cut = _SETTINGS.subn("", text)
    return _marked(brief) if cut == 1 else text


def result(text: str) -> str:
    """Return a result without ``figures`` and the like, or as it is.

    Of each claim its id and the verdict stay.
    """
    claims = text.count("\n[[claims]]\n")
    brief, seeds = _SEEDS.subn("", text)
    brief = _CPU.sub("", brief)
    # Short ones stand in the head, on lines of their own, and are read.
    if _SEEDS_LEFT.search(brief) or (not seeds and "\nseeds = [" not in brief):
        return text
    for bulk, times in (
        (_FIGURES, 1),
        (_ENVIRONMENT, 1),
        (_OURS, claims),
        (_TOLD, _TOLD_OF_EACH * claims),
    ):
        brief, cut = bulk.subn("", brief)
        if cut != times:
            return text
    return _marked(brief)


def _marked(brief: str) -> str:
    return f"{MARK} = true\n{brief}"
