"""The readers of hidden data."""

import ast

from codegym_compiler.analysis.access import hide
from codegym_compiler.analysis.runner import load_source
from codegym_compiler.naming import Unique
from codegym_compiler.rules.element import readers
from codegym_compiler.types.lattice import INT, STR, Kind, list_of
from compiled import function, golden, same, variants

SOLUTION = '''def warmest(grid: list[list[int]], limit: int) -> int:
    """Warmest cell below a limit.

    >>> warmest([[1, 9], [4, 2]], 5)
    4
    """
    best = 0
    for row in range(len(grid)):
        for column in range(len(grid[row])):
            if best < grid[row][column] < limit:
                best = grid[row][column]
    return best
'''
GOLDEN = '''
def GetCell(self, row: int, column: int) -> str:
    """
    Read one cell of the hidden `grid`.

    Args:
        row (int): The row, counted from 0.
        column (int): The column, counted from 0. Observe tells how long each row is (`grid_row_lengths`).

    Returns:
        str: JSON integer, the cell. A place outside, such as -1, is refused.

    Example Output:
        5
    """
    if type(row) is not int or not 0 <= row < len(self._hidden_grid):
        raise ValueError(f"row must be a place counted from 0, and there are only {len(self._hidden_grid)}")
    if type(column) is not int or not 0 <= column < len(self._hidden_grid[row]):
        raise ValueError(f"column must be a place counted from 0, and there are only {len(self._hidden_grid[row])}")
    return json.dumps(self._hidden_grid[row][column])

state = ask('Observe')
grid_row_lengths = state['grid_row_lengths']
known_grid = {}

def read_cell(row, column):
    row += len(grid_row_lengths) if row < 0 else 0
    column += grid_row_lengths[row] if column < 0 else 0
    if (row, column) not in known_grid:
        known_grid[row, column] = ask('GetCell', row=row, column=column)
    return known_grid[row, column]

limit = state['limit']

def play_warmest(limit):
    best = 0
    for row in range(len(grid_row_lengths)):
        for column in range(grid_row_lengths[row]):
            if ask('CheckBestGrid', best=best, grid_item=read_cell(row, column), limit=limit):
                best = read_cell(row, column)
    return best

answer = play_warmest(limit=limit)
return call('Done', answer=answer)
'''


def test_golden():
    same(golden(variants(SOLUTION)["steps and checks"], "element"), GOLDEN)


def tools_for(name: str, kind: Kind, grids: bool = False) -> list[tuple[str, str]]:
    words = function(f"def f({name}):\n    return {name}\n").words
    return [(tool.wanted, ast.unparse(tool.body[0].value)) for tool in readers(hide(name, kind, grids, 1, words, Unique([])))]


def test_each_form_of_data_has_its_readers():
    assert tools_for("depths", list_of(INT)) == [("GetDepth", "self._hidden_depths[index]")]
    assert tools_for("text", STR) == [("GetCharacter", "self._hidden_text[index]")]
    assert tools_for("grid", list_of(list_of(INT)), True) == [("GetGridCell", "self._hidden_grid[row][column]")]
    assert tools_for("marks", Kind("set", (INT,))) == [("GetMark", "sorted(self._hidden_marks)[index]")]
    assert tools_for("stock", Kind("dict", (STR, INT))) == [
        ("GetStockKey", "list(self._hidden_stock)[index]"),
        ("GetStockValue", "self._hidden_stock[key]"),
    ]


def test_a_place_outside_is_refused():
    variant = variants(SOLUTION)["steps and checks"]
    space = load_source(variant["source"])
    environment = space[variant["className"]].from_env_str(f'{variant["className"]}@{{"grid": [[1, 2]], "limit": 5}}')
    ok, told = environment.step('{"name": "GetCell", "parameters": {"row": 0, "column": -1}}')
    assert (ok, told) == (False, "Error: this call does not work: column must be a place counted from 0, and there are only 2")
