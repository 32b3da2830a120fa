"""Links by kind, and what is said of malformed ones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from l2l_tui.plan import store
from l2l_tui.plan.edits import SetText
from l2l_tui.plan.links import Link, LinkKind, parse
from tests.plan.conftest import SMALL

Write = Callable[[str | bytes], Path]


@pytest.mark.parametrize(
    ("text", "link"),
    [
        (
            "arXiv:1606.04474",
            Link(LinkKind.ARXIV, "arXiv:1606.04474", "https://arxiv.org/abs/1606.04474"),
        ),
        (
            " arxiv: 1703.03400v3 ",
            Link(LinkKind.ARXIV, "arXiv:1703.03400v3", "https://arxiv.org/abs/1703.03400v3"),
        ),
        (
            "arXiv:cs.LG/0501001",
            Link(LinkKind.ARXIV, "arXiv:cs.LG/0501001", "https://arxiv.org/abs/cs.LG/0501001"),
        ),
        (
            "https://arxiv.org/pdf/1606.04080.pdf",
            Link(LinkKind.ARXIV, "arXiv:1606.04080", "https://arxiv.org/abs/1606.04080"),
        ),
        (
            "doi:10.1002/(SICI)1097<1::AID>3.0.CO;2-#",
            Link(
                LinkKind.DOI,
                "doi:10.1002/(SICI)1097<1::AID>3.0.CO;2-#",
                "https://doi.org/10.1002/(SICI)1097%3C1::AID%3E3.0.CO;2-%23",
            ),
        ),
        (
            "https://doi.org/10.1145/3065386",
            Link(LinkKind.DOI, "doi:10.1145/3065386", "https://doi.org/10.1145/3065386"),
        ),
        (
            "https://www.cs.toronto.edu/~kriz/",
            Link(LinkKind.URL, "cs.toronto.edu/~kriz", "https://www.cs.toronto.edu/~kriz/"),
        ),
        ("bib:finn2017maml", Link(LinkKind.BIB, "@finn2017maml")),
        ("@finn2017maml", Link(LinkKind.BIB, "@finn2017maml")),
        ("the blue book, page 7", Link(LinkKind.TEXT, "the blue book, page 7")),
    ],
)
def test_each_kind_of_link_has_words_and_an_address(text: str, link: Link) -> None:
    """arXiv, DOI, web page and BibTeX key; anything else is a note."""
    assert parse(text) == link


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("arXiv:1606.4474", LinkKind.ARXIV),
        ("arXiv:", LinkKind.ARXIV),
        ("doi:1", LinkKind.DOI),
        ("doi:10.1145/a b", LinkKind.DOI),
        ("https://", LinkKind.URL),
        ("https:/arxiv.org", LinkKind.URL),
        ("https://a b.org", LinkKind.URL),
        ("http://[::1", LinkKind.URL),
        ("https://a.org:99999/", LinkKind.URL),
        ("bib:two words", LinkKind.BIB),
        ("@", LinkKind.BIB),
    ],
)
def test_malformed_links_open_nothing_and_say_what_is_expected(text: str, kind: LinkKind) -> None:
    """Their kind is known all the same."""
    link = parse(text)
    assert (link.kind, link.url) == (kind, None)
    assert link.flaw


@given(
    st.one_of(
        st.text(),
        st.builds(str.__add__, st.sampled_from(["https://", "doi:10.1000/", "arXiv:"]), st.text()),
    )
)
def test_only_web_addresses_are_opened(text: str) -> None:
    """Whatever a file holds: no other scheme, nothing without a host, nothing that raises."""
    url = parse(text).url
    if url is not None:
        assert urlsplit(url).scheme.lower() in {"http", "https"}
        assert urlsplit(url).hostname


def test_a_malformed_link_in_a_plan_is_a_warning(write: Write) -> None:
    """With line, key and an example; the plan is saved all the same."""
    path = write(SMALL.replace("arXiv:1606.04474", "arXiv:1606.044"))
    plan = store.save(path, SetText("maml", "notes", "x"))
    (warning,) = (each for each in plan.warnings if "links" in each.key)
    assert (warning.line, warning.key) == (24, "milestone[0].links[0]")
    assert "arXiv:1606.04474" in warning.expected
