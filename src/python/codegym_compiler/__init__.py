"""Compiles a coding problem with its Python solution into environments, without any model.

`compile_problem` is the entry: plain data in, plain JSON data out. Words: a *piece* is a span of the solution
that became a *tool*; a *style* says how finely is cut; a *variant* is one environment with its configurations.
It runs the solution and what it makes of it in this interpreter: hostile code is the host's business.

The way through the modules:

- what is there: `reading` (the text as Python), `hygiene` (names that mean two things), `program`, `script` and
  `standard_streams` (the entry; a script becomes a function over its lines), `examples`, `streams` (inputs that the
  statement gives), `checks` (a row's own assertions), `answers` (the answer's form), `ordering`;
- inputs: `inference` (kinds from annotations, docstrings and use), `domains`, `mutation`, `relations`, `inputs`
  (drawing, changing, keeping what runs), `runner` (running within limits), `work` (the meter);
- cutting: `scopes`, `purity` (what may move), `naming`, `cutter`, `statements`, `helpers` (cut one tree), `access`,
  `assembly` (readers of hidden data, the solver's body), `profile` (runs the cut program with plain values, learns
  kinds, gives up pieces whose values JSON cannot carry), `variants` (tries until every piece is fit);
- writing and choosing: `kinds` (JSON both ways), `functions` (callables as data), `solver`, `documents`, `environment`, `prose`, `texts` (the files'
  texts), `playing` (episodes, choice of configurations), `making` (one variant), `compiling` (the order of work).

Options: `seed`; `deadlineMs`, a hard stop only, since work is counted and not timed (see `work`); `answerChars`,
`minRounds`, `maxRounds`; `disabled`, ids of pieces not to cut; `renamed`, tool names by piece id; `inputs`, argument
lists to begin with. A piece's id is "rule:line:col-endLine:endCol", columns in bytes of UTF-8 as `ast` has them.

Limits worth knowing: what hangs within one call of C is the host's deadline to stop. Configurations and rounds do
not depend on Python's version or on hash seeds, but sums of floats and the texts of `ast.unparse` do on the former.
Functions as parameters are only those of the library in `functions`, of up to three arguments. Linked nodes, `*args`,
constructors with arguments and endless generators are refused.
"""

from .assertions import Assertions, answer_of, config_of, inputs_from_check, reference_candidate
from .driver import Compilation
from .frontend.program import read_program
from .frontend.reading import python_of
from .diagnostics import Refusal
from .analysis.cost import OverBudget, TimeUp


def compile_problem(statement: str, solution: str, entry_point: str | None = None, options: dict | None = None) -> dict:
    """Variants (best first), coverage and warnings; or `{"refused": {"rule", "line", "message"}}`."""
    try:
        return Compilation(statement, solution, entry_point, options or {}).run()
    except Refusal as refusal:
        found = refusal
    except TimeUp as error:
        where = "" if error.line is None else "; most of it was spent on this line: use smaller loops, or smaller numbers in the examples"
        found = Refusal("time", f"the solution could not be compiled in the time there is{where}", error.line)
    except OverBudget:
        found = Refusal("too-large", "the solution does too much work before it comes to an answer: use smaller loops", None)
    except (RecursionError, MemoryError) as error:
        found = Refusal(
            "too-large", (f"the solution is nested too deeply or too large ({type(error).__name__}): use smaller functions"), None
        )
    return {"refused": found.as_json()}


__all__ = [
    "Assertions",
    "answer_of",
    "compile_problem",
    "config_of",
    "inputs_from_check",
    "python_of",
    "read_program",
    "reference_candidate",
]
