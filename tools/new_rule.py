"""Writes a new rule card that already passes the schema: ``make rule NAME=family/name``."""

import re
import sys
from pathlib import Path

RULES = Path(__file__).parent.parent / "rules"

#: First digit of the codes of a family; see CONTRIBUTING.md.
FAMILIES = {
    "data-loading": 1, "images": 1, "dataframes": 2, "vectorisation": 3, "dtypes": 3, "torch": 4,
    "tf-data": 5, "keras": 5, "architecture": 6, "sklearn": 7, "hugging-face": 8, "jax": 8, "benchmarking": 9,
}  # fmt: skip

CARD = """\
# yaml-language-server: $schema=../rule.schema.json
code: {code}
name: {name}
summary: Say in one line what is slow
family: {family}
since: "0.1"
default: false
impact: medium
confidence: medium
triggers: [[torch], [DataLoader]]
message: say what is slow here, why, and what to write instead
why: |
  What costs time or memory, and how much, with a source or a measurement for every claim.
when-not: |
  When the code is right as it is.
match:
  call: [torch.utils.data.DataLoader]
  lacks: [{{keyword: a_keyword}}]
sources:
  - title: Name of the page that says so
    url: https://example.org/
examples:
  - bad: |
      import torch
      torch.utils.data.DataLoader(dataset)  # expect: {code}
  - good: |
      import torch
      torch.utils.data.DataLoader(dataset, a_keyword=1)
"""


def next_code(family: str) -> str:
    """The first free code of the family's hundred."""
    used = {
        int(code)
        for path in RULES.glob("*/*.yaml")
        for code in re.findall(r"^code: MLL(\d{3})", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    first = FAMILIES.get(family, 9) * 100 + 1
    return f"MLL{next(number for number in range(first, 1000) if number not in used)}"


def main(argument: str) -> int:
    """Write the card, or say what is wrong with the name."""
    match = re.fullmatch(r"([a-z]+(?:-[a-z]+)*)/([a-z0-9]+(?:-[a-z0-9]+)*)", argument)
    if match is None:
        print("usage: make rule NAME=family/name, both in small letters with hyphens", file=sys.stderr)
        return 2
    family, name = match.groups()
    path = RULES / family.replace("-", "_") / f"{name.replace('-', '_')}.yaml"
    if path.exists():
        print(f"{path} exists already", file=sys.stderr)
        return 2
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(CARD.format(code=next_code(family), name=name, family=family), encoding="utf-8")
    print(path)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
