"""Names: what they are bound to, and what they stand for."""

import pytest

from mllint.semantics.scopes import bound_names
from programs import definitions, module, names

ZEROS = "numpy.zeros"
QUALIFIED = {
    "import": ("import numpy\nshow(numpy.zeros)", ZEROS),
    "import as": ("import numpy as np\nshow(np.zeros)", ZEROS),
    "submodule": (
        "import torch.utils.data\nshow(torch.utils.data.DataLoader)",
        "torch.utils.data.DataLoader",
    ),
    "submodule as": ("import torch.utils.data as d\nshow(d.DataLoader)", "torch.utils.data.DataLoader"),
    "from": ("from numpy import zeros\nshow(zeros)", ZEROS),
    "from as": ("from numpy import zeros as z\nshow(z)", ZEROS),
    "from package": ("from torch.utils import data\nshow(data.DataLoader)", "torch.utils.data.DataLoader"),
    "private home": (
        "from torch.utils.data.dataloader import DataLoader\nshow(DataLoader)",
        "torch.utils.data.DataLoader",
    ),
    "star": ("from numpy import *\nshow(zeros)", ZEROS),
    "two stars": ("from os.path import *\nfrom numpy import *\nshow(zeros)", ZEROS),
    "star of nothing known": ("from somewhere import *\nshow(zeros)", None),
    "a builtin beside a star": ("from numpy import *\nshow(len)", None),
    "relative": ("from .data import zeros\nshow(zeros)", ".data.zeros"),
    "alias": ("import numpy as np\nz = np.zeros\nshow(z)", ZEROS),
    "alias of alias": ("import numpy\nnp = numpy\nz = np.zeros\nshow(z)", ZEROS),
    "circular aliases": ("a = b\nb = a\nshow(b)", None),
    "in a function": ("import numpy as np\ndef f():\n    show(np.zeros)", ZEROS),
    "imported in a function": ("def f():\n    import numpy as np\n    show(np.zeros)", ZEROS),
    "conditional": ("if c:\n    import numpy as np\nelse:\n    import numpy as np\nshow(np.zeros)", ZEROS),
    "conditional on one side": ("if c:\n    import numpy as np\nshow(np.zeros)", ZEROS),
    "failed import": (
        "try:\n    import numpy as np\nexcept ImportError:\n    np = None\nshow(np.zeros)",
        ZEROS,
    ),
    "another library on the other side": (
        "if c:\n    import numpy as xp\nelse:\n    import cupy as xp\nshow(xp.zeros)",
        None,
    ),
    "rebound": ("import numpy as np\nnp = wrap(np)\nshow(np.zeros)", None),
    "rebound later": ("import numpy as np\nshow(np.zeros)\nnp = 1", ZEROS),
    "rebound later, read in a function": ("import numpy as np\ndef f():\n    show(np.zeros)\nnp = 1", None),
    "shadowed by a parameter": ("import numpy as np\ndef f(np):\n    show(np.zeros)", None),
    "shadowed by a local name": ("import numpy as np\ndef f():\n    show(np.zeros)\n    np = 1", None),
    "shadowed by a comprehension": ("import numpy as np\n[show(np.zeros) for np in xs]", None),
    "not shadowed after a comprehension": ("import numpy as np\n[0 for np in xs]\nshow(np.zeros)", ZEROS),
    "a comprehension's variable in a lambda": (
        "import numpy as np\n[lambda: show(np.zeros) for np in xs]",
        None,
    ),
    "a lambda's parameter": ("import numpy as np\nf = lambda np: show(np.zeros)", None),
    "bound by global in a function": (
        "import numpy as np\ndef f():\n    global np\n    np = 1\nshow(np.zeros)",
        None,
    ),
    "class body": ("class C:\n    import numpy as np\n    show(np.zeros)", ZEROS),
    "class scope is not seen in methods": (
        "class C:\n    import numpy as np\n    def f(self):\n        show(np.zeros)",
        None,
    ),
    "deleted": ("import numpy as np\ndel np\nshow(np.zeros)", None),
    "builtin": ("show(len)", "builtins.len"),
    "shadowed builtin": ("len = f\nshow(len)", None),
    "walrus": ("import numpy\nif (np := numpy):\n    show(np.zeros)", ZEROS),
    "walrus that may be left out": (
        "import numpy\nnp = f()\nif c and (np := numpy):\n    pass\nshow(np.zeros)",
        None,
    ),
    "a call has no name": ("import numpy as np\nshow(np.zeros(3).sum)", None),
}


@pytest.mark.parametrize("case", QUALIFIED)
def test_an_expression_has_the_name_of_what_it_stands_for(case: str) -> None:
    text, expected = QUALIFIED[case]
    assert names(text) == [expected]


REACHING = {
    "straight": ("x = 1\nx = 2\nshow(x)", "2"),
    "one branch": ("x = 1\nif c:\n    x = 2\nshow(x)", "1 3"),
    "both branches": ("x = 1\nif c:\n    x = 2\nelse:\n    x = 3\nshow(x)", "3 5"),
    "a branch that leaves": (
        "def f():\n    x = 1\n    if c:\n        x = 2\n        return\n    show(x)",
        "2",
    ),
    "while": ("x = 1\nwhile c:\n    show(x)\n    x = 2", "1 4"),
    "after while": ("x = 1\nwhile c:\n    x = 2\nshow(x)", "1 3"),
    "break": ("x = 1\nfor i in y:\n    x = 2\n    break\n    x = 3\nelse:\n    x = 4\nshow(x)", "3 7"),
    "continue": (
        "x = 1\nfor i in y:\n    show(x)\n    if c:\n        x = 2\n        continue\n    x = 3",
        "1 5 7",
    ),
    "endless": ("x = 1\nwhile True:\n    x = 2\n    if c:\n        break\n    x = 3\nshow(x)", "3"),
    "failed loop test": ("x = 1\nwhile (x := f()):\n    break\nelse:\n    show(x)", "2"),
    "try": ("x = 1\ntry:\n    x = 2\n    x = 3\nexcept E:\n    show(x)", "1 3 4"),
    "else of try": ("x = 1\ntry:\n    x = 2\nexcept E:\n    x = 3\nelse:\n    show(x)", "3"),
    "finally": ("x = 1\ntry:\n    x = 2\nfinally:\n    show(x)", "1 3"),
    "after finally": ("x = 1\ntry:\n    x = 2\nfinally:\n    pass\nshow(x)", "3"),
    "break through finally": (
        "x = 1\nfor i in y:\n    try:\n        break\n    finally:\n        x = 2\nelse:\n    x = 3\nshow(x)",
        "6 8",
    ),
    "with": ("x = 1\nwith c:\n    x = 2\nshow(x)", "3"),
    "a manager that swallows": ("x = 1\nwith suppress(E):\n    x = 2\nshow(x)", "1 3"),
    "with as": ("with c as x:\n    show(x)", "1"),
    "with as a pair": ("with c as (x, y):\n    show(y)", "1"),
    "for target": ("x = 1\nfor x in y:\n    show(x)", "2"),
    "after for": ("x = 1\nfor x in y:\n    pass\nshow(x)", "1 2"),
    "pair": ("x, (y, *z) = v\nshow(z)", "1"),
    "augmented": ("x = 1\nx += 2\nshow(x)", "2"),
    "deleted": ("x = 1\ndel x\nshow(x)", "none"),
    "comprehension variable": ("x = 1\n[show(x) for x in y]", "2"),
    "after a comprehension": ("x = 1\n[x for x in y]\nshow(x)", "1"),
    "walrus in a comprehension": ("x = 1\n[x := i for i in y]\nshow(x)", "1 2"),
    "short circuit": ("x = 1\nc and (x := 2)\nshow(x)", "1 2"),
    "conditional expression": ("x = 1\ny = (x := 2) if c else 3\nshow(x)", "1 2"),
    "chained comparison": ("x = 1\na < b < (x := 2)\nshow(x)", "1 2"),
    "guard that fails": ("x = 1\nmatch v:\n    case y if (x := 2):\n        pass\nshow(x)", "1 3"),
    "capture": ("match v:\n    case [x, *y]:\n        show(y)", "2"),
    "narrowed": ("def f(x):\n    if isinstance(x, int):\n        show(x)", "2"),
    "closure": ("def f():\n    x = 1\n    def g():\n        show(x)\n    x = 2", "2 5"),
    "nonlocal": ("def f():\n    x = 1\n    def g():\n        nonlocal x\n        x = 2\n    show(x)", "?"),
    "global": ("x = 1\ndef f():\n    global x\n    x = 2\n    show(x)", "?"),
    "read before it is bound": ("def f():\n    show(x)\n    x = 1", "none"),
    "parameter": ("def f(x, *y, z=1, **w):\n    show(x)", "1"),
    "default is evaluated outside": ("x = 1\ndef f(x=show(x)):\n    pass", "1"),
    "class body": ("x = 1\nclass C:\n    x = 2\n    show(x)", "3"),
    "after a class": ("x = 1\nclass C:\n    x = 2\nshow(x)", "1"),
    "import": ("import x.y\nshow(x)", "1"),
    "except as": ("try:\n    pass\nexcept E as x:\n    show(x)", "3"),
    "elif ladder": (
        "if a:\n    x = 1\nelif b:\n    x = 2\nelif c:\n    pass\nelse:\n    x = 3\nshow(x)",
        "2 4 8",
    ),
}


@pytest.mark.parametrize("case", REACHING)
def test_the_definitions_that_may_reach_a_use_are_known(case: str) -> None:
    text, expected = REACHING[case]
    assert definitions(text) == [expected]


def test_names_in_loops_that_are_nested_too_deeply_are_unknown_and_the_others_are_known() -> None:
    deep = "".join(" " * i + "for i in y:\n" for i in range(12))
    assert definitions(f"x = 1\nz = 1\n{deep}{' ' * 12}x = 2\nshow(z)\nshow(x)") == ["2", "1 10"]


def test_all_uses_of_a_binding_are_found_also_those_of_an_augmented_assignment() -> None:
    made = module("x = []\nx += [1]\ny = x\n")
    (first, second) = made.names.scope(made.tree.module).definitions["x"]
    assert [use.lineno for use in made.names.uses_of(first) or ()] == [2]
    assert [use.lineno for use in made.names.uses_of(second) or ()] == [3]


@pytest.mark.parametrize(
    ("body", "bound"),
    [
        ("a = 1", "a"),
        ("a += 1", "a"),
        ("a: int", "a"),
        ("(a, [b, *c]) = d", "abc"),
        ("import a.b, c as d", "ad"),
        ("from a import b as c, d", "cd"),
        ("for a in b: c = 1", "ac"),
        ("with a as b: pass", "b"),
        ("def a(b): c = 1", "a"),
        ("class a(b): c = 1", "a"),
        ("try: pass\nexcept a as b: pass", "b"),
        ("[a for a in b]", ""),
        ("[a := b for b in c]", "a"),
        ("lambda a: (b := a)", ""),
        ("del a", "a"),
        ("global a\na = 1", ""),
        ("match a:\n  case {'x': b, **c}: pass", "bc"),
        ("from a import *", ""),
        ("def f(a=(b := 1)): pass", "bf"),
    ],
)
def test_a_scope_knows_the_names_it_binds(body: str, bound: str) -> None:
    assert bound_names(module(body).tree.module)[0] == frozenset(bound)
