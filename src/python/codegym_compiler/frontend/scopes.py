"""Names: what a function binds, what it reads, what it changes in place."""

import ast
import builtins

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
BUILTINS = frozenset(dir(builtins))
#: Methods that change what they are called on.
MUTATORS = frozenset(
    """
    add append appendleft clear difference_update discard extend extendleft insert intersection_update move_to_end pop popitem
    popleft remove reverse rotate setdefault sort subtract symmetric_difference_update update write
    """.split()
)


_CHILDREN: dict[type, tuple[str, ...]] = {}


def _children(kind: type) -> tuple[str, ...]:
    """The fields of a node that may hold nodes worth a look: contexts and operators are none."""
    found = _CHILDREN[kind] = tuple(name for name in kind._fields if name not in ("ctx", "op", "ops", "type_comment", "kind"))
    return found


def walk(node) -> list[ast.AST]:
    """What `ast.walk` gives, at once and three times as fast (a third of the compiler's time was spent there); but
    for contexts and operators, which nobody asks for."""
    todo = [node]
    for one in todo:
        kind = type(one)
        for name in _CHILDREN[kind] if kind in _CHILDREN else _children(kind):
            value = getattr(one, name, None)
            if type(value) is list:
                todo.extend([item for item in value if isinstance(item, ast.AST)])
            elif isinstance(value, ast.AST):
                todo.append(value)
    return todo


def walk_own(function):
    """Nodes of a function's body that are its own: nested functions and classes appear, their insides do not."""
    todo = list(reversed(function.body if hasattr(function, "body") and isinstance(function.body, list) else [function.body]))
    while todo:
        node = todo.pop()
        yield node
        if not isinstance(node, (*FUNCTIONS, ast.ClassDef, ast.Lambda)):
            todo.extend(reversed(list(ast.iter_child_nodes(node))))


def argument_names(arguments: ast.arguments) -> list[str]:
    every = arguments.posonlyargs + arguments.args + arguments.kwonlyargs
    return [item.arg for item in (*every, arguments.vararg, arguments.kwarg) if item is not None]


def target_names(target) -> list[str]:
    return [node.id for node in walk(target) if isinstance(node, ast.Name) and isinstance(node.ctx, (ast.Store, ast.Del))]


def bound_by(node) -> list[str]:
    """Names that one statement binds at its own level."""
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return [alias.asname or alias.name.split(".")[0] for alias in node.names]
    if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
        return [node.name]
    if isinstance(node, ast.ExceptHandler):
        return [node.name] if node.name else []
    if isinstance(node, ast.Name) and isinstance(node.ctx, (ast.Store, ast.Del)):
        return [node.id]
    return []


def locals_of(function) -> set[str]:
    """Parameters and every name bound in the body (comprehension variables too: a harmless excess)."""
    names = set(argument_names(function.args))
    outer = set()
    for node in walk_own(function):
        names.update(bound_by(node))
        if isinstance(node, (ast.Global, ast.Nonlocal)):
            outer.update(node.names)
    return names - outer


def used_names(node) -> set[str]:
    return {item.id for item in walk(node) if isinstance(item, ast.Name)}


def loaded_names(node) -> list[str]:
    """Names read anywhere in the node, in order, without repeats."""
    return list(dict.fromkeys(item.id for item in walk(node) if isinstance(item, ast.Name) and isinstance(item.ctx, ast.Load)))


def imported_roots(node) -> list[str]:
    """Top-level modules that one statement imports."""
    if isinstance(node, ast.Import):
        return [alias.name.split(".")[0] for alias in node.names]
    return ["." if node.level else (node.module or ".").split(".")[0]] if isinstance(node, ast.ImportFrom) else []


def root_name(node) -> str | None:
    """`a` of `a[i].b[j]`."""
    while isinstance(node, (ast.Subscript, ast.Attribute, ast.Starred)):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


def changed_names(node) -> set[str]:
    """Names whose value is (or may be) changed in place: stores into parts, deletions, mutating methods."""
    result = set()
    for item in walk(node):
        if isinstance(item, (ast.Subscript, ast.Attribute)) and isinstance(item.ctx, (ast.Store, ast.Del)):
            result.add(root_name(item))
        elif isinstance(item, ast.Call) and isinstance(item.func, ast.Attribute) and item.func.attr in MUTATORS:
            result.add(root_name(item.func.value))
        elif isinstance(item, ast.AugAssign) and isinstance(item.target, ast.Name):
            result.add(item.target.id)
        elif isinstance(item, ast.Call):
            name = item.func.attr if isinstance(item.func, ast.Attribute) else getattr(item.func, "id", "")
            if name in (
                "heapify",
                "heappush",
                "heappop",
                "heappushpop",
                "heapreplace",
                "insort",
                "insort_left",
                "insort_right",
                "shuffle",
                "next",
            ):
                result.update(root_name(argument) for argument in item.args[:1])
    result.discard(None)
    return result


def stored_names(function) -> set[str]:
    """Names that a function's own body (not its parameters) binds again."""
    names = set()
    for node in walk_own(function):
        names.update(bound_by(node))
    return names


def is_generator(function) -> bool:
    return any(isinstance(node, (ast.Yield, ast.YieldFrom)) for node in walk_own(function))


def docstring_only(function) -> bool:
    """A stub: nothing but a docstring, `pass` or `...`."""
    return all(
        isinstance(item, ast.Pass) or (isinstance(item, ast.Expr) and isinstance(item.value, ast.Constant)) for item in function.body
    )
