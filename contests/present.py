"""Results for people and for other programs: text, HTML, LaTeX, plain data, tables.

Everything shown is worked out by the result itself; this room only lays it out.
"""

from __future__ import annotations

import html
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from contests.errors import ContestError, MissingDependencyError

if TYPE_CHECKING:
    from contests.equilibrium import Equilibrium

__all__ = ["rows_of", "summary", "to_dict", "to_frame", "to_html", "to_latex"]

_SHOWN = 6  # contestants listed one by one in a summary


def _number(value: float) -> str:
    return f"{value:.6g}"


def _parts(equilibrium: Equilibrium) -> list[tuple[str, str]]:
    """The named model if there is one, then the parts of the contest."""
    rows = [] if equilibrium.model is None else [("model", repr(equilibrium.model))]
    game = equilibrium.game
    for name in ("contestants", "technology", "cost", "success", "prizes", "entry"):
        part = getattr(game, name, None)
        if part is not None:
            rows.append((name, repr(part)))
    return rows or [("game", repr(game))]


def _measure(equilibrium: Equilibrium, name: str) -> str | None:
    """A measure as text, the library's refusal as words, None where it has no meaning."""
    try:
        value = getattr(equilibrium, name)
    except (ContestError, AttributeError):
        return None
    return _number(float(value)) if np.ndim(value) == 0 else None


def _contestants(equilibrium: Equilibrium) -> list[tuple[str, str]]:
    """Effort, payoff and winning probability: once if all are alike, else contestant by contestant."""
    effort, payoff, win = equilibrium.effort, equilibrium.payoff, equilibrium.win_probability
    columns = np.column_stack([effort, payoff, win])
    if np.allclose(columns, columns[0], rtol=1e-12, atol=0.0):
        names = ("effort each", "payoff each", "chance of winning each")
        return [(name, _number(float(value))) for name, value in zip(names, columns[0], strict=True)]
    shown = min(effort.size, _SHOWN)
    more = f", ... ({effort.size} in all)" if effort.size > shown else ""
    return [
        (name, ", ".join(_number(float(v)) for v in values[:shown]) + more)
        for name, values in (("effort", effort), ("payoff", payoff), ("chance of winning", win))
    ]


def rows_of(equilibrium: Equilibrium) -> dict[str, list[tuple[str, str]]]:
    """Return the sections of a summary, each a list of (name, text).

    Parameters
    ----------
    equilibrium : Equilibrium
        The result.

    Returns
    -------
    dict of str to list of (str, str)
    """
    certificate = equilibrium.certificate
    measures = (
        ("total effort", "total_effort"),
        ("expected best quality", "expected_best"),
        ("expected average quality", "expected_average"),
        ("prizes paid", "prizes_paid"),
    )
    found = [(label, _measure(equilibrium, name)) for label, name in measures]
    return {
        "Contest": _parts(equilibrium),
        "Equilibrium": [
            *_contestants(equilibrium),
            *[(label, text) for label, text in found if text is not None],
            ("selection", equilibrium.selection),
        ],
        "Certificate": [
            ("verdict", "passed" if certificate.passed else "NOT AN EQUILIBRIUM"),
            (
                "largest gain",
                f"{certificate.max_gain:.1e} of the top prize (at most {certificate.gain_tolerance:.0e})",
            ),
            (
                "effort gap",
                f"{certificate.effort_gap:.1e} of effort (at most {certificate.effort_tolerance:.0e})",
            ),
            ("in words", certificate.explain()),
            ("evidence", f"{certificate.evidence}, {certificate.checked} deviations"),
        ],
        "Source": [("method", equilibrium.method), ("literature", equilibrium.source)],
    }


def summary(equilibrium: Equilibrium) -> str:
    """Return aligned text.

    Parameters
    ----------
    equilibrium : Equilibrium
        The result.

    Returns
    -------
    str
    """
    sections = rows_of(equilibrium)
    width = max(len(name) for rows in sections.values() for name, _ in rows)
    lines: list[str] = []
    for title, rows in sections.items():
        lines += [title, *(f"  {name:<{width}}  {text}" for name, text in rows), ""]
    return "\n".join(lines).rstrip()


def to_html(equilibrium: Equilibrium) -> str:
    """Return a table for notebooks, of ``equilibrium``."""
    rows = []
    for title, section in rows_of(equilibrium).items():
        rows.append(f'<tr><th colspan="2" style="text-align:left">{html.escape(title)}</th></tr>')
        rows += [
            f'<tr><td style="text-align:left">{html.escape(name)}</td>'
            f'<td style="text-align:left">{html.escape(text)}</td></tr>'
            for name, text in section
        ]
    return f"<table>{''.join(rows)}</table>"


def _plain(value: Any) -> Any:
    """JSON-safe: lists for arrays, null for what is not a finite number."""
    if isinstance(value, np.ndarray):
        return [_plain(item) for item in value.tolist()]
    if isinstance(value, (np.floating, float)):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, np.integer):
        return int(value)
    return value


def to_dict(equilibrium: Equilibrium) -> dict[str, Any]:
    """Return plain, JSON-safe data.

    Parameters
    ----------
    equilibrium : Equilibrium
        The result.

    Returns
    -------
    dict
        Parts as text that pastes back, measures as numbers and lists, the certificate's fields.
        What is not a finite number is None.
    """
    certificate = equilibrium.certificate
    data: dict[str, Any] = {"parts": dict(_parts(equilibrium)), "n": equilibrium.game.n}
    for name in (
        "effort",
        "payoff",
        "win_probability",
        "total_effort",
        "expected_best",
        "expected_average",
        "prizes_paid",
    ):
        try:
            data[name] = _plain(getattr(equilibrium, name))
        except (ContestError, AttributeError):
            data[name] = None
    fields = ("max_gain", "effort_gap", "gain_tolerance", "effort_tolerance", "passed", "evidence", "checked")
    data["certificate"] = {name: _plain(getattr(certificate, name)) for name in fields}
    data |= {"selection": equilibrium.selection, "method": equilibrium.method, "source": equilibrium.source}
    return data


def to_frame(equilibrium: Equilibrium) -> Any:
    """Return one row for each contestant of ``equilibrium``, as a pandas DataFrame."""
    try:
        import pandas as pd
    except ImportError:
        raise MissingDependencyError("pandas", "table", "A table") from None
    return pd.DataFrame(
        {
            "effort": equilibrium.effort,
            "payoff": equilibrium.payoff,
            "win_probability": equilibrium.win_probability,
        },
        index=pd.RangeIndex(equilibrium.game.n, name="contestant"),
    )


_LATEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "&": r"\&",
        "%": r"\%",
        "$": r"\$",
        "#": r"\#",
        "_": r"\_",
        "{": r"\{",
        "}": r"\}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
    }
)


def to_latex(equilibrium: Equilibrium) -> str:
    """Return a booktabs table of the summary of ``equilibrium``, escaped."""
    lines = [r"\begin{tabular}{ll}", r"\toprule"]
    for k, (title, rows) in enumerate(rows_of(equilibrium).items()):
        if k:
            lines.append(r"\midrule")
        lines.append(rf"\multicolumn{{2}}{{l}}{{\textbf{{{title.translate(_LATEX)}}}}} \\")
        lines += [f"{name.translate(_LATEX)} & {text.translate(_LATEX)} \\\\" for name, text in rows]
    return "\n".join([*lines, r"\bottomrule", r"\end{tabular}"])
