"""What becomes a tool: one file a rule. `RULES` is the registry: a new rule is a file here, a line there, and a test.

Rules are asked in this order; the first that matches takes the place. Screens list them in this order too.
"""

from .element import ELEMENT
from .expression import EXPRESSION
from .fold import FOLD
from .helper import HELPER
from .loop_body import LOOP_BODY
from .predicate import PREDICATE
from .rule import Rule

RULES: tuple[Rule, ...] = (ELEMENT, LOOP_BODY, FOLD, HELPER, PREDICATE, EXPRESSION)

__all__ = ["RULES", "Rule"]
