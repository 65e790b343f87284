"""From raw configuration values to typed ones: every key, type, rule and option is checked here.

A refusal is a :class:`ConfigError` that names the place, what is wrong and what would be right.
"""

import difflib
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

from mllint.config.toml_lines import line_of
from mllint.finding import LEVELS
from mllint.rule import Catalogue, Option, Rule, UnknownRule

Kind: TypeAlias = Literal[
    "selectors", "globs", "boolean", "level", "format", "path", "file-selectors", "versions", "rules"
]

#: Every key of the configuration, and what its value is.
KEYS: dict[str, Kind] = {
    "extend": "path",
    "select": "selectors",
    "extend-select": "selectors",
    "ignore": "selectors",
    "per-file-ignores": "file-selectors",
    "test-paths": "globs",
    "fixable": "selectors",
    "unfixable": "selectors",
    "extend-safe-fixes": "selectors",
    "extend-unsafe-fixes": "selectors",
    "unsafe-fixes": "boolean",
    "exclude": "globs",
    "extend-exclude": "globs",
    "force-exclude": "boolean",
    "respect-gitignore": "boolean",
    "min-impact": "level",
    "min-confidence": "level",
    "target-versions": "versions",
    "rules": "rules",
    "output-format": "format",
    "exit-zero": "boolean",
    "show-fixes": "boolean",
}

#: A typed layer of configuration: values by key, only those that were given.
Layer: TypeAlias = dict[str, Any]

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off"}
_LIBRARY = re.compile(r"[a-z0-9]+(?:[-_.][a-z0-9]+)*\Z")
_TYPE_NAMES = {dict: "a table", list: "an array", str: "a string", bool: "a boolean", int: "an integer"}


class ConfigError(Exception):
    """A configuration that cannot be used; ``str()`` tells the place, the fault and the remedy."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a layer was written.

    ``text`` is the TOML text of a file whose settings stand below ``prefix``. On the command line and in
    the environment (``text`` is None) values may be strings, with commas between the members of a list.
    """

    label: str
    folder: Path
    text: str | None = None
    prefix: tuple[str, ...] = ()

    @property
    def typed(self) -> bool:
        """Whether values carry TOML types, so that a string is not taken for a list or a boolean."""
        return self.text is not None

    def error(self, message: str, *keys: str, value: str | None = None) -> ConfigError:
        """The error for the setting ``keys``, pointing at ``value`` inside it where that is known."""
        if self.text is not None:
            return ConfigError(f"{self.label}:{line_of(self.text, (*self.prefix, *keys), value)}: {message}")
        if self.label == "environment":
            return ConfigError(f"MLLINT_{keys[0].upper().replace('-', '_')}: {message}")
        return ConfigError(f"--{keys[0]}: {message}" if keys else f"{self.label}: {message}")


def nearest(word: str, names: Iterable[str], cutoff: float = 0.6) -> str:
    """``; did you mean X?`` for the nearest of ``names``, or an empty string."""
    near = difflib.get_close_matches(word, list(names), n=1, cutoff=cutoff)
    return f"; did you mean `{near[0]}`?" if near else ""


@dataclass(frozen=True, slots=True)
class Reader:
    """Turns one raw table into a :data:`Layer`; ``formats`` are the output formats that exist."""

    origin: Origin
    catalogue: Catalogue
    formats: tuple[str, ...] = ()

    def read(self, raw: Mapping[str, Any]) -> Layer:
        """Raises :class:`ConfigError` on the first setting that cannot be used."""
        layer: Layer = {}
        for written, value in raw.items():
            key = written if self.origin.typed else written.replace("_", "-")
            kind = KEYS.get(key)
            if kind is None:
                hint = (
                    nearest(key.replace("_", "-"), KEYS) or "; `mllint check --show-settings` lists the keys"
                )
                if self.origin.text is not None and not self.origin.prefix and key == "tool":
                    hint = "; in this file settings stand at the top level, without `[tool.mllint]`"
                raise self.origin.error(f"unknown key `{written}`{hint}", written)
            if value is None and not self.origin.typed:
                continue
            layer[key] = self._value(kind, key, value)
        return layer

    def _value(self, kind: Kind, key: str, value: Any) -> Any:
        match kind:
            case "selectors":
                return self._selectors(self._strings(value, key), key)
            case "globs":
                return self._strings(value, key)
            case "boolean":
                return self._boolean(value, key)
            case "level":
                return self._choice(value, tuple(LEVELS), key)
            case "format":
                return self._format(value, key)
            case "path":
                return self._string(value, key)
            case "file-selectors":
                table = self._table(value, key, 'glob = ["selector", …]')
                return {
                    glob: self._selectors(self._strings(selectors, key, glob), key, glob)
                    for glob, selectors in table.items()
                }
            case "versions":
                table = self._table(value, key, 'library = ">=1.2"')
                return dict(self._version(name, version, key) for name, version in table.items())
            case "rules":
                return self._rules(value, key)

    def _wrong(self, expected: str, value: Any, *keys: str) -> ConfigError:
        found = _TYPE_NAMES.get(type(value), f"a value of type {type(value).__name__}")
        return self.origin.error(f"`{'.'.join(keys)}` must be {expected}, not {found}", *keys)

    def _string(self, value: Any, *keys: str) -> str:
        if not isinstance(value, str):
            raise self._wrong("a string", value, *keys)
        return value

    def _boolean(self, value: Any, *keys: str) -> bool:
        if isinstance(value, bool):
            return value
        if isinstance(value, str) and not self.origin.typed:
            if value.lower() in _TRUE:
                return True
            if value.lower() in _FALSE:
                return False
            raise self.origin.error(f"`{value}` is neither true nor false", *keys)
        raise self._wrong("true or false", value, *keys)

    def _strings(self, value: Any, *keys: str) -> tuple[str, ...]:
        if isinstance(value, str) and not self.origin.typed:
            value = [value]
        if isinstance(value, str):
            raise self.origin.error(
                f'`{".".join(keys)}` must be an array of strings; write ["{value}"]', *keys
            )
        if not isinstance(value, list | tuple):
            raise self._wrong("an array of strings", value, *keys)
        for member in value:
            if not isinstance(member, str):
                raise self._wrong("an array of strings only", member, *keys)
        if self.origin.typed:
            return tuple(value)
        return tuple(part.strip() for member in value for part in member.split(",") if part.strip())

    def _selectors(self, selectors: tuple[str, ...], *keys: str) -> tuple[str, ...]:
        for selector in selectors:
            try:
                self.catalogue.select(selector)
            except UnknownRule as error:
                raise self.origin.error(str(error), *keys, value=selector) from None
        return selectors

    def _choice(self, value: Any, choices: tuple[str, ...], *keys: str) -> str:
        word = self._string(value, *keys)
        if word not in choices:
            known = ", ".join(choices)
            hint = nearest(word, choices)
            raise self.origin.error(f"`{'.'.join(keys)}` must be one of {known}, not {word!r}{hint}", *keys)
        return word

    def _format(self, value: Any, *keys: str) -> str:
        return self._choice(value, self.formats, *keys) if self.formats else self._string(value, *keys)

    def _table(self, value: Any, key: str, shape: str) -> Mapping[str, Any]:
        if not isinstance(value, Mapping):
            raise self._wrong(f"a table ({shape})", value, key)
        return value

    def _version(self, name: str, value: Any, key: str) -> tuple[str, str]:
        from packaging.specifiers import InvalidSpecifier, SpecifierSet
        from packaging.version import InvalidVersion, Version

        library = name.lower()
        known = {"python", *(library for rule in self.catalogue.rules for library, _ in rule.applies)}
        hint = nearest(library, known, cutoff=0.75)
        if not _LIBRARY.match(library) or (library not in known and hint):
            raise self.origin.error(
                f"unknown library `{name}`{hint or '; name it as `pip install` does'}", key, name
            )
        text = self._string(value, key, name).strip()
        try:
            Version(text)
        except InvalidVersion:
            try:
                SpecifierSet(text)
            except InvalidSpecifier:
                text = ""
            if not text:
                raise self.origin.error(
                    f'`{key}.{name}` must be a version ("2.1") or a range (">=2.1,<3"), not {value!r}',
                    *(key, name),
                ) from None
        return library, text

    def _rules(self, value: Any, key: str) -> dict[str, dict[str, Any]]:
        result: dict[str, dict[str, Any]] = {}
        for name, options in self._table(value, key, "rule-name.option = value").items():
            try:
                rule = self.catalogue.find(name)
            except UnknownRule as error:
                raise self.origin.error(str(error), key, name) from None
            if not isinstance(options, Mapping):
                raise self._wrong("a table of options", options, key, name)
            result.setdefault(rule.name, {}).update(
                {
                    option: self._option(rule, option, setting, key, name)
                    for option, setting in options.items()
                }
            )
        return result

    def _option(self, rule: Rule, option: str, value: Any, key: str, written: str) -> Any:
        declared = rule.options.get(option)
        if declared is None:
            known = ", ".join(f"`{name}`" for name in rule.options)
            hint = nearest(option, rule.options) or (f"; it has {known}" if known else "; it has no options")
            raise self.origin.error(f"unknown option `{option}` of {rule.name}{hint}", key, written, option)
        return self._option_value(declared, value, key, written, option)

    def _option_value(self, declared: Option, value: Any, *keys: str) -> Any:
        match declared.type:
            case "boolean":
                return self._boolean(value, *keys)
            case "string":
                return self._string(value, *keys)
            case "strings":
                return self._strings(value, *keys)
            case "choice":
                return self._choice(value, declared.values, *keys)
            case "integer":
                if not isinstance(value, int) or isinstance(value, bool):
                    raise self._wrong("an integer", value, *keys)
            case "number":
                if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
                    raise self._wrong("a finite number", value, *keys)
        if declared.minimum is not None and value < declared.minimum:
            raise self.origin.error(
                f"`{'.'.join(keys)}` must be at least {declared.minimum:g}, not {value}", *keys
            )
        return value
