"""The language of what a person is told: English as it stands in the code, or a translation.

English is written where it is said, `tr("{n} late", n=3)`; gettext's catalogue of a language
(``locale/LANGUAGE/LC_MESSAGES/l2l_tui.mo``, made from the ``.po`` beside it) holds what takes
its place. One process speaks one language; documents have a language of their own.
"""

from __future__ import annotations

import gettext
import os
from collections.abc import Mapping
from pathlib import Path

LANGUAGES = ("en", "zh-TW")
"""The languages that there are."""

NAMES = {"en": "English", "zh-TW": "繁體中文"}
"""What each is called by those who speak it."""

VARIABLE = "L2L_TUI_LANGUAGE"
"""The environment's word for the language, before the plan's and the locale's."""

DOMAIN = "l2l_tui"
FOLDER = Path(__file__).with_name("locale")

_TRADITIONAL = ("zh_tw", "zh_hk", "zh_mo", "zh_hant", "zh-tw", "zh-hk", "zh-mo", "zh-hant")


class _Spoken:
    """The language in use; a process has one."""

    name = "en"
    catalogue = gettext.NullTranslations()


def use(language: str) -> None:
    """Speak a language from now on; one of `LANGUAGES`."""
    _Spoken.name, _Spoken.catalogue = language, catalogue(language)


def current() -> str:
    """Return the language in use."""
    return _Spoken.name


def catalogue(language: str) -> gettext.NullTranslations:
    """Return the translations into a language; English needs none."""
    if language == "en":
        return gettext.NullTranslations()
    return gettext.translation(DOMAIN, FOLDER, [language.replace("-", "_")])


def choose(given: str | None, of_plan: str = "", environ: Mapping[str, str] = os.environ) -> str:
    """Return the language to speak.

    Args:
        given: What the person asked for, if anything.
        of_plan: What the plan says, if anything.
        environ: The environment: `VARIABLE`, then the locale's variables.
    """
    named = (given, environ.get(VARIABLE), of_plan)
    return next((one for one in named if one in LANGUAGES), _of_locale(environ))


def tr(message: str, **values: object) -> str:
    """Return a message in the language in use, its braces filled in."""
    # gettext keeps the catalogue's head under the empty message.
    said = _Spoken.catalogue.gettext(message) if message else ""
    return said.format(**values) if values else said


def trn(one: str, many: str, n: int, **values: object) -> str:
    """Return a message about `n` things, which may stand in it as ``{n}``."""
    return _Spoken.catalogue.ngettext(one, many, n).format(n=n, **values)


def _of_locale(environ: Mapping[str, str]) -> str:
    spoken = (environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    chosen = next(filter(None, spoken), "").lower()
    return "zh-TW" if chosen.startswith(_TRADITIONAL) else "en"
