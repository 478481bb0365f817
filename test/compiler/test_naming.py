"""Names of tools and parameters."""

from codegym_compiler.naming import Unique, element_name, expression_name, hidden_attribute, identifier, pascal, singular, told_apart
from compiled import expression


def test_words():
    assert pascal("max_profit2") == "MaxProfit2"
    assert [singular(word) for word in ("heights", "indices", "boxes", "bus")] == ["height", "index", "box", "bus"]
    assert (element_name("heights"), element_name("grid")) == ("height", "grid_item")
    assert identifier("total value!") == "total_value"
    assert hidden_attribute("done") == "_hidden_done"


def test_expressions():
    assert expression_name(expression("total + 1"), "update", "total") == "IncreaseTotal"
    assert expression_name(expression("a < b"), "check", "") == "CheckAB"
    assert expression_name(expression("word.upper()"), "", "") == "UpperWord"


def test_tools_of_one_name_are_told_apart():
    one, two = told_apart(["CheckX", "CheckX"], [expression("x < 3"), expression("x > 3")])
    assert one != two


def test_each_name_once():
    unique = Unique(["Add"])
    assert [unique("Add"), unique("Add"), unique("Get")] == ["Add2", "Add3", "Get"]
