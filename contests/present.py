"""Results for people and for other programs: text, HTML, LaTeX, plain data, tables.

A result gives *sections*, each a list of (name, text); this room lays them out. What
is shown is worked out by the result itself.
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from contests.errors import ContestError, MissingDependencyError
from contests.plain_parts import plain, to_plain

if TYPE_CHECKING:
    from contests.certificate import Certificate
    from contests.equilibrium import Equilibrium

__all__ = [
    "certificate_rows",
    "certificate_to_dict",
    "frame",
    "latex_table",
    "plain",
    "rows_of",
    "sections_to_html",
    "sections_to_latex",
    "sections_to_text",
    "summary",
    "to_dict",
    "to_frame",
    "to_html",
    "to_latex",
]

Sections = Mapping[str, Sequence[tuple[str, str]]]
_SHOWN = 6  # contestants listed one by one in a summary
_MEASURES = ("total_effort", "expected_best", "expected_average", "prizes_paid")


def sections_to_text(sections: Sections) -> str:
    """Return ``sections`` (title to list of (name, text)) as aligned text."""
    width = max(len(name) for rows in sections.values() for name, _ in rows)
    lines: list[str] = []
    for title, rows in sections.items():
        lines += [title, *(f"  {name:<{width}}  {text}" for name, text in rows), ""]
    return "\n".join(lines).rstrip()


def sections_to_html(sections: Sections) -> str:
    """Return ``sections`` (title to list of (name, text)) as a table for notebooks, escaped."""
    left = 'style="text-align:left"'
    rows = []
    for title, section in sections.items():
        rows.append(f'<tr><th colspan="2" {left}>{html.escape(title)}</th></tr>')
        rows += [
            f"<tr><td {left}>{html.escape(name)}</td><td {left}>{html.escape(text)}</td></tr>"
            for name, text in section
        ]
    return f"<table>{''.join(rows)}</table>"


def sections_to_latex(sections: Sections) -> str:
    """Return ``sections`` (title to list of (name, text)) as a booktabs table, escaped."""
    lines = [r"\begin{tabular}{lp{0.7\linewidth}}", r"\toprule"]
    for k, (title, rows) in enumerate(sections.items()):
        if k:
            lines.append(r"\midrule")
        lines.append(rf"\multicolumn{{2}}{{l}}{{\textbf{{{escape(title)}}}}} \\")
        lines += [f"{escape(name)} & {escape(text)} \\\\" for name, text in rows]
    return "\n".join([*lines, r"\bottomrule", r"\end{tabular}"])


def latex_table(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Return a booktabs table with a head.

    Parameters
    ----------
    columns : sequence of str
        The head.
    rows : sequence of sequence
        Numbers (to six digits) and anything else (as text); what is not a number at all is a dash.

    Returns
    -------
    str
    """

    def cell(value: Any) -> str:
        if isinstance(value, float):
            return "--" if np.isnan(value) else escape(f"{value:.6g}")
        return escape(str(value))

    align = "".join(
        "r" if all(isinstance(row[k], (int, float)) for row in rows) else "l" for k in range(len(columns))
    )
    lines = [rf"\begin{{tabular}}{{{align}}}", r"\toprule"]
    lines += [" & ".join(map(escape, columns)) + r" \\", r"\midrule"]
    lines += [" & ".join(map(cell, row)) + r" \\" for row in rows]
    return "\n".join([*lines, r"\bottomrule", r"\end{tabular}"])


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
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        "|": r"\textbar{}",
        "[": "{[}",  # after a line break a bare bracket would be its argument
        "]": "{]}",
    }
)


def escape(text: str) -> str:
    """Return ``text`` with everything that LaTeX would read as a command written out."""
    return text.translate(_LATEX)


def frame(rows: Any, **options: Any) -> Any:
    """Return a pandas DataFrame.

    Parameters
    ----------
    rows : sequence of mapping, or mapping of columns
        The data.
    **options
        Passed to ``pandas.DataFrame``.

    Raises
    ------
    MissingDependencyError
        If pandas is not installed.
    """
    try:
        import pandas as pd
    except ImportError:
        raise MissingDependencyError("pandas", "table", "A table") from None
    return pd.DataFrame(rows, **options)


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


def _measure(equilibrium: Equilibrium, name: str) -> Any:
    """A measure, or None where it has no meaning in this game."""
    try:
        return getattr(equilibrium, name)
    except (ContestError, AttributeError):
        return None


def _contestants(equilibrium: Equilibrium) -> list[tuple[str, str]]:
    """Effort, payoff and winning probability: once if all are alike, else contestant by contestant."""
    found = {
        "effort": equilibrium.effort,
        "payoff": _measure(equilibrium, "payoff"),
        "chance of winning": _measure(equilibrium, "win_probability"),
    }
    columns = {name: np.asarray(values) for name, values in found.items() if values is not None}
    if all(np.allclose(values, values[0], rtol=1e-12, atol=0.0) for values in columns.values()):
        return [(f"{name} each", _number(float(values[0]))) for name, values in columns.items()]
    rows = []
    for name, values in columns.items():
        more = f", ... ({values.size} in all)" if values.size > _SHOWN else ""
        rows.append((name, ", ".join(_number(float(v)) for v in values[:_SHOWN]) + more))
    return rows


def certificate_rows(certificate: Certificate) -> list[tuple[str, str]]:
    """Return what a summary says of a ``certificate``, as (name, text)."""
    gain, gap = certificate.max_gain, certificate.effort_gap
    return [
        ("verdict", "passed" if certificate.passed else "NOT AN EQUILIBRIUM"),
        ("largest gain", f"{gain:.1e} of the top prize (at most {certificate.gain_tolerance:.0e})"),
        ("effort gap", f"{gap:.1e} of effort (at most {certificate.effort_tolerance:.0e})"),
        ("in words", certificate.explain()),
        ("evidence", f"{certificate.evidence}, {certificate.checked} deviations"),
    ]


def certificate_to_dict(certificate: Certificate) -> dict[str, Any]:
    """Return every field of a ``certificate``, the verdict and its words, as plain, JSON-safe data."""
    fields = {name: plain(getattr(certificate, name)) for name in certificate.__dataclass_fields__}
    return {"passed": certificate.passed, **fields, "explanation": certificate.explain()}


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
    labels = ("total effort", "expected best quality", "expected average quality", "prizes paid")
    found = [(label, _measure(equilibrium, name)) for label, name in zip(labels, _MEASURES, strict=True)]
    return {
        "Contest": _parts(equilibrium),
        "Equilibrium": [
            *_contestants(equilibrium),
            *[(label, _number(float(value))) for label, value in found if value is not None],
            ("selection", equilibrium.selection),
        ],
        "Certificate": certificate_rows(equilibrium.certificate),
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
    return sections_to_text(rows_of(equilibrium))


def to_html(equilibrium: Equilibrium) -> str:
    """Return a table for notebooks, of ``equilibrium``."""
    return sections_to_html(rows_of(equilibrium))


def to_latex(equilibrium: Equilibrium) -> str:
    """Return a booktabs table of the summary of ``equilibrium``, escaped."""
    return sections_to_latex(rows_of(equilibrium))


def to_dict(equilibrium: Equilibrium) -> dict[str, Any]:
    """Return plain, JSON-safe data.

    Parameters
    ----------
    equilibrium : Equilibrium
        The result.

    Returns
    -------
    dict
        Parts as text that pastes back; under ``"parameters"`` the model (or the contest) as data
        from which `contests.plain_parts.from_plain` makes it again; measures as numbers and lists;
        the certificate's fields. A measure without meaning or not a finite number is None.
    """
    made_of = equilibrium.game if equilibrium.model is None else equilibrium.model
    data: dict[str, Any] = {
        "parts": dict(_parts(equilibrium)),
        "parameters": to_plain(made_of),
        "n": int(equilibrium.game.n),
    }
    for name in ("effort", "payoff", "win_probability", *_MEASURES):
        data[name] = plain(_measure(equilibrium, name))
    data["certificate"] = certificate_to_dict(equilibrium.certificate)
    data |= {"selection": equilibrium.selection, "method": equilibrium.method, "source": equilibrium.source}
    return data


def to_frame(equilibrium: Equilibrium) -> Any:
    """Return one row for each contestant of ``equilibrium``, as a pandas DataFrame."""
    columns = {"effort": equilibrium.effort}
    for name in ("payoff", "win_probability"):
        values = _measure(equilibrium, name)
        if values is not None:
            columns[name] = values
    table = frame(columns)
    table.index.name = "contestant"
    return table
