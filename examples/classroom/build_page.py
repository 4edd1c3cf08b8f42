"""Build the page for classes without Python: one HTML file with its figures inside, which opens offline.

Run it with ``python examples/classroom/build_page.py [innovation_contests.html]`` (extra ``plot``). Every
number in the text is computed, and every figure is drawn by the replication of the paper it is from.
"""

from __future__ import annotations

import base64
import io
import runpy
import sys
from collections.abc import Callable
from html import escape
from pathlib import Path
from string import Template
from typing import Any

import contests as ct
from contests.models import AllPayKnown, Ideation, TerwieschXu, Tullock

REPLICATIONS = Path(__file__).parents[1] / "replications"

STYLE = """
body { font: 18px/1.55 Georgia, serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; color: #222; }
h1, h2 { line-height: 1.2; } figure { margin: 1.5rem 0; } img { max-width: 100%; }
figcaption, footer { font-size: 0.85rem; color: #555; } table { border-collapse: collapse; }
td, th { padding: 0.2rem 1rem 0.2rem 0; text-align: right; border-bottom: 1px solid #ddd; }
details { margin: 0.6rem 0; } summary { cursor: pointer; }
"""

PAGE = Template("""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Innovation contests</title>
<style>$style</style>
</head>
<body>
<h1>Innovation contests</h1>
<p>A contest turns <em>effort</em> into quality, quality into a <em>ranking</em>, and a ranking into
<em>prizes</em>. How hard do people work for a prize, and what should a sponsor do about it?</p>

<h2>1. Competition eats the rent</h2>
<p>The chance of winning 160 is one's share of all effort. Of four contestants each exerts
<strong>$effort</strong> and gains <strong>$gain</strong>; $spent % of the prize is spent on winning it.</p>
$dissipation_table
$dissipation

<h2>2. Effort against luck</h2>
<p>An idea is effort plus luck. More solvers each work less, but the luckiest of many is luckier. With an
award of 10 twenty solvers exert <strong>$ideation</strong> each; the average idea is worth
<strong>$average</strong>, the best <strong>$best</strong>.</p>
$terwiesch_xu_2008

<h2>3. The able work harder when a rival comes</h2>
<p>If everybody knows her own ability only, one more rival discourages most people and spurs on the most
able.</p>
$korpeoglu_cho_2018

<h2>4. One prize or many?</h2>
<p>One prize works best if luck is well behaved, many equal prizes if it has heavy tails: then the
first rank is a matter of luck whatever one does, and effort pays by avoiding the last.</p>
$ales_cho_korpeoglu_2017

<h2>5. A cap can raise effort</h2>
<p>Two bid for a prize worth 1 and 0.6 to them, and both pay. Freely they spend <strong>$free</strong> on
average. With a cap of 0.25 they spend <strong>$capped</strong>: the cap protects the weak one.</p>
$che_gale_1998

<h2>Questions</h2>
<details><summary>Two people value the prize at 80 and 20 in a lottery. How much does each spend?</summary>
<p>$strong and $weak; the strong one wins with chance $chance.</p></details>
<details><summary>Three contestants, and chances in proportion to the <em>square</em> of effort. Is there an
equilibrium in which all do the same?</summary>
<p>No. The first-order condition has a solution, but: $refusal</p></details>

<footer><p>Figures after: $papers. Computed by contests $version; every equilibrium was certified against
deviations.</p></footer>
</body>
</html>
""")

FIGURES = {
    "terwiesch_xu_2008": "The best idea against the number of solvers. Terwiesch and Xu (2008).",
    "korpeoglu_cho_2018": "Effort against ability with two, three and six solvers. Korpeoglu and Cho (2018).",
    "ales_cho_korpeoglu_2017": "Incentives of equal prizes, ten contestants. Ales, Cho and Korpeoglu (2017).",
    "che_gale_1998": "Total effort against the cap; the line is without a cap. Che and Gale (1998).",
}
SIZES = (2, 3, 4, 6, 10, 20)


def embedded(draw: Callable[[Any], None], caption: str) -> str:
    """Draw a figure and return it as HTML that needs no other file."""
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.4, 3.6), layout="constrained")
    draw(FigureCanvasSVG(figure).figure.subplots())
    held = io.BytesIO()
    figure.savefig(held, format="svg", metadata={"Date": None})
    data = base64.b64encode(held.getvalue()).decode("ascii")
    text = escape(caption)
    return (
        f'<figure><img alt="{text}" src="data:image/svg+xml;base64,{data}">'
        f"<figcaption>{text}</figcaption></figure>"
    )


def dissipation() -> dict[int, float]:
    """Share of the prize that is spent, by the number of contestants."""
    return {n: Tullock(contestants=n).solve().total_effort for n in SIZES}


def numbers() -> dict[str, str]:
    """Every number in the text, computed."""
    four = Tullock(contestants=4, prize=160).solve()
    idea = TerwieschXu(project=Ideation(returns=1.0, shock=2.0), solvers=20, award=10.0).solve()
    unequal = Tullock(values=(80, 20)).solve()
    try:
        Tullock(contestants=3, exponent=2.0).solve()
    except ct.NotEquilibriumError as found:
        refusal = str(found).split(": ", 1)[1].split(" Change the parts")[0]
    return {
        "effort": f"{four.effort[0]:.0f}",
        "gain": f"{four.payoff[0]:.0f}",
        "spent": f"{100 * four.total_effort / 160:.0f}",
        "ideation": f"{idea.effort[0]:.4f}",
        "average": f"{idea.expected_average:.2f}",
        "best": f"{idea.expected_best:.2f}",
        "free": f"{AllPayKnown(values=(1.0, 0.6)).solve().total_effort:.2f}",
        "capped": f"{AllPayKnown(values=(1.0, 0.6), cap=0.25).solve().total_effort:.2f}",
        "strong": f"{unequal.effort[0]:.1f}",
        "weak": f"{unequal.effort[1]:.1f}",
        "chance": f"{unequal.win_probability[0]:.1f}",
        "refusal": escape(refusal),
    }


def page() -> str:
    """Return the whole page."""
    spent = dissipation()

    def rising(ax: Any) -> None:
        ax.plot(list(spent), list(spent.values()), marker="o")
        ax.set(xlabel="contestants", ylabel="share of the prize spent", ylim=(0, 1), xticks=SIZES)

    head = "".join(f"<th>{n}</th>" for n in spent)
    row = "".join(f"<td>{100 * share:.0f} %</td>" for share in spent.values())
    table = f"<table><tr><th>contestants</th>{head}</tr><tr><th>spent</th>{row}</tr></table>"
    parts = {
        "style": STYLE,
        "version": ct.__version__,
        "papers": escape("; ".join(caption.split(". ")[-1].rstrip(".") for caption in FIGURES.values())),
        "dissipation": embedded(rising, "The share of the prize that is spent. Tullock (1980)."),
        "dissipation_table": table,
    }
    for name, caption in FIGURES.items():
        replication = runpy.run_path(str(REPLICATIONS / f"{name}.py"))
        parts[name] = embedded(replication["draw"], caption)
    return PAGE.substitute(parts, **numbers())


if __name__ == "__main__":
    target = Path(sys.argv[1] if len(sys.argv) > 1 else "innovation_contests.html")
    target.write_text(page(), encoding="utf-8")
    print(f"wrote {target}")
