"""How finely is cut: each strategy gives one variant."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Strategy:
    name: str
    helpers: bool = True  # calls of own functions become tools
    bound: bool = False  # tools read hidden data by index themselves
    bodies: bool = False  # whole loop bodies become tools
    small: bool = False  # one operation a tool; builtins that aggregate are done step by step


STRATEGIES = (
    Strategy("few large tools", bound=True, bodies=True),
    Strategy("steps and checks"),
    Strategy("many small tools", helpers=False, small=True),
)
#: For inputs of single values: a list of them at once. The second is for where the first has too few tools.
BATCHES = (Strategy("several cases"), Strategy("several cases, small tools", helpers=False, small=True))
