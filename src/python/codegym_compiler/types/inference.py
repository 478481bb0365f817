"""Which kinds the parameters have: from annotations, docstrings, names and use. Guesses in order, to be tried by running."""

import ast
import re

from ..diagnostics import refuse_at
from ..frontend.scopes import walk
from .functions import known, signature
from .lattice import BOOL, FLOAT, INT, JSON, NOTHING, NUMBER, STR, Kind, list_of, words

_SIMPLE = {"int": INT, "float": FLOAT, "str": STR, "bool": BOOL, "complex": None, "Any": JSON, "object": JSON}
_LISTS = ("list", "List", "Sequence", "Iterable", "Collection", "MutableSequence")
#: Builtins that call their first argument, and with how many arguments each time.
_CALLERS = {"map": 1, "filter": 1, "takewhile": 1, "dropwhile": 1, "filterfalse": 1, "reduce": 2, "cmp_to_key": 2, "accumulate": 2}
_TESTERS = ("filter", "takewhile", "dropwhile", "filterfalse")
_SETS = ("set", "Set", "frozenset", "FrozenSet")
_DICTS = ("dict", "Dict", "Mapping", "MutableMapping", "DefaultDict", "Counter")
_NODES = ("ListNode", "TreeNode", "Node")

_TEXT_METHODS = frozenset(
    (
        "split strip lower upper isalpha isdigit isupper islower replace startswith endswith "
        "swapcase title join find encode capitalize splitlines rstrip lstrip isalnum zfill"
    ).split()
)
_DICT_METHODS = frozenset("items keys values get setdefault".split())
_INT_NAMES = re.compile(
    r"^(n|m|k|x|y|z|a|b|c|d|p|q|r|t|w|num|number|target|limit|count|size|length|index|value|val|year|day|month|base|left|right|low|high|start|end|total|amount|threshold|capacity|[a-z]*_?(num|count|size|limit|sum|len))$",
    re.I,
)
_TEXT_NAMES = re.compile(
    r"^(s|s\d|t|str|string|text|word|sentence|line|name|pattern|prefix|suffix|path|expression|brackets|paren\w*|message|date|code|key|char|ch|txt|\w*(string|text|word|str|name))$",
    re.I,
)
_TEXTS_NAMES = re.compile(r"^(words|strings|names|sentences|lines|strs|tokens|texts|keys|\w*(words|strings|names|strs))$", re.I)
_GRID_NAMES = re.compile(r"^(grid|matrix|board|mat|maze|table|image|\w*(grid|matrix))$", re.I)
_DICT_NAMES = re.compile(r"^(d|dict|dictionary|mapping|graph|counts|\w*(dict|map))$", re.I)
_LIST_NAMES = re.compile(
    r"^(l|l\d|lst\d?|arr|array|nums|numbers|list|items|values|data|elements|heights|prices|\w*(list|nums|arr|numbers|s))$", re.I
)


def from_annotation(node) -> Kind | None:
    """A kind from an annotation's tree. Callables and node classes are refused where they stand."""
    if node is None:
        return None
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        try:
            return from_annotation(ast.copy_location(ast.parse(node.value, mode="eval").body, node))
        except SyntaxError:
            return None
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return from_annotation(node.left) or from_annotation(node.right)
    name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else None
    if name is not None:
        if name == "Callable":
            return signature(INT, (INT,))
        if name in _NODES:
            raise refuse_at(
                node,
                "node-parameter",
                f"a parameter is a `{name}`, and JSON holds no linked nodes: take a list, and build the nodes inside of the function",
            )
        if name in _LISTS or name in ("tuple", "Tuple"):
            return list_of(Kind("nothing"))
        if name in _SETS:
            return Kind("set", (INT,))
        if name in _DICTS:
            return Kind("dict", (STR, INT))
        return _SIMPLE.get(name)
    if isinstance(node, ast.Subscript):
        head = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        if head == "Callable":
            return _callable(node, parts)
        if head in ("Optional", "Final", "Annotated"):
            return from_annotation(parts[0])
        if head == "Union":
            kinds = [kind for kind in map(from_annotation, parts) if kind]
            return NUMBER if kinds and all(kind in (INT, FLOAT) for kind in kinds) and len(set(kinds)) > 1 else kinds[0] if kinds else None
        inner = [from_annotation(item) or INT for item in parts if not (isinstance(item, ast.Constant) and item.value is Ellipsis)]
        if head in _LISTS:
            return list_of(inner[0])
        if head in ("tuple", "Tuple"):
            return Kind("tuple", tuple(inner)) if len(inner) == len(parts) else Kind("sequence", (inner[0],))
        if head in _SETS:
            return Kind("set", (inner[0],))
        if head in _DICTS:
            return Kind("dict", (inner[0], inner[1] if len(inner) > 1 else INT))
    return None


def from_words(text: str) -> Kind | None:
    """A kind from a phrase: "list of int", "str", "List[List[int]]", "list of tuples"."""
    text = text.strip().lower().replace("`", "")
    if "[" in text:
        try:
            return from_annotation(ast.parse(re.split(r"[,:;.] ", text)[0].replace("list", "List").strip(), mode="eval").body)
        except SyntaxError:
            pass
    if match := re.match(r"(?:an? |the )?(?:non-empty |sorted |input |2d |nested )*(list|array|sequence)s?(?: of (.*))?", text):
        if "2d" in text or "matrix" in text:
            return list_of(list_of(INT))
        inner = from_words(match.group(2)) if match.group(2) else None
        return list_of(inner or Kind("nothing"))
    for pattern, kind in (
        (r"(dict|map|object)", Kind("dict", (STR, INT))),
        (r"(tuple|pair)", Kind("tuple", (INT, INT))),
        (r"(set)\b", Kind("set", (INT,))),
        (r"(an? |the )?(positive |non-negative |negative |given |single )*(int|number|digit|whole)", INT),
        (r"(an? |the )?(positive )?(float|real|decimal|double)", FLOAT),
        (r"(an? |the )?(\w+ )?(str|word|char|text|sentence|letter)", STR),
        (r"(an? |the )?bool", BOOL),
        (r"(grid|matrix|board)", list_of(list_of(INT))),
    ):
        if re.match(pattern, text):
            return kind
    return None


def from_docstring(docstring: str, name: str) -> Kind | None:
    """`name (int): …`, `:param name: int: …`, `:type name: int`, `@name integer`."""
    one = re.escape(name)
    for pattern in (
        rf":type {one}:\s*(.+)",
        rf":param (\w[\w\[\], ]*?) {one}:",
        rf":param {one}:\s*(.+)",
        rf"(?m)^\s*[-*]?\s*`?{one}`?\s*\(([^)]*)\)\s*:",
        rf"(?m)^\s*{one}\s*:\s*(.+)",
        rf"@{one}\s+(\w+)",
    ):
        if (match := re.search(pattern, docstring)) and (kind := from_words(match.group(1))):
            return kind
    return None


def _callable(node, parts) -> Kind | None:
    """`Callable[[int], bool]`."""
    arguments = parts[0].elts if isinstance(parts[0], ast.List) else [None]
    result = from_annotation(parts[1]) if len(parts) > 1 else None
    kind = signature(result or INT, [from_annotation(item) or INT for item in arguments])
    kind = Kind(kind.name, tuple(list_of(INT) if part == list_of(NOTHING) else INT if part == JSON else part for part in kind.parts))
    if not known(kind):
        raise refuse_at(
            node,
            "callable-parameter",
            f"a parameter is a {words(kind)}, and there is none such in the library that configurations choose from: write it into the solution",
        )
    return kind


def _functions(use) -> list[Kind]:
    """Signatures to try for a parameter that is called."""
    result = []
    for part in (INT, STR, list_of(INT), FLOAT):
        truth, value = (signature(item, [part] * use.called) for item in (BOOL, INT if part in (STR, list_of(INT)) else part))
        result += [truth, value] if use.tested else [value, truth]
        if part == STR:
            result.append(signature(STR, [STR] * use.called))
    return [kind for kind in result if known(kind)]


def _tests(node) -> list[ast.expr]:
    """What is asked for as a truth at a node."""
    if isinstance(node, (ast.If, ast.While, ast.IfExp, ast.Assert)):
        return [node.test]
    if isinstance(node, ast.comprehension):
        return node.ifs
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return [node.operand]
    return node.values if isinstance(node, ast.BoolOp) else []


class Use:
    """How the program uses one parameter, gathered over the entry's tree."""

    def __init__(self, program, name: str):
        self.name = name
        self.methods: set[str] = set()
        self.indexed = self.doubly = self.iterated = self.sized = self.arithmetic = self.ranged = self.keyed = False
        self.text_compared = self.element_text = self.element_arithmetic = False
        #: As a function: how many arguments it is called with (0: it is none), and whether its result is asked for as a truth.
        self.called = 0
        self.tested = False
        self.unpacked = 0
        self.unpacked_names: list[str] = []
        self.element_iterated = False
        aliases = set()
        for node in walk(program.entry):
            if isinstance(node, (ast.For, ast.comprehension)):
                iterable = node.iter
                inner = iterable
                target = node.target
                if isinstance(iterable, ast.Call) and isinstance(iterable.func, ast.Name):
                    if iterable.func.id == "enumerate" and isinstance(target, ast.Tuple) and iterable.args:
                        inner, target = iterable.args[0], target.elts[-1]
                    elif iterable.func.id in ("sorted", "reversed", "set", "list") and iterable.args:
                        inner = iterable.args[0]
                    elif iterable.func.id == "zip" and isinstance(target, ast.Tuple):
                        for item, one in zip(iterable.args, target.elts):
                            if self._is(item) and isinstance(one, ast.Name):
                                aliases.add(one.id)
                                self.iterated = True
                    elif iterable.func.id == "range":
                        self.ranged |= any(
                            self._is(item) or (isinstance(item, ast.BinOp) and self._is(item.left)) for item in iterable.args
                        )
                if self._is(inner):
                    self.iterated = True
                    if isinstance(target, ast.Name):
                        aliases.add(target.id)
                    elif isinstance(target, (ast.Tuple, ast.List)):
                        self.unpacked = len(target.elts)
                        self.unpacked_names = [getattr(item, "id", "") for item in target.elts]
        for node in walk(program.entry):
            self._look(node, aliases)
            self._pass_on(program, node)

    def _pass_on(self, program, node):
        """What an own function does with it as its parameter: call it."""
        function = program.providers.get(node.func.id) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else None
        if isinstance(function, ast.FunctionDef) and function is not program.entry:
            named = [*zip([item.arg for item in function.args.args], node.args), *((item.arg, item.value) for item in node.keywords)]
            for name in [one for one, item in named if self._is(item)]:
                for inner in walk(function):
                    if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Name) and inner.func.id == name:
                        self.called = max(self.called, len(inner.args))

    def _is(self, node):
        return isinstance(node, ast.Name) and node.id == self.name

    def _element(self, node, aliases):
        return (isinstance(node, ast.Name) and node.id in aliases) or (isinstance(node, ast.Subscript) and self._is(node.value))

    def _look(self, node, aliases):
        if isinstance(node, ast.keyword) and node.arg in ("key", "default_factory") and self._is(node.value):
            self.called = 1
        for test in _tests(node):
            self.tested |= isinstance(test, ast.Call) and self._is(test.func)
        if isinstance(node, ast.Attribute) and self._is(node.value):
            self.methods.add(node.attr)
        elif isinstance(node, ast.Attribute) and self._element(node.value, aliases) and node.attr in _TEXT_METHODS:
            self.element_text = True
        elif isinstance(node, ast.Subscript):
            if self._is(node.value):
                self.indexed = True
                self.keyed |= isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str)
            elif isinstance(node.value, ast.Subscript) and self._is(node.value.value):
                self.doubly = True
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.func.id == self.name:
                self.called = max(self.called, len(node.args))
            if node.func.id in _CALLERS and node.args and self._is(node.args[0]):
                self.called = max(self.called, _CALLERS[node.func.id])
                self.tested |= node.func.id in _TESTERS
            if node.args and self._is(node.args[0]):
                self.sized |= node.func.id == "len"
                self.arithmetic |= node.func.id in ("abs", "str", "bin", "hex", "int", "float", "sqrt")
                self.iterated |= node.func.id in ("sum", "max", "min", "sorted", "set", "Counter", "list", "tuple", "any", "all")
                self.ranged |= node.func.id == "range"
            if node.args and self._element(node.args[0], aliases):
                self.element_text |= node.func.id in ("ord", "len")
                self.element_arithmetic |= node.func.id in ("abs", "str", "bin")
            if node.func.id == "sum" and node.args and self._is(node.args[0]):
                self.element_arithmetic = True
        elif isinstance(node, ast.BinOp):
            for side, other in ((node.left, node.right), (node.right, node.left)):
                number = not (isinstance(other, ast.Constant) and isinstance(other.value, str)) and not isinstance(
                    other, (ast.List, ast.JoinedStr)
                )
                self.arithmetic |= self._is(side) and number
                self.element_arithmetic |= self._element(side, aliases) and number
        elif isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            texts = [
                item
                for item in sides
                if (isinstance(item, ast.Constant) and isinstance(item.value, str))
                or (
                    isinstance(item, (ast.List, ast.Tuple, ast.Set))
                    and item.elts
                    and all(isinstance(one, ast.Constant) and isinstance(one.value, str) for one in item.elts)
                )
            ]
            numbers = [
                item
                for item in sides
                if isinstance(item, ast.Constant) and isinstance(item.value, (int, float)) and not isinstance(item.value, bool)
            ]
            if any(map(self._is, sides)):
                self.text_compared |= bool(texts)
                self.arithmetic |= bool(numbers)
            if any(self._element(item, aliases) for item in sides):
                self.element_text |= bool(texts)
                self.element_arithmetic |= bool(numbers)
        elif isinstance(node, ast.Assign) and self._element(node.value, aliases) and isinstance(node.targets[0], ast.Tuple):
            self.unpacked = len(node.targets[0].elts)
            self.unpacked_names = [getattr(item, "id", "") for item in node.targets[0].elts]
        elif isinstance(node, (ast.For, ast.comprehension)) and self._element(node.iter, aliases):
            self.element_iterated = True
        elif isinstance(node, ast.AugAssign) and self._is(node.target):
            self.arithmetic = True


def _record(names) -> Kind:
    return Kind(
        "tuple",
        tuple(
            STR if _TEXT_NAMES.match(name) or name in ("seller", "item", "product", "user", "city", "student") else INT for name in names
        ),
    )


def _uncallable(program, name, use):
    raise refuse_at(
        program.entry,
        "callable-parameter",
        f"the parameter `{name}` is called with {use.called} arguments, and no function in the library takes so many: write it into the solution",
    )


def guesses(program, name: str, annotation, docstring: str) -> list[Kind]:
    """Kinds to try for a parameter without examples, the likeliest first."""
    use = Use(program, name)
    result: list[Kind] = []
    if use.called:
        stated = from_annotation(annotation)
        return (
            [stated] if stated is not None and isinstance(annotation, ast.Subscript) else _functions(use) or _uncallable(program, name, use)
        )
    stated = [kind for kind in (from_annotation(annotation), from_docstring(docstring, program.written_name(name))) if kind is not None]
    sequence = use.iterated or use.indexed or use.sized
    element = STR if use.element_text and not use.element_arithmetic else INT
    if use.unpacked:
        element = _record(use.unpacked_names)
    elif use.doubly or (use.element_iterated and not use.element_text):
        element = list_of(INT)
    for kind in stated:
        if kind.name == "list" and kind.parts[0].name in ("nothing", "json"):
            kind = list_of(element)
        if kind.name == "list" and kind.parts[0].name == "tuple" and use.unpacked:
            kind = list_of(element)
        result.append(kind)
    if use.keyed or use.methods & _DICT_METHODS:
        result += [Kind("dict", (STR, INT)), Kind("dict", (STR, list_of(INT))), Kind("dict", (INT, INT))]
    if use.methods & _TEXT_METHODS or use.text_compared:
        result.append(STR)
    if use.methods & {"append", "sort", "remove", "pop", "insert", "extend"} or use.unpacked or use.doubly:
        result.append(list_of(element))
    if _GRID_NAMES.match(name):
        result.append(list_of(list_of(INT)))
    if _TEXTS_NAMES.match(name):
        result.append(list_of(STR))
    if use.ranged or (not sequence and (use.arithmetic or _INT_NAMES.match(name))):
        result.append(INT)
    if sequence and _TEXT_NAMES.match(name):
        result.append(STR)
    if sequence and use.element_text and not use.element_arithmetic:
        result += [STR, list_of(STR)] if not _LIST_NAMES.match(name) else [list_of(STR), STR]
    if sequence:
        result += [list_of(element), STR, list_of(list_of(INT)), Kind("dict", (STR, INT))]
    if _DICT_NAMES.match(name):
        result.append(Kind("dict", (STR, INT)))
    if _TEXT_NAMES.match(name) and not use.arithmetic:
        result.append(STR)
    if _LIST_NAMES.match(name):
        result.append(list_of(INT))
    result += [INT, STR, list_of(INT), list_of(STR), list_of(list_of(INT)), Kind("dict", (STR, INT)), FLOAT]
    return list(dict.fromkeys(result))
