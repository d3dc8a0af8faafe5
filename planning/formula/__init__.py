"""The language of scoring formulas: arithmetic over criteria, with no way out of it.

`parse(text, names)` gives a tree or a `FormulaError` that points at a character; `score(tree,
values)` a number, or a `Gap` that says what is missing or cannot be worked out. Nothing here ever
runs Python, and length, tokens and nesting are bounded, so that nothing hangs.
"""

from planning.formula.evaluation import Gap, Outcome, Score, Values, compiled, scored
from planning.formula.parser import parse
from planning.formula.tokens import FormulaError
from planning.formula.tree import Node, names_in, words

__all__ = [
    "FormulaError",
    "Gap",
    "Node",
    "Outcome",
    "Score",
    "Values",
    "compiled",
    "names_in",
    "parse",
    "scored",
    "words",
]
