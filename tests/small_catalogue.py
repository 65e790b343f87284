"""A catalogue of a few rules, for tests of what is done with rules and not of what they find."""

from mllint.rule import Catalogue, Option, Rule


def _rule(code: str, name: str, family: str, *, default: bool = True, **more: object) -> Rule:
    return Rule(
        code=code,
        name=name,
        summary=name,
        family=family,
        since="0.1",
        default=default,
        impact="medium",
        confidence="high",
        message=name,
        triggers=(),
        nodes=() if family == "engine" else ("Call",),
        **more,  # type: ignore[arg-type]
    )


CATALOGUE = Catalogue(
    [
        _rule(
            "MLL101",
            "dataloader-no-workers",
            "data-loading",
            applies=(("torch", ">=1.9"),),
            options={
                "min-item-cost": Option("choice", "any", "", values=("any", "io")),
                "limit": Option("integer", 3, "", minimum=1),
                "ratio": Option("number", 0.5, ""),
                "names": Option("strings", (), ""),
                "strict": Option("boolean", False, ""),
            },
        ),
        _rule("MLL102", "missing-final-prefetch", "data-loading", default=False),
        _rule("MLL201", "index-loop", "vectorise"),
        _rule("MLL202", "dtype-widening", "vectorise"),
        _rule("MLL900", "syntax-error", "engine"),
        _rule("MLL901", "unused-suppression", "engine"),
        _rule("MLL902", "unknown-suppression", "engine"),
        _rule("MLL903", "reasonless-suppression", "engine", default=False),
    ]
)
DEFAULT = frozenset({"MLL101", "MLL201", "MLL202", "MLL900", "MLL901", "MLL902"})
