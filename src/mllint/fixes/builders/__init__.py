"""Builders of edits, one per module, found by the name that a :class:`~mllint.finding.FixPlan` carries.

Each module has one public function, ``build(source, spans, **arguments) -> tuple[Edit, ...]``, which raises
:class:`~mllint.fixes.refused.Refused` where the text cannot be edited safely.
"""
