r"""TeX formulas as Unicode, for terminals: ``$\theta_{t+1}$`` reads as θₜ₊₁.

Two converters share the work, both kept by others. pylatexenc reads the TeX and knows what its
commands stand for; unicodeit then raises and lowers letters. The other way about would do harm:
unicodeit takes the beginnings of longer commands for commands (``\left`` would read as ≤ft).
Of our own is what neither keeps together: fractions and roots get the parentheses that their
braces stood for, and a command that nobody knows stays as it was written.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from l2l_tui.report.prose import FORMULAS, inline

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

_INDENT = "    "
_LONGEST = 4000
"""A longer formula is nobody's; converting it would hold up the screen."""

# A brace or a sign of scripts that is meant as such, until the braces of TeX are gone.
_MEANT = {"{": "\ue000", "}": "\ue001", "_": "\ue002", "^": "\ue003"}
_BACK = {ord(sign): meant for meant, sign in _MEANT.items()}

_FRACTIONS = ("frac", "dfrac", "tfrac", "cfrac")
_PASSED = ("operatorname", "mathop", "mathrm", "boldsymbol", "bm", "textnormal", "mbox", "tag")
_SIZES = [f"{size}{side}" for size in ("big", "Big", "bigg", "Bigg") for side in ("", "l", "r")]
_NOTHING = ("left", "right", "middle", "limits", "nolimits", "displaystyle", "label", *_SIZES)
_NAMES = ("arg", "argmin", "argmax", "softmax", "lim", "limsup", "liminf", "Pr", "det", "dim")
_NORMS = {"|": "‖", "Vert": "‖", "lVert": "‖", "rVert": "‖"}
_BARS = dict.fromkeys(("vert", "lvert", "rvert", "mid"), "|")
_SPACES = {",": " ", ";": " ", ":": " ", "!": "", "quad": "  ", "qquad": "  "}
_SIGNS = {name: _MEANT[name] for name in "{}_"} | _NORMS | _BARS | _SPACES
_ACCENTS = {
    **dict.fromkeys(("hat", "widehat"), "\u0302"),
    **dict.fromkeys(("tilde", "widetilde"), "\u0303"),
    **dict.fromkeys(("bar", "overline"), "\u0304"),
    "dot": "\u0307",
    "ddot": "\u0308",
    "vec": "\u20d7",
    "underline": "\u0332",
}
"""The marks that stand over or under a letter, as the characters that combine with it."""
_PREFIXES = ("partial", "nabla", "neg", *_NOTHING)
"""The commands that what follows stands close to."""

_SCRIPT = re.compile(r"([_^])\s*\{([^{}]*)\}")
_ONE_LETTER = re.compile(r"[_^][^\s_^{}()]")
_BRACED = re.compile(r"\{([^{}]*)\}")
_SUM = re.compile(r"[-+−±∓=<>≤≥,]")
_PRODUCT = re.compile(r"[-+−±∓=<>≤≥,\s/·⋅×*]")
_NO_FACTOR = "+-−±∓=<>≤≥≈~→∈,.;:!?)]}|/&^_"
"""The signs behind which nothing is multiplied."""
_LINE_END = re.compile(r"\r\n?|\n")

Place = tuple[int, int, str]
"""Where a formula stands in a text, with its dollars, and what is read in its place."""


def readable(markdown: str, *, markup: bool = False) -> str:
    """Return Markdown with its formulas as Unicode; all else stays to the letter.

    Args:
        markdown: What a person wrote. Dollars in code and sums of money are no formulas.
        markup: Whether it will be read as Markdown again. Then what a formula says is no
            markup, and one on lines of its own becomes a block of code, which keeps its lines.
    """
    if "$" not in markdown:
        return markdown
    said, last = [], 0
    for start, end, formula in _places(markdown, markup=markup):
        said += [markdown[last:start], formula]
        last = end
    return "".join((*said, markdown[last:]))


@lru_cache(maxsize=1000)
def unicode(tex: str) -> str:
    """Return a formula as Unicode, one line for each of its own; as TeX where that fails."""
    if len(tex) > _LONGEST:
        return tex
    # A line break is a space to TeX; `\\\\` is what breaks one. Comments end at either.
    joined = tex if "%" in tex else " ".join(tex.split("\n"))
    try:
        text = _converter()(joined.strip())
    except Exception:  # noqa: BLE001 (whatever the converter makes of anybody's text)
        return tex
    rows = (" ".join(_scripts(row).split()) for row in text.split("\n"))
    return "\n".join(row.translate(_BACK) for row in rows if row) or tex


def _scripts(text: str) -> str:
    """Raise and lower what can be; what cannot be stands in parentheses, and braces go."""
    text = _ONE_LETTER.sub(lambda found: _small(found[0]) or found[0], text)
    while True:
        text, scripts = _SCRIPT.subn(lambda found: _script(found[1], found[2]), text)
        text, groups = (text, 0) if scripts else _BRACED.subn(r"\1", text, count=1)
        if not scripts and not groups:
            return text


def _script(sign: str, inside: str) -> str:
    compact = "".join(inside.split())
    compact = compact.replace("⊤", "T") if sign == "^" else compact
    small = _small(f"{sign}{{{compact}}}") if compact else ""
    if small is not None:
        return small
    meant = _MEANT[sign]
    return f"{meant}{compact}" if len(compact) == 1 else f"{meant}({inside.strip()})"


@lru_cache(maxsize=1000)
def _small(script: str) -> str | None:
    """Return a script as raised or lowered letters; None where one of them has no such form."""
    import unicodeit

    said: str = unicodeit.replace(script)
    return None if set("_^{}") & set(said) else said


def _fraction(node: Any, l2tobj: Any) -> str:  # noqa: ANN401 (pylatexenc has no types)
    above, below = (l2tobj.node_arg_to_text(node, at).strip() for at in (0, 1))
    return f"{_kept(above, _SUM)}/{_kept(below, _PRODUCT)}"


def _factor(before: str, fraction: str, behind: str) -> str:
    """Return a fraction in parentheses, if it would run into what it is multiplied by."""
    after = behind.lstrip()[:1]
    alone = not after or after in _NO_FACTOR
    return fraction if alone and not before[-1:].isalnum() else f"({fraction})"


def _root(node: Any, l2tobj: Any) -> str:  # noqa: ANN401 (pylatexenc has no types)
    degree, inside = (l2tobj.node_arg_to_text(node, at).strip() for at in (0, 1))
    sign = {"": "√", "3": "∛", "4": "∜"}.get(degree, f"^{{{degree}}}√")
    alone = len(re.sub(r"[_^](\{[^{}]*\}|.)", "", inside)) == 1
    return f"{sign}{inside}" if alone else f"{sign}({inside})"


def _kept(part: str, signs: re.Pattern[str]) -> str:
    """Return a part of a fraction in parentheses, if it would fall apart without."""
    outside = re.sub(r"[_^](\{[^{}]*\}|.)", "", part)
    while outside != (inner := re.sub(r"\([^()]*\)|\{[^{}]*\}", "", outside)):
        outside = inner
    return f"({part})" if signs.search(outside) or not part else part


def _accent(node: Any, l2tobj: Any, macroname: str) -> str:  # noqa: ANN401 (pylatexenc has no types)
    text = l2tobj.node_arg_to_text(node, 0).strip()
    return unicodedata.normalize("NFC", f"{text[:1]}{_ACCENTS[macroname]}{text[1:]}")


def _choice(node: Any, l2tobj: Any) -> str:  # noqa: ANN401 (pylatexenc has no types)
    above, below = (l2tobj.node_arg_to_text(node, at).strip() for at in (0, 1))
    return f"C({above}, {below})"


def _as_written(node: Any) -> str:  # noqa: ANN401 (pylatexenc has no types)
    written: str = node.latex_verbatim()
    return "".join(_MEANT.get(sign, sign) for sign in written)


@cache
def _converter() -> Callable[[str], str]:
    """Return what turns TeX into text; scripts keep their signs and braces."""
    from pylatexenc import latex2text, latexwalker, macrospec

    spec = latex2text.MacroTextSpec
    read, said = (
        latexwalker.get_default_latex_context_db(),
        latex2text.get_default_latex_context_db(),
    )
    arguments = {
        **dict.fromkeys((*_PASSED, *_ACCENTS), "{"),
        **dict.fromkeys((*_FRACTIONS, "binom"), "{{"),
    }
    read.add_context_category(
        "formulas",
        prepend=True,
        macros=[macrospec.std_macro(name, form) for name, form in arguments.items()],
    )
    texts = {**_SIGNS, **{name: name for name in _NAMES}, **dict.fromkeys(_PASSED, "%s")}
    given: dict[str, Callable[..., str]] = {
        **dict.fromkeys(_FRACTIONS, _fraction),
        "sqrt": _root,
        "binom": _choice,
    }
    given |= dict.fromkeys(_ACCENTS, _accent)
    macros = [spec(name, text) for name, text in (texts | given).items()]
    macros += [spec(name, discard=True) for name in _NOTHING]
    said.add_context_category("formulas", prepend=True, macros=macros)
    said.set_unknown_macro_spec(spec("", _as_written))

    class Converter(latex2text.LatexNodes2Text):  # type: ignore[misc]
        """Keeps what belongs together: spaces as written, scripts with what they raise."""

        def nodelist_to_text(self, nodelist: Iterable[Any]) -> str:
            """Return the text of nodes that follow one another."""
            nodes = list(nodelist or ())
            said = [self.node_to_text(node) for node in nodes]
            text, before = "", None
            for place, node in enumerate(nodes):
                piece = said[place]
                if getattr(node, "macroname", "") in _FRACTIONS:
                    piece = _factor(text, piece, "".join(said[place + 1 :]))
                text += _behind(text, before, node, piece)
                before = node
            return text

    converter = Converter(
        said, math_mode="text", keep_braced_groups=True, keep_braced_groups_minlen=0
    )

    def convert(tex: str) -> str:
        nodes = latexwalker.LatexWalker(tex, latex_context=read).get_latex_nodes()[0]
        text: str = converter.nodelist_to_text(nodes)
        return text

    return convert


def _behind(before: str, last: Any, node: Any, text: str) -> str:  # noqa: ANN401 (pylatexenc has no types)
    """Return a node's text as it stands behind what came before it."""
    name, named = getattr(last, "macroname", ""), getattr(node, "macroname", "")
    if named and before.rstrip().endswith(("_", "^")):
        text = f"{{{text}}}"
    elif name in {"left", "right"}:
        text = text.removeprefix(".")
    elif name and before.endswith(f"\\{name}") and text.startswith("{"):
        text = "".join(_MEANT.get(sign, sign) for sign in text)
    if named and text.isalpha() and text.isascii() and len(text) > 1 and before[-1:].isalnum():
        text = f" {text}"  # log and its like stand apart from what they follow
    close = named in _PREFIXES or not named or getattr(node.nodeargd, "argnlist", None)
    return text if close else text + (node.macro_post_space or "")


def _places(markdown: str, *, markup: bool) -> list[Place]:
    """Return where formulas stand, as the house's reader of Markdown finds them."""
    sources = _Lines(markdown)
    found: list[Place] = []
    env: dict[str, Any] = {}
    for token in _reader().parse(markdown, env):
        if token.type == "math_block":
            found += sources.block(token, markup=markup)
        elif token.type == "inline" and token.map is not None:
            spans = [span for content, *span in env.get("formulas", ()) if content is token.content]
            found += sources.inline(token, spans, markup=markup)
    return sorted(found)


class _Lines:
    """The lines of a text, and how far in each of them its tokens were found.

    Args:
        text: The text.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        ends = [(match.start(), match.end()) for match in _LINE_END.finditer(text)]
        starts = [0, *(end for _, end in ends)]
        self._lines = list(zip(starts, [*(start for start, _ in ends), len(text)], strict=True))
        self._seen = [start for start, _ in self._lines]

    def inline(self, token: Token, spans: list[list[int]], *, markup: bool) -> Iterator[Place]:
        """Yield the formulas of a paragraph, a heading or a cell.

        A line that the reader changed (an escaped pipe in a table) is not found; it stays.
        """
        first = (token.map or [0])[0]
        offset, starts = 0, list[tuple[int, int | None]]()
        for number, line in enumerate(token.content.split("\n"), first):
            starts.append((offset, self._find(number, line)))
            offset += len(line) + 1
        for start, end in spans:
            here, there = _at(starts, start), _at(starts, end)
            tex = token.content[start:end].strip("$")
            # What reaches from a sum of money into code is no formula, whatever the reader says.
            if here is not None and there is not None and "`" not in tex:
                said = "; ".join(unicode(tex).split("\n"))
                yield here, there, inline(said) if markup else said

    def block(self, token: Token, *, markup: bool) -> Iterator[Place]:
        """Yield the formula that stands on lines of its own."""
        first, behind = token.map or [0, 0]
        start, end = self._lines[first][0], self._lines[behind - 1][1]
        opening = self._text.find("$$", start, end)
        closing = self._text.rfind("$$", opening + 2, end)
        if opening < 0 or closing < 0:
            return
        margin = re.sub(r"[^\s>]", " ", self._text[start:opening])
        rows = unicode(token.content.strip()).split("\n")
        if markup:
            fence = "`" * max(3, 1 + max(map(len, re.findall("`+", "".join(rows))), default=0))
            rows = [fence, *rows, fence]
        else:
            rows = [f"{_INDENT}{row}" for row in rows]
        yield opening, closing + 2, f"\n{margin}".join(rows)

    def _find(self, number: int, line: str) -> int | None:
        if number >= len(self._lines):
            return None
        place = self._text.find(line, self._seen[number], self._lines[number][1])
        if place < 0:
            return None
        self._seen[number] = place + len(line)
        return place


def _at(starts: list[tuple[int, int | None]], offset: int) -> int | None:
    """Return where a place of a token's content stands in the text."""
    begun = [(start, place) for start, place in starts if start <= offset]
    start, place = begun[-1]
    return None if place is None else place + offset - start


@cache
def _reader() -> MarkdownIt:
    """Return the house's reader of Markdown, which remembers where it met formulas."""
    from markdown_it import MarkdownIt
    from mdit_py_plugins.dollarmath import dollarmath_plugin
    from mdit_py_plugins.dollarmath.index import math_inline_dollar

    reader = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    reader.use(dollarmath_plugin, **FORMULAS)
    rule = math_inline_dollar(FORMULAS["allow_space"], FORMULAS["allow_digits"], allow_double=True)

    def remembered(state: StateInline, silent: bool) -> bool:
        start = state.pos
        found = rule(state, silent)
        if found and not silent:
            state.env.setdefault("formulas", []).append((state.src, start, state.pos))
        return found

    reader.inline.ruler.at("math_inline", remembered)
    return reader
