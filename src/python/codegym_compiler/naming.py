"""Names of tools and of their parameters, from the source's own names."""

import ast
import re

from .frontend.scopes import walk

#: Members of an environment that a tool or attribute may not hide.
RESERVED = frozenset(
    """
    Env Done Observe False None True finished from_env_str func_mapping get_ref_answer metadata reset reward self solve step
    step_count
    """.split()
)
_OPERATIONS = {
    ast.Add: "Add",
    ast.Sub: "Subtract",
    ast.Mult: "Multiply",
    ast.Div: "Divide",
    ast.FloorDiv: "Divide",
    ast.Mod: "Remainder",
    ast.Pow: "Power",
    ast.BitAnd: "And",
    ast.BitOr: "Or",
    ast.BitXor: "Xor",
    ast.LShift: "Shift",
    ast.RShift: "Shift",
}


def words_of(name: str) -> list[str]:
    """`maxProfit_2` → ["max", "Profit", "2"]."""
    return re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", name)


def pascal(name: str) -> str:
    text = "".join(
        word[0].upper() + word[1:].lower() if word.isupper() and len(word) > 1 else word[0].upper() + word[1:] for word in words_of(name)
    )
    return text if text[:1].isalpha() else "N" + text if text else ""


def singular(name: str) -> str:
    """`heights` → `height`, `indices` → `index`; names that are no plural give `item`-like words."""
    for end, short in (
        ("indices", "index"),
        ("vertices", "vertex"),
        ("matrices", "matrix"),
        ("children", "child"),
        ("people", "person"),
        ("data", "item"),
    ):
        if name.endswith(end):
            return name[: -len(end)] + short
    if len(name) > 4 and name.endswith("ies"):
        return name[:-3] + "y"
    if len(name) > 4 and name.endswith(("ches", "shes", "xes", "sses")):
        return name[:-2]
    if len(name) == 2 and name.endswith("s"):
        return name[0]
    if len(name) > 3 and name.endswith("s") and not name.endswith(("ss", "us", "is")):
        return name[:-1]
    return name


def element_name(name: str) -> str:
    """What one part of the data `name` is called."""
    one = singular(name)
    return one if one != name else f"{name}_item"


def identifier(text: str) -> str:
    """A parameter's name out of any text."""
    name = "_".join(re.findall(r"[A-Za-z0-9]+", text)).strip("_").lower()[:24].strip("_")
    return name if name[:1].isalpha() else f"value_{name}".strip("_")


def hidden_attribute(name: str) -> str:
    """Where an environment keeps a parameter: apart from what it has besides (`_done`, `_reward`)."""
    return f"_hidden_{name}"


def main_names(node, most: int = 2) -> str:
    """The names that an expression speaks of, joined."""
    inside = {id(part) for item in walk(node) if isinstance(item, ast.Subscript) for part in walk(item.slice)}
    inside |= {
        id(part) for item in walk(node) if isinstance(item, ast.Call) and getattr(item.func, "id", "") == "len" for part in walk(item)
    }
    found = [item for item in walk(node) if isinstance(item, ast.Name)]
    # What is spoken of comes before the places in it.
    found.sort(key=lambda item: (id(item) in inside, getattr(item, "lineno", 0), getattr(item, "col_offset", 0)))
    if any(id(item) not in inside for item in found):
        found = [item for item in found if id(item) not in inside]
    seen = []
    for name in (item.id for item in found):
        if name in (
            "self",
            "len",
            "int",
            "str",
            "abs",
            "max",
            "min",
            "sum",
            "list",
            "set",
            "sorted",
            "range",
            "bool",
            "float",
            "round",
            "tuple",
        ):
            continue
        word = pascal(name)
        if word and word not in seen and not any(word in other for other in seen):
            seen.append(word)
    return "".join(seen[:most])


def expression_name(node, context: str, about: str) -> str:
    """The name of the tool for an expression found in a place (`context`, with the name it is about)."""
    head = pascal(about)
    if context == "update":
        if not isinstance(node, ast.BinOp):
            return f"Update{head}"
        one = isinstance(node.right, ast.Constant) and node.right.value == 1
        if type(node.op) in (ast.Add, ast.Sub) and one:
            return f"{'Increase' if isinstance(node.op, ast.Add) else 'Decrease'}{head}"
        heads = {ast.Add: "AddTo", ast.Sub: "TakeFrom", ast.Mult: "Multiply", ast.Div: "Divide", ast.FloorDiv: "Divide"}
        return f"{heads.get(type(node.op), 'Update')}{head}"
    if context == "assign" and head:
        return f"Compute{head}"
    if context == "key":
        return "SortKey"
    if context == "keep":
        return f"Keep{head or main_names(node, 1)}"
    if isinstance(node, (ast.Compare, ast.BoolOp)) or (isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)):
        return f"Check{main_names(node) or head or 'Value'}"
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        base = pascal(node.func.value.id) if isinstance(node.func.value, ast.Name) else head
        if node.func.attr.startswith("is") and node.func.attr[2:].isalpha():
            return f"Is{pascal(node.func.attr[2:])}{base or main_names(node.func.value, 1)}"
        return f"{pascal(node.func.attr)}{base or {'split': 'Text', 'join': 'Texts'}.get(node.func.attr, '')}"
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
        return f"Slice{main_names(node.value, 1) or head or 'Value'}"
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _BUILTINS:
        names = [name for item in node.args if (name := main_names(item, 1)) and name.lower() not in _BUILTINS]
        return f"{_BUILTINS[node.func.id]}{names[0] if names else head}"
    if context == "item" and head:
        return f"Make{pascal(singular(about))}"
    if context == "element":
        return f"Map{main_names(node) or 'Item'}"
    if context == "result":
        return f"Result{main_names(node, 1)}" if len(main_names(node, 1)) > 2 else "ComputeResult"
    if isinstance(node, ast.BinOp):
        return f"{_OPERATIONS.get(type(node.op), 'Combine')}{main_names(node)}"
    return f"Evaluate{main_names(node) or 'Value'}"


_BUILTINS = {
    "abs": "Absolute",
    "all": "AllOf",
    "any": "AnyOf",
    "bin": "ToBinary",
    "chr": "CharacterOf",
    "divmod": "DivideWithRest",
    "hex": "ToHex",
    "max": "Largest",
    "min": "Smallest",
    "ord": "CodeOf",
    "pow": "Power",
    "round": "Round",
    "sorted": "Sort",
    "sum": "Sum",
}


_SIGNS = {
    ast.Eq: "Is",
    ast.NotEq: "IsNot",
    ast.Lt: "Below",
    ast.LtE: "AtMost",
    ast.Gt: "Above",
    ast.GtE: "AtLeast",
    ast.In: "In",
    ast.NotIn: "NotIn",
    ast.Add: "Plus",
    ast.Sub: "Minus",
    ast.Mult: "Times",
    ast.Div: "Over",
    ast.FloorDiv: "Over",
    ast.Mod: "Modulo",
    ast.And: "And",
    ast.Or: "Or",
    ast.Not: "Not",
    ast.USub: "Minus",
}


_CHARACTERS = {
    "(": "OpenParenthesis",
    ")": "CloseParenthesis",
    "[": "OpenBracket",
    "]": "CloseBracket",
    "{": "OpenBrace",
    "}": "CloseBrace",
    "<": "Less",
    ">": "Greater",
    "+": "Plus",
    "-": "Minus",
    "*": "Star",
    "/": "Slash",
    " ": "Space",
    ".": "Dot",
    ",": "Comma",
    "#": "Hash",
    "_": "Underscore",
    "=": "Equals",
    "": "Nothing",
}


def _constant(value) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        return pascal(str(value))
    if len(value) == 1 and value.isupper():
        return f"Capital{value}" if value.isascii() else "Text"
    word = _CHARACTERS.get(value) or "".join(_CHARACTERS.get(item, "") for item in value) or pascal(value) if len(value) < 12 else ""
    return word if word and word.isascii() else "Text"


def spoken(node) -> list[str]:
    """An expression's names, signs and constants as words, in reading order."""
    if isinstance(node, ast.BinOp):
        return [*spoken(node.left), _SIGNS.get(type(node.op), "With"), *spoken(node.right)]
    if isinstance(node, ast.Compare):
        pairs = zip(node.ops, node.comparators)
        return [*spoken(node.left), *(word for op, item in pairs for word in (_SIGNS.get(type(op), "Is"), *spoken(item)))]
    if isinstance(node, ast.BoolOp):
        return [word for index, item in enumerate(node.values) for word in ([_SIGNS[type(node.op)]] * bool(index) + spoken(item))]
    if isinstance(node, ast.Name):
        return [pascal(node.id)] if node.id != "self" else []
    if isinstance(node, ast.Attribute):
        return [*spoken(node.value), pascal(node.attr)]
    if isinstance(node, ast.Constant):
        return [_constant(node.value)]
    return ([_SIGNS[type(node.op)]] if type(getattr(node, "op", None)) in _SIGNS else []) + [
        word for child in ast.iter_child_nodes(node) for word in spoken(child)
    ]


def told_apart(wanted: list[str], expressions: list) -> list[str]:
    """Names for tools that want the same one: each with the words that not all of them have."""
    words = [list(dict.fromkeys(filter(None, spoken(node)))) for node in expressions]
    common = set.intersection(*map(set, words))
    result = []
    for name, own in zip(wanted, words):
        extra = [word for word in own if word not in common and word not in name]
        text = name
        for word in extra[:3]:
            shared = next((word[:end] for end in range(len(word), 1, -1) if text.endswith(word[:end]) and text != word[:end]), "")
            text += ("And" if text[-1].isdigit() and word[:1].isdigit() else "") + word.removeprefix(shared)
        result.append(text)
    return result if len(set(result)) == len(result) else wanted


class Unique:
    """Gives each wanted name once; the next gets a number."""

    def __init__(self, taken=()):
        self.taken = set(taken)

    def __call__(self, wanted: str) -> str:
        name, number = wanted, 2
        while name in self.taken:
            name, number = f"{wanted}{number}", number + 1
        self.taken.add(name)
        return name
