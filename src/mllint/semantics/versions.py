"""Which versions of the libraries a project asks for: config first, then what its own files declare."""

import configparser
import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from packaging.specifiers import SpecifierSet

_REQUIREMENT = re.compile(r"^\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*([=<>!~][^;#]*)?")
_MAXIMUM_BYTES = 1_000_000
#: Distributions that bring a library under another name.
_DISTRIBUTIONS = {
    "tensorflow-cpu": "tensorflow",
    "tensorflow-gpu": "tensorflow",
    "tensorflow-macos": "tensorflow",
    "opencv-python": "cv2",
    "opencv-python-headless": "cv2",
    "scikit-learn": "sklearn",
    "pillow": "PIL",
    "pytorch": "torch",
}


class Versions:
    """The requirements of one project, read when first asked for.

    ``targets`` is the configured ``target-versions`` and overrides the project's files.
    """

    def __init__(self, root: Path | None, targets: Mapping[str, str] | None = None) -> None:
        self.root = root
        self.targets = dict(targets or {})

    @cached_property
    def requirements(self) -> dict[str, str]:
        """Version specifiers by import name; ``python`` among them."""
        found: dict[str, str] = {}
        if self.root is not None:
            for name in ("environment.yml", "environment.yaml", "setup.cfg", "pyproject.toml"):
                text = _read(self.root / name)
                if text is not None:
                    for requirement in _declared(name, text):
                        _add(found, requirement)
            for path in sorted(self.root.glob("requirements*.txt")):
                for line in (_read(path) or "").splitlines():
                    _add(found, line)
        found.update({library: _as_specifier(version) for library, version in self.targets.items()})
        return found

    def is_known_below(self, library: str, version: str) -> bool:
        """Whether the project can only run with a ``library`` older than ``version``."""
        specifier = self._specifier(library)
        return specifier is not None and _excludes_from(specifier, version)

    def may_satisfy(self, library: str, wanted: str) -> bool:
        """Whether advice for versions ``wanted`` (``>=1.9``) holds for all that the project admits.

        An undeclared library is taken to be any supported version: then it holds.
        """
        from packaging.specifiers import SpecifierSet

        specifier = self._specifier(library)
        if specifier is None:
            return True
        pinned = [
            item.version for item in specifier if item.operator in {"==", "==="} and "*" not in item.version
        ]
        if pinned:
            return SpecifierSet(wanted).contains(pinned[0], prereleases=True)
        lower = [item.version for item in SpecifierSet(wanted) if item.operator in {">=", ">"}]
        return not any(_excludes_from(specifier, bound) for bound in lower)

    def _specifier(self, library: str) -> "SpecifierSet | None":
        text = self.requirements.get(library)
        if not text:
            return None
        from packaging.specifiers import InvalidSpecifier, SpecifierSet

        try:
            return SpecifierSet(text)
        except InvalidSpecifier:
            return None


def _excludes_from(specifier: "SpecifierSet", version: str) -> bool:
    """Whether a specifier admits nothing at or above ``version``."""
    from packaging.version import InvalidVersion, Version

    limit = Version(version)
    for item in specifier:
        try:
            bound = Version(item.version.removesuffix(".*"))
        except InvalidVersion:
            continue
        if item.operator == "<" and bound <= limit:
            return True
        if item.operator in {"<=", "==", "==="} and bound < limit:
            # ``==2.*`` reaches up to 3.
            return not item.version.endswith(".*") or _next(bound) <= limit
        if item.operator == "~=" and _next(Version(".".join(map(str, bound.release[:-1])))) <= limit:
            return True
    return False


def _next(version: Any) -> Any:
    from packaging.version import Version

    *head, last = version.release
    return Version(".".join(map(str, (*head, last + 1))))


def _as_specifier(version: str) -> str:
    return version if version[:1] in "<>=!~" else f"=={version}"


def _add(found: dict[str, str], requirement: str) -> None:
    matched = _REQUIREMENT.match(requirement)
    if matched is None:
        return
    name = matched[1].lower().replace("_", "-")
    library = _DISTRIBUTIONS.get(name, name.replace("-", "_"))
    specifier = (matched[2] or "").strip().rstrip(",")
    # conda writes ``torch=2.1`` for what pip calls ``==2.1.*``.
    conda = re.fullmatch(r"=([0-9][0-9.]*)(?:=.*)?", specifier)
    found[library] = f"=={conda[1]}.*" if conda else specifier


def _read(path: Path) -> str | None:
    try:
        if not path.is_file() or path.stat().st_size > _MAXIMUM_BYTES:
            return None
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None


def _declared(name: str, text: str) -> list[str]:
    """Requirement strings in one of a project's files; an unreadable file declares nothing."""
    if name == "setup.cfg":
        parser = configparser.ConfigParser(interpolation=None)
        try:
            parser.read_string(text)
        except configparser.Error:
            return []
        return parser.get("options", "install_requires", fallback="").splitlines()
    if name.startswith("environment"):
        return [
            line.strip().removeprefix("-").strip()
            for line in text.splitlines()
            if line.strip().startswith("-")
        ]
    return _from_pyproject(text)


def _from_pyproject(text: str) -> list[str]:
    import sys

    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib  # type: ignore[import-not-found,unused-ignore]

    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return []
    found: list[str] = []
    project = data.get("project")
    if isinstance(project, dict):
        listed = project.get("dependencies")
        found += [item for item in listed if isinstance(item, str)] if isinstance(listed, list) else []
        if isinstance(python := project.get("requires-python"), str):
            found.append(f"python {python}")
    tool = data.get("tool")
    poetry = tool.get("poetry") if isinstance(tool, dict) else None
    dependencies = poetry.get("dependencies") if isinstance(poetry, dict) else None
    for library, wanted in dependencies.items() if isinstance(dependencies, dict) else ():
        version = wanted.get("version") if isinstance(wanted, dict) else wanted
        if isinstance(version, str):
            found.append(f"{library} {_from_caret(version)}")
    return found


def _from_caret(version: str) -> str:
    """Poetry's ``^2.1`` is ``>=2.1,<3``; the rest is pip's own."""
    if version.startswith("^"):
        numbers = version[1:].split(".")
        if numbers[0].isdigit():
            upper = (
                f"0.{int(numbers[1]) + 1}"
                if numbers[0] == "0" and len(numbers) > 1 and numbers[1].isdigit()
                else ""
            )
            return f">={version[1:]},<{upper or int(numbers[0]) + 1}"
    return "" if version == "*" else _as_specifier(version)
