"""Signature facts of libraries, read from the compiled form of ``rules/knowledge/*.yaml``."""

from collections.abc import Iterator, Mapping
from typing import Any


class Knowledge:
    """What functions return, what methods and attributes give, which classes derive from which.

    ``functions`` is keyed by canonical dotted names (classes are functions that return an instance),
    ``methods`` and ``attributes`` by ``Type.name``. A fact is a mapping as the knowledge files have it; where
    it has ``only``, it holds if each keyword named there is absent or one of the constants listed.
    ``draws`` says that a function draws random numbers from a state of its library.
    ``reads`` says what a function does with a file ("opens an image"); ``item_costs`` what one item of a
    data set costs; ``in_memory`` are data sets whose items lie in memory. ``image_readers`` open an image
    file and decode it, at once (``decoded``) or when pixels are asked for (``lazy``); ``pure`` names functions
    and methods without side effects that may run in several threads; ``layers`` say which arguments size a
    layer of a network. ``elementwise`` names, for a function of one number, the one that applies it to a
    whole array; those in ``exact_elementwise`` give the same bits there. A fact with ``fresh`` makes an array
    that shares memory with nothing.
    """

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.functions: Mapping[str, Mapping[str, Any]] = data.get("functions", {})
        self.methods: Mapping[str, Mapping[str, Any]] = data.get("methods", {})
        self.attributes: Mapping[str, Mapping[str, Any]] = data.get("attributes", {})
        self.bases: Mapping[str, list[str]] = data.get("bases", {})
        self.reads: Mapping[str, str] = data.get("reads", {})
        self.item_costs: Mapping[str, str] = data.get("item_costs", {})
        self.in_memory: frozenset[str] = frozenset(data.get("in_memory", ()))
        self.image_readers: Mapping[str, str] = data.get("image_readers", {})
        self.layers: Mapping[str, Mapping[str, Any]] = data.get("layers", {})
        self.pure: frozenset[str] = frozenset(data.get("pure", ()))
        self.elementwise: Mapping[str, str] = data.get("elementwise", {})
        self.exact_elementwise: frozenset[str] = frozenset(data.get("exact_elementwise", ()))
        self._aliases: Mapping[str, str] = data.get("aliases", {})
        self._canonical: dict[str, str] = {}

    def canonical(self, name: str) -> str:
        """The public name of what ``name`` reaches: the longest known prefix is replaced by its own name."""
        known = self._canonical.get(name)
        if known is None:
            known = name
            for _ in range(4):
                following = self._once(known)
                if following == known:
                    break
                known = following
            self._canonical[name] = known
        return known

    def _once(self, name: str) -> str:
        end = len(name)
        while end > 0:
            if target := self._aliases.get(name[:end]):
                return target + name[end:]
            end = name.rfind(".", 0, end)
        return name

    def knows(self, name: str) -> bool:
        return name in self.functions or name in self.attributes or name in self.bases

    def ancestors(self, type_name: str) -> Iterator[str]:
        """The type itself, then its known bases, nearest first."""
        pending = [type_name]
        seen = set()
        while pending:
            current = pending.pop(0)
            if current not in seen:
                seen.add(current)
                yield current
                pending.extend(self.bases.get(current, ()))

    def method(self, type_name: str, name: str) -> Mapping[str, Any] | None:
        for ancestor in self.ancestors(type_name):
            fact = self.methods.get(f"{ancestor}.{name}")
            if fact is not None:
                return fact
        return None

    def attribute(self, type_name: str, name: str) -> Mapping[str, Any] | None:
        for ancestor in self.ancestors(type_name):
            fact = self.attributes.get(f"{ancestor}.{name}")
            if fact is not None:
                return fact
        return None
