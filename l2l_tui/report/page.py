"""A summary as one HTML file: nothing in it is fetched from anywhere, nothing in it runs.

It is the Markdown document, read by a Markdown parser that takes no HTML; formulas become
MathML, the runs' pictures stand in it as SVG, pictures from elsewhere become links to them,
and the schedule is drawn over the weeks. The style sheet is ``page.css``.
"""

from __future__ import annotations

from functools import cache
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from l2l_tui.report import formulas, markdown, svg_page, timeline
from l2l_tui.report.drawing import draw
from l2l_tui.report.prose import FORMULAS, clean
from l2l_tui.report.words import Phrase, Words
from l2l_tui.text import width

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

    from l2l_tui.report.summary import Summary

_CURVES = "curves"
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
_LINKS = ("https://", "http://", "mailto:", "#")
_SHORT = 14
_BREAKS = ("<br>", "<br/>", "<br />")


def render(summary: Summary, language: str) -> str:
    """Return the document.

    Args:
        summary: What it says.
        language: ``zh-TW`` or ``en``.

    Raises:
        UnknownNameError: There is no such language.
    """
    words = Words(language)
    source = markdown.render(summary, language, figures=_CURVES, whole=False)
    parser = _parser()
    tokens = parser.parse(source)
    _label_cells(tokens)
    headings = _name_headings(tokens)
    _insert_timeline(tokens, summary, words)
    pictures = {
        f"{_CURVES}/{run.run}.svg": draw(run.drawn, words, alone=False)
        + draw(run.drawn, words, alone=False, narrow=True)
        for experiment in summary.experiments
        for run in experiment.runs
        if run.drawn is not None
    }
    body = parser.renderer.render(tokens, parser.options, {"words": words, "pictures": pictures})
    title = words.say(Phrase.TITLE, title=_line(summary.title), day=words.day(summary.meeting))
    return "\n".join(
        [
            "<!DOCTYPE html>",
            f'<html lang="{words.language}">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            '<link rel="icon" href="data:,">',
            f"<title>{escape(title)}</title>",
            f"<style>\n{_style()}</style>",
            "</head>",
            "<body>",
            _contents(headings),
            f"<main>\n{body}</main>",
            "</body>",
            "</html>",
            "",
        ]
    )


def _style() -> str:
    return files("l2l_tui.report").joinpath("page.css").read_text("utf-8") + svg_page.style() + "\n"


def _line(text: str) -> str:
    return " ".join(clean(text).split())


def _contents(headings: Sequence[tuple[str, str]]) -> str:
    links = "".join(f'<li><a href="#{id_}">{escape(said)}</a></li>' for id_, said in headings)
    return f"<nav><ul>{links}</ul></nav>"


def _name_headings(tokens: Sequence[Token]) -> list[tuple[str, str]]:
    """Give each of our sections a name to be linked by; return names and words."""
    found: list[tuple[str, str]] = []
    for index, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag == "h2" and token.level == 0:
            id_ = f"part-{len(found) + 1}"
            token.attrSet("id", id_)
            found.append((id_, tokens[index + 1].content))
    return found


def _label_cells(tokens: Sequence[Token]) -> None:
    """Tell each cell its column's name, which narrow pages show before it.

    Days and other short words stay on one line.
    """
    headers: list[str] = []
    column = 0
    for index, token in enumerate(tokens):
        if token.type == "thead_open":
            headers = []
        elif token.type == "tr_open":
            column = 0
        elif token.type == "th_open":
            token.attrSet("scope", "col")
            headers.append(tokens[index + 1].content.replace("`", ""))
        elif token.type == "td_open":
            token.attrSet("data-label", headers[column])
            column += 1
        if token.type in {"th_open", "td_open"} and width(tokens[index + 1].content) <= _SHORT:
            token.attrSet("class", "short")


def _insert_timeline(tokens: list[Token], summary: Summary, words: Words) -> None:
    from markdown_it.token import Token

    drawn = timeline.draw(summary, words)
    if not drawn:
        return
    said = words.say(Phrase.SCHEDULE)
    index = next(
        index
        for index, token in enumerate(tokens)
        if token.type == "heading_close" and token.tag == "h2" and tokens[index - 1].content == said
    )
    key = escape(words.say(Phrase.TIMELINE_KEY))
    block = Token("html_block", "", 0)
    block.content = f'<div class="drawn">{drawn}\n<p class="key">{key}</p></div>\n'
    tokens.insert(index + 1, block)


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt
    from mdit_py_plugins.dollarmath import dollarmath_plugin

    parser = MarkdownIt("commonmark", {"html": False, "linkify": False})
    parser.enable(["table", "strikethrough"])
    parser.use(dollarmath_plugin, **FORMULAS, renderer=_formula)
    parser.inline.ruler.before("autolink", "line_break", _line_break)
    parser.validateLink = _is_link  # type: ignore[method-assign]
    for name, rule in (
        ("image", _image),
        ("table_open", _table_open),
        ("table_close", _table_close),
    ):
        parser.add_render_rule(name, rule)
    return parser


def _is_link(url: str) -> bool:
    return url.lower().startswith((*_LINKS, f"{_CURVES}/"))


def _line_break(state: StateInline, silent: bool) -> bool:
    """Read ``<br>``, the one tag that our tables need and that can do no harm."""
    found = next((tag for tag in _BREAKS if state.src.startswith(tag, state.pos)), None)
    if found is None:
        return False
    if not silent:
        state.push("hardbreak", "br", 0)
    state.pos += len(found)
    return True


def _formula(tex: str, options: Mapping[str, bool]) -> str:
    block = options["display_mode"]
    drawn = formulas.mathml(tex, block=block)
    return f'<span class="formula">{drawn}</span>' if block else drawn


def _table_open(*_: object) -> str:
    return '<div class="table"><table>\n'


def _table_close(*_: object) -> str:
    return "</table></div>\n"


# The parser hands its renderer as self; what a rule gets is the parser's to say.
def _image(self: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:  # noqa: ANN401
    token = tokens[index]
    source = str(token.attrGet("src") or "")
    said = self.renderInlineAsText(token.children, options, env)
    if source in env["pictures"]:
        return (
            f'<span class="drawn curves">{env["pictures"][source]}'
            f'<span class="caption">{escape(said)}</span></span>'
        )
    name = escape(env["words"].say(Phrase.PICTURE_ELSEWHERE, title=said or source))
    before = [one.type for one in tokens[:index]]
    if before.count("link_open") > before.count("link_close") or not _is_link(source):
        return name
    return f'<a href="{escape(source)}">{name}</a>'
