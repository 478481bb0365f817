"""What may be moved into a tool."""

from codegym_compiler.analysis.purity import Purity
from compiled import expression, function

PROGRAM = function(
    "import math\n\nseen = []\n\n\ndef pure(x):\n    return x * 2\n\n\ndef impure(x):\n    seen.append(x)\n    return x\n\n\n"
    "def f(items):\n    return pure(items[0]) + impure(1) + math.gcd(2, 4)\n"
)
PURITY = Purity(PROGRAM)


def test_expressions():
    for text in ("a + b", "max(a, b)", "math.gcd(a, b)", "a.upper()", "[x for x in a]", "pure(a)"):
        assert PURITY.value_expression(expression(text)), text
    for text in ("impure(a)", "a.append(1)", "print(a)", "next(a)", "unknown(a)"):
        assert not PURITY.value_expression(expression(text)), text


def test_functions():
    assert PURITY.pure_function(PROGRAM.functions()["pure"])
    assert not PURITY.pure_function(PROGRAM.functions()["impure"])


def test_imports():
    assert PURITY.imported_from("math") == ("math", None)
    assert PURITY.imported_from("pure") is None
