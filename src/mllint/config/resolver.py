"""Which settings hold where: files, their parents, the environment and the command line, laid together.

Precedence: command line, then ``MLLINT_<KEY>`` variables, then the nearest file, then what it extends,
then the defaults. A configuration file is data: reading it runs nothing and opens nothing but the file
named by its ``extend``.
"""

# Paths are strings here: links must not be resolved, and folders are asked for by the thousand.
# ruff: noqa: PTH100, PTH110, PTH111, PTH112, PTH113, PTH117, PTH118, PTH119, PTH120

import os
import re
import sys
from collections.abc import Mapping, Sequence
from glob import escape
from pathlib import Path
from typing import Any

from mllint.config.layers import combine
from mllint.config.values import KEYS, ConfigError, Layer, Origin, Reader
from mllint.rule import Catalogue
from mllint.select import codes_only
from mllint.settings import Settings

_NAMES = ("mllint.toml", ".mllint.toml", "pyproject.toml")
_ROOT_MARKS = ("pyproject.toml", ".git", "setup.py")
_FROM_ENVIRONMENT = tuple(
    key for key, kind in KEYS.items() if kind in ("selectors", "globs", "boolean", "level", "format")
)
_FIX_LISTS = ("fixable", "unfixable", "extend-safe-fixes", "extend-unsafe-fixes")
_ERROR_LINE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)")


class ConfigResolver:
    """Finds the settings of a path; each folder is looked at once.

    ``explicit`` is the file of ``--config`` and replaces all that would be found; ``isolated`` looks for
    none. ``overrides`` are values of the command line by configuration key (``None`` and ``()`` count as
    not given). ``base`` is the current folder: globs of the command line and of the environment are
    relative to it. ``formats`` are the output formats that exist; without them any word is taken.

    Raises :class:`ConfigError` at once for a bad override, variable or explicit file.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        *,
        explicit: Path | None = None,
        isolated: bool = False,
        overrides: Mapping[str, Any] | None = None,
        base: Path | None = None,
        formats: Sequence[str] = (),
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self._catalogue = catalogue
        self._base = Path(os.path.abspath(base or Path.cwd()))
        self._formats = tuple(formats)
        self._isolated = isolated
        self._by_folder: dict[str, Settings] = {}
        self._by_file: dict[str, Settings] = {}
        self._top = self._above_files(
            {key: value for key, value in (overrides or {}).items() if value is not None and value != ()},
            os.environ if environ is None else environ,
        )
        self._explicit: Settings | None = None
        if explicit is not None:
            self._explicit = self._from_file(os.path.abspath(self._base / explicit), required=True)

    def settings_for(self, path: Path) -> Settings:
        """The settings in force for a file, or for the files directly in a folder."""
        absolute = os.path.abspath(self._base / path)
        return self.settings_in(absolute if os.path.isdir(absolute) else os.path.dirname(absolute))

    def settings_in(self, folder: str) -> Settings:
        """As :meth:`settings_for`, for the absolute path of a folder; nothing is asked of the disk twice."""
        if self._explicit is not None:
            return self._explicit
        known = self._by_folder.get(folder)
        if known is None:
            known = self._by_folder[folder] = self._find(folder)
        return known

    def _find(self, folder: str) -> Settings:
        if not self._isolated:
            for name in _NAMES:
                path = os.path.join(folder, name)
                if os.path.isfile(path):
                    if settings := self._from_file(path, required=False):
                        return settings
        parent = os.path.dirname(folder)
        if any(os.path.exists(os.path.join(folder, mark)) for mark in _ROOT_MARKS):
            # Without a file in force this is the root, but a file further up may still be in force.
            above = self.settings_in(parent) if parent != folder else self._without_file(str(self._base))
            return above if above.config_path is not None else self._without_file(folder)
        return self.settings_in(parent) if parent != folder else self._without_file(str(self._base))

    def _without_file(self, root: str) -> Settings:
        return self._build({}, Path(root), None)

    def _from_file(self, path: str, *, required: bool) -> Settings | None:
        if path not in self._by_file:
            layer = self._read(path, required=required, chain=())
            if layer is None:
                return None
            self._by_file[path] = self._build(layer, Path(os.path.dirname(path)), Path(path))
        return self._by_file[path]

    def _build(self, layer: Layer, root: Path, config_path: Path | None) -> Settings:
        merged = combine(layer, self._top_for(root), self._catalogue)
        return Settings(
            root=root,
            config_path=config_path,
            per_file_ignores=tuple(merged.pop("per-file-ignores", {}).items()),
            rule_options=merged.pop("rules", {}),
            fixable=self._codes("fixable", "unfixable", merged),
            unfixable=self._codes("unfixable", "fixable", merged),
            extend_safe_fixes=self._codes("extend-safe-fixes", "extend-unsafe-fixes", merged),
            extend_unsafe_fixes=self._codes("extend-unsafe-fixes", "extend-safe-fixes", merged),
            **{key.replace("-", "_"): value for key, value in merged.items() if key not in _FIX_LISTS},
        )

    def _codes(self, key: str, opposite: str, layer: Layer) -> tuple[str, ...]:
        return codes_only(layer.get(key, ()), layer.get(opposite, ()), self._catalogue)

    def _top_for(self, root: Path) -> Layer:
        return self._top if root == self._base else _anchored(self._top, self._base)

    def _above_files(self, overrides: Mapping[str, Any], environ: Mapping[str, str]) -> Layer:
        """The layer that lies over every file: the environment, and the command line over it."""
        if "extend" in overrides:
            raise ConfigError("--extend: only a configuration file can extend another; use --config FILE")
        variables = {
            key: environ[name]
            for key in _FROM_ENVIRONMENT
            if environ.get(name := f"MLLINT_{key.upper().replace('-', '_')}")
        }
        lower = Reader(Origin("environment", self._base), self._catalogue, self._formats).read(variables)
        upper = Reader(Origin("command line", self._base), self._catalogue, self._formats).read(overrides)
        return combine(lower, upper, self._catalogue)

    def _read(self, path: str, *, required: bool, chain: tuple[str, ...]) -> Layer | None:
        """The layer of a file with all that it extends, or None if it holds nothing for mllint."""
        label = self._shown(path)
        text = _read_text(path, label, required=required)
        if text is None:
            return None
        document: Any = _parse(text, label)
        prefix: tuple[str, ...] = ()
        if os.path.basename(path) == "pyproject.toml":
            prefix = ("tool", "mllint")
            tool = document.get("tool")
            document = tool.get("mllint") if isinstance(tool, dict) else None
            if document is None:
                if required:
                    raise ConfigError(f"{label}: there is no [tool.mllint] table in it; add one")
                return None
        origin = Origin(label, Path(os.path.dirname(path)), text, prefix)
        if not isinstance(document, dict):
            raise origin.error("`tool.mllint` must be a table; write `[tool.mllint]`")
        layer = Reader(origin, self._catalogue, self._formats).read(document)
        extend = layer.pop("extend", None)
        if extend is None:
            return layer
        return self._extended(layer, extend, origin, (*chain, os.path.realpath(path)))

    def _extended(self, layer: Layer, extend: str, origin: Origin, chain: tuple[str, ...]) -> Layer:
        parent = os.path.abspath(os.path.join(origin.folder, os.path.expanduser(extend)))
        if not os.path.isfile(parent):
            raise origin.error(
                f"`extend`: there is no file {self._shown(parent)}; correct the path", "extend"
            )
        if os.path.realpath(parent) in chain:
            raise origin.error(
                f"`extend`: {self._shown(parent)} extends this file in turn; remove one of the two", "extend"
            )
        lower = self._read(parent, required=True, chain=chain)
        assert lower is not None
        folder = Path(os.path.dirname(parent))
        if folder != origin.folder:
            lower = _anchored(lower, folder)
        return combine(lower, layer, self._catalogue)

    def _shown(self, path: str) -> str:
        """The path as messages show it: relative where it lies below the current folder."""
        base = os.path.join(str(self._base), "")
        return path[len(base) :] if path.startswith(base) else path


def read_config_option(values: Sequence[str], base: Path) -> tuple[Path | None, dict[str, Any]]:
    """Sort the values of ``--config`` into the file, if one is given, and the ``KEY=VALUE`` settings.

    A value is a setting if it has a ``=`` and is not the name of a file. ``VALUE`` is TOML, ``KEY`` may be
    dotted (``rules.NAME.OPTION=3``). Raises :class:`ConfigError`.
    """
    explicit: Path | None = None
    settings: dict[str, Any] = {}
    for value in values:
        if "=" not in value or os.path.isfile(base / value):
            if explicit is not None:
                raise ConfigError(f"--config: two files, {explicit} and {value}; give one")
            explicit = Path(value)
            continue
        try:
            given = _toml_loads(value)
        except ValueError:
            key, _, text = value.partition("=")
            raise ConfigError(
                f'--config: `{value}` is not TOML; strings need quotes: {key.strip()}="{text.strip()}"'
            ) from None
        _merge(settings, given)
    return explicit, settings


def _merge(into: dict[str, Any], given: Mapping[str, Any]) -> None:
    for key, value in given.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            _merge(into[key], value)
        else:
            into[key] = value


def _anchored(layer: Layer, folder: Path) -> Layer:
    """The layer with its relative path globs made absolute; a bare name fits in any folder and stays."""
    result = dict(layer)

    def anchor(glob: str) -> str:
        negated, pattern = ("!", glob[1:]) if glob.startswith("!") else ("", glob)
        if "/" not in pattern.rstrip("/") or os.path.isabs(pattern):
            return glob
        return f"{negated}{escape(folder.as_posix()).rstrip('/')}/{pattern.removeprefix('./')}"

    for key in ("exclude", "extend-exclude"):
        if key in layer:
            result[key] = tuple(map(anchor, layer[key]))
    if "per-file-ignores" in layer:
        result["per-file-ignores"] = {
            anchor(glob): codes for glob, codes in layer["per-file-ignores"].items()
        }
    return result


def _read_text(path: str, label: str, *, required: bool) -> str | None:
    """The text of a file; None for a ``pyproject.toml`` that nobody asked for and that is not about us."""
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ConfigError(f"{label}: cannot be read: {reason}; correct the path or its permissions") from None
    if not required and os.path.basename(path) == "pyproject.toml" and b"mllint" not in data:
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{label}:{line}: not valid UTF-8; save the file as UTF-8") from None


def _parse(text: str, label: str) -> dict[str, Any]:
    try:
        return _toml_loads(text)
    except RecursionError:
        raise ConfigError(f"{label}:1: not valid TOML: nested too deep; flatten it") from None
    except ValueError as error:
        place = _ERROR_LINE.search(str(error))
        line = int(place.group(1)) if place and place.group(1) else text.rstrip().count("\n") + 1
        message = _ERROR_LINE.sub("", str(error))
        raise ConfigError(
            f"{label}:{line}: not valid TOML: {message[:1].lower()}{message[1:]}; correct this line"
        ) from None


def _toml_loads(text: str) -> dict[str, Any]:
    # Imported here: most runs have no configuration file to parse.
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib  # type: ignore[import-not-found, unused-ignore]
    document: dict[str, Any] = tomllib.loads(text)
    return document
