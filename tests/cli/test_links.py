"""``plan link``, ``unlink``, ``open``: a milestone's links."""

from __future__ import annotations

import webbrowser

import pytest

from tests.cli.conftest import Cli

LINKS = ("arXiv:1703.03400", "doi:10.1145/3065386", "@finn2017maml", "https://example.org/a?b=c")


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the addresses that the browser is given; it opens none."""
    found: list[str] = []

    def take(url: str) -> bool:
        found.append(url)
        return True

    monkeypatch.setattr(webbrowser, "open", take)
    return found


@pytest.fixture
def linked(cli: Cli) -> Cli:
    """Return the command line on a plan where maml has four links (one of them before)."""
    assert cli("plan", "link", "maml", *LINKS).code == 0
    return cli


def test_links_are_added_behind_those_that_stand_there(cli: Cli) -> None:
    """One that stands there already is not written twice."""
    done = cli("plan", "link", "maml", *LINKS, "--json")
    assert done.document["links"] == list(LINKS)
    assert "already" in done.err


def test_a_person_sees_the_numbers_that_opening_takes(linked: Cli) -> None:
    """With what each leads to."""
    out = linked("plan", "link", "maml", "arXiv:12").out
    assert "   1. arXiv:1703.03400" in out
    assert "https://doi.org/10.1145/3065386" in out
    assert "   3. @finn2017maml" in out
    assert "BibTeX key" in out
    assert "   5. arXiv:12" in out
    assert "malformed" in out


@pytest.mark.parametrize(
    ("words", "left"),
    [(["2", "3"], [0, 3]), (["finn"], [0, 1, 3]), (["ARXIV:1703.03400"], [1, 2, 3])],
)
def test_links_are_taken_away_by_number_or_words(
    linked: Cli, words: list[str], left: list[int]
) -> None:
    """The numbers are those of before, whatever goes first."""
    document = linked("plan", "unlink", "maml", *words, "--json").document
    assert document["links"] == [LINKS[at] for at in left]


@pytest.mark.parametrize(
    ("words", "url"),
    [
        ([], "https://arxiv.org/abs/1703.03400"),
        (["2"], "https://doi.org/10.1145/3065386"),
        (["example"], "https://example.org/a?b=c"),
    ],
)
def test_a_link_opens_in_the_browser(
    linked: Cli, opened: list[str], words: list[str], url: str
) -> None:
    """Its address is printed too; with --print that is all."""
    assert linked("plan", "open", "maml", *words, "--print").out == f"{url}\n"
    assert opened == []
    assert linked("plan", "open", "maml", *words).out == f"{url}\n"
    assert opened == [url]


def test_the_document_is_kind_text_and_address_and_opens_nothing(
    linked: Cli, opened: list[str]
) -> None:
    """A link without an address has null."""
    document = linked("plan", "open", "maml", "2", "--json").document
    assert document == {
        "kind": "doi",
        "text": "doi:10.1145/3065386",
        "url": "https://doi.org/10.1145/3065386",
    }
    assert linked("plan", "open", "maml", "3", "--json").document["url"] is None
    assert opened == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("open maml 3", "no address"),
        ("open maml 9", "no link of maml is called '9'"),
        ("open this-year", "plan link this-year"),
        ("unlink maml a", "may be any of"),
        ("open mmal", "'maml'"),
    ],
)
def test_what_leads_nowhere_is_said(linked: Cli, opened: list[str], words: str, said: str) -> None:
    """Exit code 2, one line."""
    done = linked("plan", *words.split())
    assert (done.code, done.out, len(done.err.splitlines())) == (2, "", 1)
    assert said in done.err
    assert opened == []


def test_without_a_browser_the_address_is_there_all_the_same(
    linked: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 1: what was asked for did not happen."""
    monkeypatch.setattr(webbrowser, "open", lambda _url: False)
    done = linked("plan", "open", "maml")
    assert (done.code, done.out) == (1, "https://arxiv.org/abs/1703.03400\n")
    assert "browser" in done.err
