"""The catalogue of translations is whole, and what is compiled is what is written."""

from __future__ import annotations

import gettext
import io
import re
from string import Formatter

import pytest

from l2l_tui import language
from l2l_tui.language import tr, trn
from tests.house import catalogue

_CODE = re.compile(r"`[^`]+`|--[a-z]+")


def pairs() -> list[tuple[str, str]]:
    """Return every message with its translation."""
    found = []
    for message in catalogue.kept():
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        said = message.string if isinstance(message.string, tuple) else (message.string,)
        found += [(ids[-1], one) for one in said] if ids[0] else []
    return found


def test_every_message_has_a_translation_and_no_other_is_kept() -> None:
    """`python -m tests.house.catalogue` names what is new; then somebody translates it."""
    kept, said = catalogue.kept(), catalogue.said()
    known, wanted = ({one.id for one in each if one.id} for each in (kept, said))
    assert wanted - known == set()
    assert known - wanted == set()
    assert [english for english, chinese in pairs() if not chinese] == []


def test_what_is_compiled_is_what_is_written() -> None:
    """The file that gettext reads says what the one says that people edit."""
    written = gettext.GNUTranslations(io.BytesIO(catalogue.compiled(catalogue.kept())))
    with catalogue.PO.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    assert {k: v for k, v in compiled._catalog.items() if k} == {  # type: ignore[attr-defined]
        k: v
        for k, v in written._catalog.items()  # type: ignore[attr-defined]
        if k
    }


def fields(text: str) -> set[tuple[str, str, str]]:
    """Return what a message has in braces, conversions and formats too."""
    parts = Formatter().parse(text)
    return {(name, form or "", conversion or "") for _, name, form, conversion in parts if name}


def test_translations_fill_in_what_the_messages_fill_in() -> None:
    """Nothing is lost, nothing is asked for that nobody gives."""
    number = {("n", "", "")}  # may be words in the singular
    assert [
        english
        for english, chinese in pairs()
        if "{" in english and (fields(english) ^ fields(chinese)) - number
    ] == []


def test_what_one_types_is_not_translated() -> None:
    """Commands and options stand in a translation as they stand in the message."""
    assert [
        (english, chinese)
        for english, chinese in pairs()
        if sorted(set(_CODE.findall(english))) != sorted(set(_CODE.findall(chinese)))
    ] == []


def test_a_language_is_spoken_until_another_one_is() -> None:
    """English is what stands in the code; the empty message is empty in each."""
    language.use("zh-TW")
    assert language.current() == "zh-TW"
    assert tr("Quit") == "離開"
    assert trn("{n} day late", "{n} days late", 3) == "延遲 3 天"
    assert tr("") == ""
    language.use("en")
    assert trn("{n} day late", "{n} days late", 1) == "1 day late"


@pytest.mark.parametrize(
    ("given", "of_plan", "environ", "spoken"),
    [
        ("en", "zh-TW", {"L2L_TUI_LANGUAGE": "zh-TW"}, "en"),
        (None, "en", {"L2L_TUI_LANGUAGE": "zh-TW"}, "zh-TW"),
        (None, "en", {"LANG": "zh_TW.UTF-8"}, "en"),
        (None, "", {"LANG": "zh_TW.UTF-8"}, "zh-TW"),
        (None, "", {"LC_ALL": "C", "LANG": "zh_TW.UTF-8"}, "en"),
        (None, "", {"LANG": "zh_CN.UTF-8"}, "en"),
        (None, "", {"L2L_TUI_LANGUAGE": "xx", "LANG": "zh_Hant_HK"}, "zh-TW"),
        (None, "", {}, "en"),
    ],
)
def test_the_language_is_the_one_asked_for_or_the_plans_or_the_locales(
    given: str | None, of_plan: str, environ: dict[str, str], spoken: str
) -> None:
    """In that order; Traditional Chinese for whoever reads that."""
    assert language.choose(given, of_plan, environ) == spoken
