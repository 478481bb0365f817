"""Compiles a coding problem with its Python solution into environments, without any model.

`compile_problem` is the entry: plain data in, plain JSON data out. It runs the solution and what it makes of it in this
interpreter: hostile code is the host's business.

Words: a *piece* is a span of the solution that was *outlined* (its code became a *tool*, a call took its place); what a
tool cannot know is *extracted* and sent as its arguments; a *rule* says which spans become tools; a *strategy* says how
finely is cut; a *variant* is one environment with its configurations; the *lattice* is that of value kinds; *fuel* is
work, counted and not timed; a *diagnostic* has a code and a span.

The way through the folders, in the order in which a problem takes it (`driver` is the order of work):

- `frontend`: what is there. `reading` (the text as Python), `hygiene` (names that mean two things), `scopes`, `program`,
  `script` and `standard_streams` (the entry; a script becomes a function over its lines), `statement`, `examples`;
- `types`: `lattice` (kinds, JSON both ways), `inference` (kinds from annotations, docstrings and use), `relations`,
  `functions` (callables as data), `fitting`, `answers` (the answer's form);
- `inputs`: `domains`, `streams` (inputs that the statement gives), `mutation`, `generation` (drawing, changing, keeping);
- `analysis`: `fuel`, `runner` (running within it), `purity` (what may move), `ordering`, `access` (how hidden data is
  read), `profile` (runs the program after outlining with plain values, learns kinds, finds pieces that do not fit);
- `outline`: `strategy`, `outliner` (extracts one expression), `walker` (goes through a function and asks the rules),
  `variants` (tries until every piece is fit), `tool`;
- `rules`: one file a rule, and the registry;
- `backend`: what is written. `assembly` (the solver's body), `solver`, `documents`, `environment`, `task_text`; `playing`
  (episodes, choice of configurations), `making` (one variant);
- `naming`, `diagnostics`, and `assertions` (a row's own).

Options: `seed`; `deadlineMs`, a hard stop only, since work is counted and not timed (see `analysis.fuel`); `answerChars`,
`minRounds`, `maxRounds`; `disabled`, ids of pieces not to cut; `renamed`, tool names by piece id; `inputs`, argument
lists to begin with. A piece's id is "rule:line:col-endLine:endCol", columns in bytes of UTF-8 as `ast` has them.

Limits worth knowing: what hangs within one call of C is the host's deadline to stop. Configurations and rounds do
not depend on Python's version or on hash seeds, but sums of floats and the texts of `ast.unparse` do on the former.
Functions as parameters are only those of the library in `types.functions`, of up to three arguments. Linked nodes, `*args`,
constructors with arguments and endless generators are refused.
"""

from .analysis.fuel import OverBudget, TimeUp
from .assertions import Assertions, answer_of, config_of, inputs_from_check, reference_candidate
from .diagnostics import Refusal, refuse
from .driver import Compilation
from .frontend.program import read_program
from .frontend.reading import python_of


def compile_problem(statement: str, solution: str, entry_point: str | None = None, options: dict | None = None) -> dict:
    """Variants (best first), coverage and warnings; or `{"refused": {"rule", "line", "message"}}`."""
    try:
        return Compilation(statement, solution, entry_point, options or {}).run()
    except Refusal as refusal:
        found = refusal
    except TimeUp as error:
        where = "" if error.line is None else "; most of it was spent on this line: use smaller loops, or smaller numbers in the examples"
        found = refuse("time", f"the solution could not be compiled in the time there is{where}", error.line)
    except OverBudget:
        found = refuse("too-large", "the solution does too much work before it comes to an answer: use smaller loops", None)
    except (RecursionError, MemoryError) as error:
        found = refuse(
            "too-large", (f"the solution is nested too deeply or too large ({type(error).__name__}): use smaller functions"), None
        )
    return {"refused": found.diagnostic.as_json()}


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
