"""Build hook: compiles the rule cards into the JSON that an installed mllint runs on."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileRules(BuildHookInterface):
    """Puts ``rules.json`` and ``prose.json`` into ``mllint/_data`` of the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        if version == "editable" or self.target_name != "wheel":
            # A checkout compiles its own cards when they change.
            return
        sys.path.insert(0, str(root / "src"))
        from mllint.cards.compiler import compile_cards, dump

        folder = root / "build" / "compiled-rules"
        folder.mkdir(parents=True, exist_ok=True)
        rules, prose = compile_cards(root / "rules", root / "src" / "mllint" / "checks")
        for name, data in (("rules.json", rules), ("prose.json", prose)):
            (folder / name).write_text(dump(data), encoding="utf-8")
            build_data["force_include"][str(folder / name)] = f"mllint/_data/{name}"
