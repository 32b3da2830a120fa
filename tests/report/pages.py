"""An HTML page taken apart."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "link", "br", "hr", "img"}
_CSS = re.compile(r"@import[^;]*|url\((?!#)[^)]*\)")
_FETCHING = {"src", "srcset", "data", "poster", "background", "action", "formaction", "ping"}


@dataclass
class Page(HTMLParser):
    """What stands in a page."""

    source: str
    tags: list[str] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[str] = []
        self.feed(self.source)
        self.close()
        self.odd += self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag and what it refers to."""
        self.tags.append(tag)
        for name, value in attrs:
            self.fetched += _CSS.findall(value or "")
            if name.startswith("on") or name == "style":
                self.odd.append(f"{tag} {name}")
            if name in {"href", "xlink:href"} and tag in {"a", "mrow", "math"}:
                self.links.append(value or "")
            elif name in _FETCHING or name in {"href", "xlink:href"}:
                self.fetched += [value or ""] if not (value or "").startswith("data:") else []
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag that closes itself."""
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        """Note a closing tag that closes nothing."""
        if not self._open or self._open.pop() != tag:
            self.odd.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        """Note words."""
        self.words.append(data)
        if self._open[-1:] == ["style"]:
            self.fetched += _CSS.findall(data)

    @property
    def text(self) -> str:
        """All words."""
        return "".join(self.words)
