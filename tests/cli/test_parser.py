"""The command line's words: verbs, options and what is said when they are wrong."""

from __future__ import annotations

import pytest

from l2l_tui.cli import parser
from l2l_tui.errors import RequestError
from tests.cli.conftest import Cli


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("rnu l2l-quadratic", "'run'"),
        ("runs --stte running", "'--state'"),
        ("runs --state runing", "'running'"),
        ("runs --experiment l2l-quadratc", "'l2l-quadratic'"),
        ("run l2l-quadratc", "'l2l-quadratic'"),
        ("run l2l-quadratic --preset quik", "'quick'"),
        ("run l2l-quadratic --set hiden=3", "'hidden'"),
        ("run l2l-quadratic --set step_weights=al", "all | last"),
        ("run l2l-quadratic --milestone l2", "'l2l'"),
        ("run l2l-quadratic --plan learning-to-lern", "'learning-to-learn'"),
        ("run l2l-quadratic --on slrum", "'slurm'"),
        ("run l2l-quadratic --ranks 3", "--set problems=33"),
        ("experiments logistic", "'logistic-regression'"),
        ("plan strat l2l", "'start'"),
        ("plan start l22l", "'l2l'"),
        ("plan due mmal 2026-01-01", "'maml'"),
        ("plan add Reptile --track papr", "'paper'"),
        ("plan add Reptile --track paper --needs mam", "'maml'"),
        ("plan add Reptile --track paper --experiment l2l-quad", "'l2l-quadratic'"),
        ("plan --plan learning-to-larn", "'learning-to-learn'"),
        ("meeting problm why", "'problem'"),
        ("meeting note papr text", "'paper'"),
        ("export --language zh-tw", "'zh-TW'"),
        ("export --format markdwn", "'markdown'"),
    ],
)
def test_a_wrong_name_is_answered_with_the_nearest_and_code_2(
    cli: Cli, no_start: list[str], words: str, named: str
) -> None:
    """One clear message on stderr, nothing on stdout, and nothing is started."""
    done = cli(*words.split())
    assert done.code == 2
    assert named in done.err
    assert len(done.err.splitlines()) == 1
    assert done.out == ""
    assert no_start == []


@pytest.mark.parametrize(
    "words",
    ["run", "show", "plan start", "plan due l2l", "run l2l-quadratic --seed x", "sweep", "serve"],
)
def test_what_is_missing_or_no_verb_is_said_in_one_line(cli: Cli, words: str) -> None:
    """No usage dump beyond a line."""
    done = cli(*words.split())
    assert (done.code, len(done.err.splitlines()), done.out) == (2, 1, "")


def test_with_json_an_error_leaves_stdout_empty(cli: Cli) -> None:
    """What reads stdout gets a document or nothing."""
    done = cli("show", "nothing", "--json")
    assert (done.code, done.out) == (2, "")


@pytest.mark.parametrize(
    "words",
    [
        ["--json", "--workspace", "w", "--plan", "p", "runs"],
        ["runs", "--json", "--workspace", "w", "--plan", "p"],
        ["--plan", "p", "runs", "--workspace", "w", "--json"],
        ["--plan=p", "--workspace=w", "runs", "--json"],
    ],
)
def test_common_options_count_before_and_after_the_verb(words: list[str]) -> None:
    """A verb's own parser does not put the defaults back."""
    command = parser.parse(words)
    assert (command.given_workspace, command.plan_name, command.json) == ("w", "p", True)


def test_a_common_option_may_stand_between_a_verbs_words() -> None:
    """Two runs around an option are still two runs."""
    assert parser.parse(["compare", "a", "--json", "b"]).args.runs == ["a", "b"]


def test_words_after_a_double_dash_are_no_options() -> None:
    """A problem may begin with a dash."""
    assert parser.parse(["meeting", "problem", "--", "-x?"]).args.text == "-x?"


def test_an_option_is_not_guessed_from_its_beginning() -> None:
    """What works today must not change meaning when an option is added."""
    with pytest.raises(RequestError, match=r"--det.*--detach"):
        parser.parse(["run", "l2l-quadratic", "--det"])


def test_every_verb_is_declared_by_the_module_that_is_loaded_for_it() -> None:
    """Each verb parses alone as it does among all."""
    text = parser.build().format_help()
    for word in parser.MODULES:
        assert f"\n    {word} " in text
        assert f"\n    {word} " in parser.build(word).format_help()


@pytest.mark.parametrize("word", sorted(parser.MODULES))
def test_every_verb_has_help_with_an_example(cli: Cli, word: str) -> None:
    """Somebody who meets the verb for the first time sees how it is used."""
    done = cli(word, "--help")
    assert done.code == 0
    assert f"example:\n  l2l-tui {word}" in done.out
    assert "--workspace DIR" in done.out


def test_the_version_is_printed(cli: Cli) -> None:
    """For reports of faults."""
    assert cli("--version").out == "l2l-tui 0.1.0\n"


def test_json_without_a_verb_is_refused(cli: Cli) -> None:
    """The app prints no document."""
    done = cli("--json")
    assert done.code == 2
    assert "verb" in done.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("run l2l-quadratic --seed x", "--seed takes a whole number, e.g. --seed 1; 'x' is none"),
        ("run l2l-quadratic --seed 1.5", "'1.5' is none"),
        ("meeting solve x", "l2l-tui meeting solve N takes a whole number, e.g. 1; 'x' is none"),
        ("import f.md --year abc", "--year takes a whole number, e.g. --year 2021; 'abc' is none"),
        ("stop k3f9 --wait long", "--wait takes a number, e.g. --wait 2.5; 'long' is none"),
        ("runs --state", "--state needs a value"),
        ("run", "l2l-tui run needs EXPERIMENT"),
    ],
)
def test_a_value_that_is_none_is_said_in_words_of_ours(cli: Cli, words: str, said: str) -> None:
    """What it is of, which values there are, and what was given; never a type's name."""
    done = cli(*words.split())
    assert done.code == 2
    assert said in done.err
    assert "argument" not in done.err
    assert "invalid" not in done.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("plan xyzzy", "there is show, check, start, done, todo, drop, due, add, remove, move"),
        ("foo", "import, export"),
    ],
)
def test_a_verb_like_none_is_answered_with_them_all(cli: Cli, words: str, said: str) -> None:
    """Half of a short word's letters are alike by chance; that is no guess to offer."""
    done = cli(*words.split())
    assert done.code == 2
    assert said in done.err
    assert "did you mean" not in done.err


@pytest.mark.parametrize(
    ("words", "near"),
    [
        ("export --langauge en", "'--language'"),
        ("--langauge en export", "'--language'"),
        ("--fromat html export", "'export --format'"),
        ("plan --duee x", "'add --due'"),
        ("plan --trakc paper add x", "'add --track'"),
    ],
)
def test_an_option_is_looked_for_at_the_verb_and_those_below_it(
    cli: Cli, words: str, near: str
) -> None:
    """Where its value would be taken for a verb, too."""
    done = cli(*words.split())
    assert done.code == 2
    assert f"did you mean {near}?" in done.err


@pytest.mark.parametrize("words", ["plan --colour", "plan --colour red"])
def test_an_option_like_none_is_no_guess(cli: Cli, words: str) -> None:
    """The common options look a little like everything."""
    done = cli(*words.split())
    assert done.code == 2
    assert "no option '--colour'" in done.err
    assert "did you mean" not in done.err


@pytest.mark.parametrize("word", sorted(parser.BELOW["plan"]))
def test_a_verb_below_another_is_declared_by_the_module_that_is_loaded_for_it(
    cli: Cli, word: str
) -> None:
    """It parses alone as it does among all, and its help has an example."""
    alone = parser.build("plan", word).verbs()["plan"].verbs()[word]
    among = parser.build("plan").verbs()["plan"].verbs()
    assert alone.format_help() == among[word].format_help()
    assert set(among) == set(parser.BELOW["plan"])
    assert f"example:\n  l2l-tui plan {word}" in cli("plan", word, "--help").out


def test_what_is_right_loads_no_parser_that_it_does_not_need() -> None:
    """A script that calls a verb in a loop waits for nothing else."""
    assert set(parser.build("plan", "start").verbs()["plan"].verbs()) == {
        "start", "done", "todo", "drop", "due", "add", "remove", "move",
    }  # fmt: skip
    assert parser.build("plan", "").verbs()["plan"].verbs() == {}
    assert parser.build("").verbs() == {}
