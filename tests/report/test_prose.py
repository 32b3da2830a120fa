"""Notes and titles in a document: kept as they are, and kept in their place."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from l2l_tui.report import prose

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
FRAGMENTS = st.sampled_from(
    [
        "# a",
        "## b #",
        "title",
        "===",
        "---",
        "```",
        "````python",
        "~~~",
        "   ```",
        "- ```",
        "1. one",
        "  * two",
        "> # quoted",
        "> ```",
        "<!-- ",
        "-->",
        "<script>",
        "</script>",
        "<pre>",
        "<?php",
        "<![CDATA[",
        "<!X",
        "<div>",
        "$$",
        "$x$",
        "| a | b |",
        "| - | - |",
        "[x]: /url",
        "![](https://example.org/a.png)",
        "\tcode",
        "",
        "\x00\x1b[31m",
        "\ud800",
        "學習",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(FRAGMENTS, max_size=8).map("\n".join), st.integers(1, 4))
def test_no_note_changes_what_comes_after_it_or_stands_above_it(text: str, below: int) -> None:
    """Our headings around it are headings still, and between them is none so high."""
    above = "#" * below
    document = f"{above} ours\n\n{prose.note(text, below)}\n\n{above} next\n"
    found = [
        (token.tag, PARSER.parse(document)[index + 1].content)
        for index, token in enumerate(PARSER.parse(document))
        if token.type == "heading_open" and token.level == 0
    ]
    assert found[0] == (f"h{below}", "ours")
    assert found[-1] == (f"h{below}", "next")
    assert all(int(tag[1]) > below for tag, _ in found[1:-1])
    document.encode()


@given(st.text(max_size=40))
def test_a_title_is_words_and_nothing_else(text: str) -> None:
    """Rendered, it reads as it was written."""
    document = f"- {prose.inline(text) or 'x'}"
    tokens = PARSER.parse(document)
    assert [token.type for token in tokens] == [
        "bullet_list_open",
        "list_item_open",
        "paragraph_open",
        "inline",
        "paragraph_close",
        "list_item_close",
        "bullet_list_close",
    ]
    children = tokens[3].children or []
    assert {child.type for child in children} <= {"text", "text_special"}


@given(st.text(max_size=30).filter(str.strip))
def test_an_identifier_stays_in_its_code_span(text: str) -> None:
    """Backticks and pipes in it do no harm, in a table either."""
    table = f"| a | b |\n| - | - |\n| {prose.code('x' + text + 'x')} | end |"
    cells = [token for token in PARSER.parse(table) if token.type == "inline"]
    assert len(cells) == 4
    assert [child.type for child in cells[2].children or []] == ["code_inline"]
    assert cells[3].content == "end"


@pytest.mark.parametrize("text", ["# x", "- x", "```", "2. x", "<div>", "> x"])
def test_a_problem_that_looks_like_a_block_is_plain_words(text: str) -> None:
    """It stays a line of its list."""
    tokens = PARSER.parse(f"1. {prose.sentence(text)} — open")
    assert [token.type for token in tokens].count("paragraph_open") == 1
    assert tokens[2].type == "paragraph_open"


def test_a_problem_keeps_its_markdown_and_formulas() -> None:
    """People write them on purpose."""
    assert prose.sentence("why is $x_1$ **not**\n`y`?") == "why is $x_1$ **not** `y`?"


def test_headings_keep_their_order_when_they_go_deeper() -> None:
    """A title underlined becomes one with hashes; what is code stays code."""
    text = "Top\n===\n\n## Below\n\n```\n# code\n```\n\nwords\n\n---"
    assert prose.note(text, 2) == "### Top\n\n#### Below\n\n```\n# code\n```\n\nwords\n\n---"
    assert prose.note("#### deep enough", 2) == "#### deep enough"


@pytest.mark.parametrize(
    ("text", "ending"),
    [("```py\nx", "```"), ("<!--\nx", "-->"), ("$$\nx", "$$"), ("~~~\nx", "~~~")],
)
def test_what_a_note_leaves_open_is_closed(text: str, ending: str) -> None:
    """By the least that does it."""
    assert prose.note(text, 2).startswith(text)
    assert prose.note(text, 2).splitlines()[-1].startswith(ending)
