"""The cards of the checkout, and the examples on them, as tests see them."""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from mllint import cards
from mllint.cards.compiler import card_paths, read_card
from mllint.cards.schema import Example, RuleCard
from mllint.finding import Finding
from mllint.fixes.apply import Outcome, fix_source
from mllint.run import check_source
from mllint.settings import Settings
from mllint.source import Source

ROOT = Path(__file__).parent.parent
CARDS: dict[str, RuleCard] = {}
PATHS: dict[str, Path] = {}
for _path in card_paths(ROOT / "rules"):
    _card = read_card(_path)
    CARDS[_card.name] = _card
    PATHS[_card.name] = _path

_EXPECTATION = re.compile(r"[ \t]*# expect: (MLL\d{3}(?:, MLL\d{3})*)[ \t]*$", re.MULTILINE)


@dataclass(frozen=True)
class Case:
    """One example of one card, with its expectation comments taken out."""

    card: RuleCard
    number: int
    example: Example

    @property
    def identifier(self) -> str:
        note = f"-{self.example.note}" if self.example.note else ""
        return f"{self.card.name}-{self.number}{note}".replace(" ", "_")

    @property
    def bad(self) -> str | None:
        return None if self.example.bad is None else _EXPECTATION.sub("", self.example.bad)

    @property
    def good(self) -> str | None:
        return None if self.example.good is None else _EXPECTATION.sub("", self.example.good)

    @property
    def expected(self) -> list[tuple[int, str]]:
        """The lines and codes that the bad example announces."""
        found = []
        for number, line in enumerate((self.example.bad or "").split("\n"), 1):
            if match := _EXPECTATION.search(line):
                found += [(number, code) for code in match[1].split(", ")]
        return found


CASES = [
    Case(card, number, example) for card in CARDS.values() for number, example in enumerate(card.examples, 1)
]


@lru_cache(maxsize=1)
def catalogue() -> Any:
    return cards.load()


def settings(select: tuple[str, ...], case: Case | None = None, root: Path | None = None) -> Settings:
    """Settings under which just these rules run, with the options of an example."""
    if case is not None and case.card.family == "mllint":
        # What is said of a suppression depends on the rules that run beside it.
        select = (*select, *(card.name for card in CARDS.values() if card.default))
    options = {case.card.name: MappingProxyType(dict(case.example.options))} if case else {}
    return Settings(root=root or Path("/nonexistent"), select=select, rule_options=MappingProxyType(options))


def lint(text: str, chosen: Settings, folder: Path | None = None) -> list[Finding]:
    path = folder / "example.py" if folder else None
    return list(check_source(Source(text, "example.py"), chosen, catalogue(), named=True, path=path).findings)


def fix(text: str, chosen: Settings, folder: Path | None = None) -> Outcome:
    """Every fix that is not for display, unsafe ones too."""
    path = folder / "example.py" if folder else None

    def check(source: Source) -> list[Finding]:
        return list(check_source(source, chosen, catalogue(), named=True, path=path).findings)

    return fix_source(
        Source(text, "example.py"),
        check,
        lambda finding: finding.fix is not None and finding.fix.safety != "display",
    )


def write_files(case: Case, folder: Path) -> None:
    """The data files of an example; ``size:N`` stands for a file of N bytes, without its blocks."""
    for name, content in case.example.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if content.startswith("size:"):
            with path.open("wb") as file:
                file.truncate(int(content.removeprefix("size:")))
        else:
            path.write_text(content, encoding="utf-8")
