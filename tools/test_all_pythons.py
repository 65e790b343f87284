"""Runs the fast tests under every Python 3.10 to 3.14 that is found, each in an environment of its own."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
VERSIONS = ("3.10", "3.11", "3.12", "3.13", "3.14")


def interpreters() -> dict[str, str]:
    """Path of an interpreter for each version found: on the PATH, or where pyenv keeps its own."""
    found: dict[str, str] = {}
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    for version in VERSIONS:
        candidates = [
            shutil.which(f"python{version}"),
            *map(str, sorted(pyenv.glob(f"{version}.*/bin/python"))),
        ]
        for candidate in candidates:
            if candidate and re.match(version.replace(".", r"\.") + r"\b", _version(candidate)):
                found[version] = candidate
                break
    return found


def _version(interpreter: str) -> str:
    command = [interpreter, "-c", "import platform; print(platform.python_version())"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


def run(version: str, interpreter: str) -> int:
    """The exit status of the fast tests under one interpreter."""
    print(f"== Python {version}: {interpreter}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([interpreter, "-m", "venv", folder], check=True)
        python = str(Path(folder) / ("Scripts" if os.name == "nt" else "bin") / "python")
        for command in (
            [python, "-m", "pip", "install", "-q", "-e", f"{ROOT}[test]"],
            [python, "-m", "pytest", "-n", "auto", "-m", "not slow"],
        ):
            status = subprocess.run(command, cwd=ROOT, check=False).returncode
            if status:
                return status
    return 0


if __name__ == "__main__":
    failed = [version for version, interpreter in interpreters().items() if run(version, interpreter)]
    print(f"failed under: {', '.join(failed)}" if failed else "all passed")
    sys.exit(bool(failed))
