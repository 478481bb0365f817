"""Compiles a coding problem with its Python solution into environments, without any model.

`compile_problem` is the entry: plain data in, plain JSON data out. Words: a *piece* is a span of the solution
that became a *tool*; a *style* says how finely is cut; a *variant* is one environment with its configurations.
It runs the solution and what it makes of it in this interpreter: hostile code is the host's business.
"""

from .checks import answer_of, config_of, inputs_from_check, reference_candidate
from .compiling import Compilation
from .refusal import Refusal
from .work import OverBudget, TimeUp


def compile_problem(statement: str, solution: str, entry_point: str | None = None, options: dict | None = None) -> dict:
    """Variants, coverage and warnings; or `{"refused": {"rule", "line", "message"}}`."""
    try:
        return Compilation(statement, solution, entry_point, options or {}).run()
    except Refusal as refusal:
        return {"refused": refusal.as_json()}
    except TimeUp as error:
        where = "" if error.line is None else "; most of it was spent on this line: try a smaller loop, or smaller numbers in the statement's examples"
        return {"refused": Refusal("time", f"the solution could not be compiled in the time there is{where}", error.line).as_json()}
    except OverBudget:
        return {"refused": Refusal("too-large", "the solution does too much work before it comes to an answer", None).as_json()}
    except (RecursionError, MemoryError) as error:
        return {"refused": Refusal("too-large", f"the solution is nested too deeply or too large: {type(error).__name__}", None).as_json()}


__all__ = ["answer_of", "compile_problem", "config_of", "inputs_from_check", "reference_candidate"]
