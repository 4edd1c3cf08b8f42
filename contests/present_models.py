r"""Models in notebooks: their closed forms typeset, or the table of their parameters.

MathJax typesets what is returned here: text goes through ``\text``, so what TeX would
read as a command is written out.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np

from contests.errors import ContestError

if TYPE_CHECKING:
    from contests.model import Model

__all__ = ["model_to_latex"]

_TEXT = str.maketrans(
    {
        "\\": r"\backslash ",
        "_": r"\_",
        "&": r"\&",
        "%": r"\%",
        "#": r"\#",
        "$": r"\$",
        "{": r"\{",
        "}": r"\}",
        "^": r"\hat{}",
        "~": r"\sim ",
    }
)


def model_to_latex(model: Model) -> str:
    """Return the theory of a model in LaTeX, or its parameters where there is no theory.

    Parameters
    ----------
    model : Model
        A named model.

    Returns
    -------
    str
        Display mathematics, in double dollars.

    Examples
    --------
    >>> from contests.models import Ideation, TerwieschXu
    >>> model = TerwieschXu(project=Ideation(returns=1.0, shock=2.0), solvers=20, award=10.0)
    >>> "text{effort}" in model_to_latex(model)
    True
    """
    parameters = _parameters(model)
    try:
        forms = model.theory()._repr_latex_()
    except ContestError:  # no closed forms at these parameters: the parameters alone
        return f"$${parameters}$$"
    return f"$${parameters}$$\n{forms}"


def _parameters(model: Model) -> str:
    given: Any = model
    rows: list[str] = []
    if dataclasses.is_dataclass(given):
        for field in dataclasses.fields(given):
            name = field.name.replace("_", " ")
            rows.append(rf"\text{{{_text(name)}}} & {_value(getattr(model, field.name))}")
    head = rf"\text{{{_text(type(model).__name__)}}} & "
    return r"\begin{array}{ll}" + r" \\ ".join([head, *rows]) + r"\end{array}"


def _value(value: Any) -> str:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return f"{value:.6g}" if np.isfinite(value) else r"\infty"
    if isinstance(value, np.ndarray) and value.size <= 8:
        return "(" + ", ".join(f"{one:.6g}" for one in value.tolist()) + ")"
    return rf"\text{{{_text(repr(value))}}}"


def _text(words: str) -> str:
    return words.translate(_TEXT)
