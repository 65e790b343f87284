"""The list of findings on public code is whole: each was read and has a verdict."""

import csv
from pathlib import Path
from typing import Any

from cards_under_test import CARDS

FOLDER = Path(__file__).parent.parent / "benchmarks" / "corpus"


def rows(name: str) -> list[dict[str, Any]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def place(row: dict[str, Any]) -> tuple[str, ...]:
    return tuple(row[key] for key in ("codebase", "path", "line", "rule"))


def test_every_finding_on_public_code_has_a_verdict() -> None:
    judged = {place(row): row["verdict"] for row in rows("judged.tsv")}
    findings = [place(row) for row in rows("findings.tsv")]
    assert len(findings) > 100
    assert [each for each in findings if each not in judged] == []


def test_verdicts_are_one_of_three_and_have_a_reason() -> None:
    for row in rows("judged.tsv"):
        assert row["verdict"] in {"true", "pedantic", "false"}
        assert row["reason"].strip()
        assert row["rule"] in CARDS


def test_no_known_false_alarm_is_left() -> None:
    findings = {place(row) for row in rows("findings.tsv")}
    false = {place(row) for row in rows("judged.tsv") if row["verdict"] == "false"}
    assert not findings & false
