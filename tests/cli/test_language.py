"""The language of what the command line says, and that scripts read the same words in any."""

from __future__ import annotations

import ast
import gettext
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import l2l_tui.cli
from l2l_tui import language
from l2l_tui.cli import help as helping
from l2l_tui.cli import parser
from l2l_tui.text import width
from tests.cli.conftest import Cli


class _Marked(gettext.NullTranslations):
    """A translation that wraps each message, so that what has none stands out."""

    def gettext(self, message: str) -> str:
        return f"〔{message}〕"

    def ngettext(self, one: str, many: str, n: int) -> str:
        return self.gettext(one if n == 1 else many)


@pytest.fixture
def marked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Chinese be English between brackets."""
    made = language.catalogue

    def catalogue(name: str) -> gettext.NullTranslations:
        return made(name) if name == "en" else _Marked()

    monkeypatch.setattr(language, "catalogue", catalogue)
    monkeypatch.delenv(language.VARIABLE)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


pytestmark = pytest.mark.usefixtures("marked")


@pytest.mark.parametrize(
    "words",
    [
        ["--language", "zh-TW", "plan"],
        ["plan", "--language", "zh-TW"],
        ["--language=zh-TW", "plan"],
    ],
)
def test_the_option_counts_before_and_after_the_verb(cli: Cli, words: list[str]) -> None:
    """Like every common one."""
    assert "〔today〕" in cli(*words).out


def test_the_option_goes_before_the_environment_that_before_the_plan_that_before_the_locale(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each decides where those before it are silent."""
    assert "〔" not in cli("plan").out
    monkeypatch.setenv("LC_ALL", "zh_TW.UTF-8")
    assert "〔" in cli("plan").out
    cli("plan", "head", "--interface", "en")
    assert "〔" not in cli("plan").out
    monkeypatch.setenv(language.VARIABLE, "zh-TW")
    assert "〔" in cli("plan").out
    assert "〔" not in cli("plan", "--language", "en").out


def test_the_plans_own_language_holds_from_when_the_plan_is_known(cli: Cli) -> None:
    """For every verb that reads it, its refusals too."""
    cli("plan", "head", "--interface", "zh-TW")
    cli("plan", "start", "maml")
    for words in ("plan", "plan show maml", "meeting", "plan undo", "plan history", "plan redo"):
        assert "〔" in cli(*words.split()).out, words
    assert "〔" in cli("plan", "start", "mmal").err


@pytest.mark.parametrize(
    "words", ["plan", "plan show maml", "plan due maml +7d", "meeting", "doctor", "plan check"]
)
def test_a_script_reads_the_same_words_everywhere(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    """English, unless it asks for another language itself."""
    cli("plan", "head", "--interface", "zh-TW")
    monkeypatch.setenv(language.VARIABLE, "zh-TW")
    done = cli(*words.split(), "--json")
    assert "〔" not in done.out + done.err


def test_a_script_may_ask_for_another_language(cli: Cli) -> None:
    """Its refusals are in it, and the words of what is found; keys never are."""
    assert "〔" in cli("plan", "start", "mmal", "--json", "--language", "zh-TW").err
    assert set(cli("plan", "--json", "--language", "zh-TW").document) == {
        "title", "tracks", "problems", "warnings",
    }  # fmt: skip


@pytest.mark.parametrize(
    "words", ["plan --language zh-tw", "--language zh-tw", "export --language=zh"]
)
def test_a_language_that_there_is_not_is_answered_with_the_nearest(cli: Cli, words: str) -> None:
    """Exit code 2."""
    done = cli(*words.split())
    assert done.code == 2
    assert "'zh-TW'" in done.err or "en, zh-TW" in done.err


def test_an_export_is_in_the_language_that_was_asked_for(cli: Cli, tmp_path: Path) -> None:
    """In the plan's own otherwise, whatever is spoken."""
    cli("plan", "head", "--documents", "zh-TW", "--interface", "en")
    for words, said in (([], "本週"), (["--language", "en"], "This week"), (["--json"], "本週")):
        file = tmp_path / "out.md"
        assert cli("export", "-o", file, *words).code == 0
        assert said in file.read_text(encoding="utf-8")


@pytest.mark.parametrize("words", ["", "plan", "plan due", "export", "meeting", "run"])
def test_help_has_no_word_of_argparses_own(cli: Cli, words: str) -> None:
    """Nothing is left in English but options, names and examples."""
    out = cli(*words.split(), "--help", "--language", "zh-TW").out
    for word in ("usage:", "options", "positional arguments", "show this help", "example"):
        assert not re.search(rf"^(?!.*〔).*{word}", out, re.MULTILINE), word
    assert "〔usage: 〕" in out


def test_refusals_are_in_the_language(cli: Cli) -> None:
    """Those of the parser, of names, of values."""
    for words in (
        "plan due l2l", "plan --colour", "rnu", "run l2l-quadratic --seed x", "plan move maml",
        "plan set maml --notes x --edit-notes", "runs --state", "plan undo", "--json",
    ):  # fmt: skip
        done = cli(*words.split(), "--language", "zh-TW")
        assert done.code == 2
        assert done.err.startswith("〔"), done.err


def test_chinese_help_keeps_within_its_column() -> None:
    """Without a space to break at, and no line begins with a comma."""
    text = "以逗號分開的設定值，每一個都會各自執行一次，" * 6 + "`l2l-tui plan show` 會列出。"
    lines = helping.broken(text, 40)
    assert max(map(width, lines)) <= 42
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert not any(line[0] in "，。" for line in lines)
    assert "l2l-tui" in " ".join(lines)


def test_tables_with_chinese_headers_align(cli: Cli) -> None:
    """By cells, not by letters."""
    cli("plan", "start", "maml")
    lines = cli("plan", "history", "--language", "zh-TW").out.splitlines()
    at = [width(line[: re.search(r"20\d\d-", line).start()]) for line in lines[1:]]  # type: ignore[union-attr]
    assert set(at) == {width(lines[0][: lines[0].index("〔when")])}


def test_where_a_milestone_stands_is_said_alike_everywhere(cli: Cli) -> None:
    """In the schedule, in the agenda, and by itself."""
    cli("plan", "due", "maml", "today")
    for verb in (("plan",), ("plan", "agenda"), ("plan", "show", "maml")):
        assert "〔todo〕" in cli(*verb, "--language", "zh-TW").out


def _bare() -> Iterator[str]:
    """Yield where the command line says a literal that no translation can replace."""
    room = Path(l2l_tui.cli.__file__).parent
    for file in sorted(room.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            first = {"say": 0, "RequestError": 0, "L2LError": 0, "Check": 2}.get(name)
            said = [] if first is None else node.args[first : first + 1]
            said += [each.value for each in node.keywords if each.arg in {"about", "help"}]
            if any(re.search("[a-z]", _literal(one)) for one in said):
                yield f"{file.name}:{node.lineno}"


def _literal(node: ast.AST) -> str:
    """Return the letters that an expression itself has; names of things need no translation."""
    if isinstance(node, ast.JoinedStr):
        return "".join(map(_literal, node.values))
    literal = str(node.value) if isinstance(node, ast.Constant) else ""
    return literal.replace("Markdown", "")


def test_whatever_is_said_or_refused_can_be_translated() -> None:
    """No literal goes to a person past the catalogue."""
    assert list(_bare()) == []


def test_every_help_text_is_translated() -> None:
    """Of all verbs, those below others too."""
    language.use("zh-TW")
    for one in _parsers(parser.build()):
        assert one.description is None or one.description.startswith("〔")
        for action in one._actions:
            names = ", ".join(map(str, action.choices or ()))
            assert action.help in {None, names, "Markdown"} or action.help.startswith("〔"), action


def _parsers(one: parser.Parser) -> Iterator[parser.Parser]:
    yield one
    for below in one.verbs().values():
        yield from _parsers(below)


@pytest.mark.parametrize("words", [["plan", "check"], ["plan", "done", "maml"]])
def test_what_is_wrong_with_a_plan_is_said_in_the_plans_language(
    cli: Cli, plan_path: Path, words: list[str]
) -> None:
    """Though it is found before that language is known."""
    text = plan_path.read_text(encoding="utf-8").replace("[plan]", '[plan]\ninterface = "zh-TW"', 1)
    plan_path.write_text(text.replace('status = "todo"', 'status = "tood"', 1), encoding="utf-8")
    done = cli(*words)
    assert done.code != 0
    assert "〔one of" in done.out + done.err
