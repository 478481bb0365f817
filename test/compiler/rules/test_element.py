"""The readers of hidden data."""

from compiled import golden, same, variants
from codegym_compiler.analysis.runner import load_source

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


def pieces_read(parameter: str, body: str, strategy: str = "few large tools") -> set[str]:
    variant = variants(f"def read({parameter}) -> int:\n    total = 0\n{body}\n    return total\n")[strategy]
    return set(variant["tools"]) & {"GetDepth", "GetCell", "GetStockKey", "GetStockValue", "GetCharacter"}


def test_each_form_of_data_has_its_reader():
    assert pieces_read("depths: list[int]", "    for depth in depths:\n        total += depth * depth") == {"GetDepth"}
    assert pieces_read("text: str", "    for letter in text:\n        total += ord(letter) % 7") == {"GetCharacter"}
    assert pieces_read("stock: dict[str, int]", "    for name in stock:\n        total += stock[name] * len(name)") == {"GetStockKey", "GetStockValue"}


def test_a_place_outside_is_refused():
    variant = variants(SOLUTION)["steps and checks"]
    space = load_source(variant["source"])
    environment = space[variant["className"]].from_env_str(f'{variant["className"]}@{{"grid": [[1, 2]], "limit": 5}}')
    ok, told = environment.step('{"name": "GetCell", "parameters": {"row": 0, "column": -1}}')
    assert (ok, told) == (False, "Error: this call does not work: column must be a place counted from 0, and there are only 2")
