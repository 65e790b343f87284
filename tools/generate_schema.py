"""Writes ``rules/rule.schema.json``: editors check and complete cards with it."""

import json
from pathlib import Path

from mllint.cards.schema import json_schema

TARGET = Path(__file__).parent.parent / "rules" / "rule.schema.json"


def text() -> str:
    """The schema as it is stored."""
    return json.dumps(json_schema(), indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    TARGET.write_text(text(), encoding="utf-8")
