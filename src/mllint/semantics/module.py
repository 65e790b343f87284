"""One parsed file and all that can be asked about it."""

import ast
from functools import cached_property
from pathlib import Path

from mllint.semantics.classes import Classes
from mllint.semantics.inference import Inference
from mllint.semantics.knowledge import Knowledge
from mllint.semantics.names import Names
from mllint.semantics.roles import Roles
from mllint.semantics.tree import Tree, index
from mllint.semantics.versions import Versions
from mllint.source import Source


class Module:
    """One parsed file and all that can be asked about it; parts are computed when first asked for.

    ``path`` is the file's place on disk, None where there is none; ``root`` the project's folder.
    """

    def __init__(
        self,
        source: Source,
        module: ast.Module,
        knowledge: Knowledge,
        *,
        path: Path | None = None,
        root: Path | None = None,
        versions: Versions | None = None,
    ) -> None:
        self.source = source
        self.tree: Tree = index(module)
        self.knowledge = knowledge
        self.path = path
        self.root = root
        self.versions = versions or Versions(root)

    @cached_property
    def names(self) -> Names:
        return Names(self.tree, self.knowledge)

    @cached_property
    def classes(self) -> Classes:
        return Classes(self.names, self.knowledge)

    @cached_property
    def inference(self) -> Inference:
        return Inference(self.names, self.classes, self.knowledge)

    @cached_property
    def roles(self) -> Roles:
        return Roles(self.names, self.classes)
