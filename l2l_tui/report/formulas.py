r"""TeX formulas as MathML, which browsers draw without a script.

The converter passes words through as they are (``\text{<b>}``) and lets formulas set links
and styles; so only its tree is taken, and written out here with what is known to be harmless.
"""

from __future__ import annotations

import re
from html import escape, unescape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_TAGS = re.compile(
    r"""math|menclose|merror|mfenced|mfrac|m[inos]|mmultiscripts|m?prescripts|mover|mpadded
    |mphantom|mroot|mrow|mspace|msqrt|mstyle|msu[bp]|msubsup|mtable|mt[dr]|mtext|munder
    |munderover|none""",
    re.VERBOSE,
)
_ATTRIBUTES = re.compile(
    r"""accent|accentunder|columnalign|columnlines|columnspacing|depth|display|displaystyle|fence
    |form|frame|height|largeop|linethickness|lspace|mathcolor|mathsize|mathvariant|maxsize|minsize
    |movablelimits|notation|rowlines|rowspacing|rspace|scriptlevel|separator|stretchy|voffset
    |width""",
    re.VERBOSE,
)


def mathml(tex: str, *, block: bool) -> str:
    """Return a formula as MathML that keeps its TeX beside it; as TeX where that fails.

    Args:
        tex: The formula without its dollars.
        block: Whether it stands on lines of its own.
    """
    from latex2mathml.converter import convert_to_element

    tree: Element | None
    try:
        tree = convert_to_element(tex, display="block" if block else "inline")
    except Exception:  # noqa: BLE001 (whatever the converter makes of anybody's text)
        tree = None
    source = escape(tex.strip())
    if tree is None:
        return f'<code class="tex">{source}</code>'
    inside = "".join(map(_written, tree))
    shown = ' display="block"' if block else ""
    note = f'<annotation encoding="application/x-tex">{source}</annotation>'
    return f"<math{shown}><semantics><mrow>{inside}</mrow>{note}</semantics></math>"


def _written(element: Element) -> str:
    tag = element.tag if _TAGS.fullmatch(element.tag) else "mrow"
    attributes = "".join(
        f' {name}="{escape(value)}"'
        for name, value in element.items()
        if _ATTRIBUTES.fullmatch(name)
    )
    # The converter's letters are numeric references already, waiting to be written as they are.
    words = escape(unescape(element.text or ""), quote=False)
    return f"<{tag}{attributes}>{words}{''.join(map(_written, element))}</{tag}>"
