# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Innovation contests: a lesson of 90 minutes
#
# A firm offers an award for the best idea. How hard do people work, how good is the best idea, and how
# should the award be split? This file is a script (`python lesson_innovation_contests.py`) and a notebook
# (open it with Jupytext). Every number in the text is asserted in the cell below it: if the library changed
# its mind, the script would fail.
#
# | minutes | part |
# |---|---|
# | 0–20 | 1. Rent dissipation: how much of an award is spent on winning it |
# | 20–40 | 2. The trade-off of Terwiesch and Xu: effort against luck |
# | 40–55 | 3. Splitting the award is a linear programme |
# | 55–65 | 4. Who comes? Entry |
# | 65–75 | 5. Do not believe me: a Monte Carlo check |
# | 75–90 | 6. Exercises, with answers |

# %%
from __future__ import annotations

from importlib.util import find_spec

import numpy as np
from scipy import stats

import contests as ct
from contests.models import Ideation, TerwieschXu

HAS_FIGURES = find_spec("matplotlib") is not None


def close(found: float, said: float, digits: int) -> bool:
    """Whether a number in the text is the computed one, to the digits in the text."""
    return abs(float(found) - said) <= 0.5 * 10.0**-digits * (1 + 1e-9)


# %% [markdown]
# ## 1. Rent dissipation
#
# Four people share a lottery for 160: the chance of winning is one's share of all effort, and effort costs
# its amount. If the others exert $S$ in all, I choose $e$ to maximise $160\,e/(e+S) - e$; the condition is
# $160\,S/(e+S)^2 = 1$. With all alike $e = 160 \cdot 3/16 = \mathbf{30}$. Of the award 120, or **75 %**, is
# spent; each expects to gain **10**.

# %%
lottery = ct.Contest(contestants=ct.Identical(4), prizes=160.0, success=ct.Lottery())
equilibrium = ct.solve(lottery)
assert close(equilibrium.effort[0], 30, 6)
assert close(equilibrium.total_effort / 160, 0.75, 6)
assert close(equilibrium.payoff[0], 10, 6)
print(equilibrium.summary())

# %% [markdown]
# With $n$ contestants $(n-1)/n$ of the award is spent: **50 %** with two, **90 %** with ten, **99 %** with a
# hundred. Competition eats the rent, although each contestant's effort falls.

# %%
spent = {n: ct.solve(lottery.replace(contestants=ct.Identical(n))).total_effort / 160 for n in (2, 10, 100)}
print(spent)
assert close(spent[2], 0.5, 6) and close(spent[10], 0.9, 6) and close(spent[100], 0.99, 6)

# %% [markdown]
# **A first-order condition is not an equilibrium.** Make the lottery more decisive, $e^r/\sum e^r$ with $r
# = 2$ and three contestants for an award of 1. The condition gives effort $4/9$, at a cost that exceeds the
# expected award of $1/3$: everyone loses **0.111** and would rather stay at home. The library refuses.

# %%
decisive = ct.Contest(contestants=ct.Identical(3), prizes=1.0, success=ct.Lottery(exponent=2.0))
try:
    ct.solve(decisive)
except ct.NotEquilibriumError as refusal:
    print(refusal)
else:
    raise AssertionError("this contest has no equilibrium in which all exert the same effort")
candidate = ct.solve(decisive, on_fail="return")
assert close(candidate.effort[0], 4 / 9, 9)
assert close(candidate.payoff[0], -0.111, 3)

# %% [markdown]
# Without any luck the highest effort wins for sure. No effort is safe: whatever you do, I can do a little
# more. Two contestants then draw effort evenly from 0 to the award, and the award is spent **in full**, on
# average.

# %%
all_pay = ct.solve(ct.Contest(contestants=ct.Identical(2), prizes=1.0))
assert close(all_pay.total_effort, 1.0, 6)
assert np.allclose(all_pay.strategy(0).cdf([0.25, 0.5, 0.75]), [0.25, 0.5, 0.75])
assert np.allclose(all_pay.payoff, 0.0, atol=1e-9)

# %% [markdown]
# ## 2. The trade-off of Terwiesch and Xu
#
# An idea has quality $\delta \ln e + \xi$: returns $\delta$ to effort, and luck $\xi$ with a Gumbel law of
# scale $\mu$. The best idea wins the award. This is a lottery with exponent $\delta/\mu$. More solvers mean
# *less effort of each* and *more draws of luck*. With an award of 10, $\delta = 1$, $\mu = 2$, twenty
# solvers exert **0.2375** each; the average idea has quality **−1.44**, the best **4.55**.

# %%
innovation = TerwieschXu(project=Ideation(returns=1.0, shock=2.0), solvers=20, award=10.0)
answer = innovation.solve()
assert close(answer.effort[0], 0.2375, 4)
assert close(answer.expected_average, -1.44, 2)
assert close(answer.expected_best, 4.55, 2)

# %% [markdown]
# From 2 solvers to 40 effort falls at every step, and the best idea improves at every step.

# %%
sizes = [2, 3, 5, 10, 20, 40]
field = [innovation.replace(solvers=n).solve() for n in sizes]
efforts = [float(e.effort[0]) for e in field]
bests = [e.expected_best for e in field]
for n, effort, best in zip(sizes, efforts, bests, strict=True):
    print(f"{n:3d} solvers   effort {effort:.4f}   best idea {best:.3f}")
assert all(np.diff(efforts) < 0) and all(np.diff(bests) > 0)

# %%
if HAS_FIGURES:
    import matplotlib.pyplot as plt

    figure, (left, right) = plt.subplots(1, 2, figsize=(8, 3), layout="constrained")
    left.plot(sizes, efforts, marker="o")
    left.set(xlabel="solvers", ylabel="effort of each")
    right.plot(sizes, bests, marker="o")
    right.set(xlabel="solvers", ylabel="expected best quality")
    plt.close(figure)

# %% [markdown]
# The best award is the returns to effort, **1**, whatever the number of solvers: the sponsor pays as long
# as one more unit of money brings one more unit of quality. If returns exceed luck, only few take part:
# with $\mu = 0.8$ at most **5** solvers.

# %%
assert innovation.best_award().choice == 1.0
assert innovation.replace(solvers=3).best_award().choice == 1.0
assert innovation.replace(project=Ideation(returns=1.0, shock=0.8)).largest_field() == 5

# %% [markdown]
# ## 3. Splitting the award
#
# Alike contestants exert the effort at which marginal cost equals $\sum_k v_k \beta_k$: the prizes $v_k$,
# weighted by how much one more unit of quality raises the chance of rank $k$. That is *linear in prizes*.
# Given a budget and $v_1 \ge v_2 \ge \dots \ge 0$, the most effort is a linear programme, and its solution
# is a corner: $L$ equal prizes.
#
# With normal luck and five contestants, one prize. With heavy tails (Pareto, tail 2) a lucky draw decides
# the first rank whatever one does, and the best is **four** equal prizes of **0.25**: effort pays by
# avoiding the last place.

# %%
split = {}
for name, luck in {"normal": stats.norm(), "Pareto": stats.pareto(2.0)}.items():
    tournament = ct.Contest(
        contestants=ct.Identical(5), technology=ct.Additive(luck), cost=ct.Power(2), prizes=1.0
    )
    split[name] = ct.optimal_prizes(tournament, budget=1.0)
    print(name, split[name].choice["prizes"].round(6), "effort in all", round(split[name].value, 4))
assert split["normal"].choice["prizes"].round(6).tolist() == [1.0]
assert split["Pareto"].choice["prizes"].round(6).tolist() == [0.25] * 4

# %% [markdown]
# The same programme, by hand, with SciPy: maximise $\sum \beta_k v_k$ subject to the budget and the order.
# The marginal incentive is **0.3636** with four prizes; one prize would give **0.2216**.

# %%
from scipy.optimize import linprog

from contests.models import AlesChoKorpeoglu

equal = AlesChoKorpeoglu(contestants=5, shock=stats.pareto(2.0)).equal_prize_slopes()
beta = np.diff(np.concatenate([[0.0], equal * np.arange(1, 5), [0.0]]))  # chances of ranks sum to one
order = np.eye(4, 5, 1) - np.eye(4, 5)  # v_{k+1} - v_k <= 0
programme = linprog(-beta, A_ub=np.vstack([np.ones(5), order]), b_ub=[1.0, 0, 0, 0, 0])
print(programme.x, -programme.fun)
assert np.allclose(programme.x, [0.25, 0.25, 0.25, 0.25, 0.0], atol=1e-9)
assert close(-programme.fun, 0.3636, 4) and close(beta[0], 0.2216, 4)

# %% [markdown]
# ## 4. Who comes?
#
# A lottery for 50, and taking part costs 2. With $n$ entrants each gains $50/n^2$; they come as long as this
# covers 2: $n \le \sqrt{25} =$ **5**. The fifth is just indifferent. With a fee of 3 only **4** come.

# %%
pool = ct.Contest(contestants=ct.Identical(10), prizes=50.0, success=ct.Lottery())
gains = {n: float(ct.solve(pool.replace(contestants=ct.Identical(n))).payoff[0]) for n in range(2, 8)}
print(gains)
assert max(n for n, gain in gains.items() if gain >= 2 * (1 - 1e-9)) == 5
assert max(n for n, gain in gains.items() if gain >= 3) == 4

# %% [markdown]
# ## 5. A Monte Carlo check
#
# Solver and theory could share a mistake. The referee does not know either: it draws shocks, ranks the
# ideas, and pays the award. In 40 000 contests with twenty solvers who play the equilibrium, the best idea
# and payoffs agree within the error of sampling. And who deviates to half or twice the effort earns less.

# %%
played = answer.simulate(40_000, rng=np.random.default_rng(2008))
best = np.asarray(played.quality).max(axis=1)
error = best.std() / np.sqrt(best.size)
print(f"best idea: {best.mean():.3f} in play, {answer.expected_best:.3f} in theory, error {error:.3f}")
assert abs(best.mean() - answer.expected_best) < 4 * error
mean_payoff = float(np.asarray(played.payoff).mean())
assert abs(mean_payoff - answer.payoff[0]) < 1e-9  # the award is always paid, effort is sure
tried = answer.effort[0] * np.array([0.5, 1.0, 2.0])
half, here, twice = innovation.contest().payoff(0, tried, answer.profile)
print(half, here, twice)
assert half < here > twice

# %% [markdown]
# ## 6. Exercises
#
# 1. A sponsor can invite two or six people to the lottery for 160. In which case does a *contestant* exert
#    more effort? In which case do all together?
# 2. Two contestants value the prize at 80 and 20. What are the efforts and the chance of the strong one?
# 3. Twenty solvers, returns 1. How small may luck $\mu$ be before somebody stays away?
# 4. Normal luck, two contestants, cost $e^2/2$ and $\sigma = 1$. What is effort for a prize of 1, and is
#    there an equilibrium for a prize of 12.5?
# 5. An all-pay contest with values 1 and 0.6. Does a cap of 0.25 on effort lower total effort?
#
# ### Answers
#
# 1. Each exerts **40** against **22.2**; together 80 against 133.3.

# %%
two, six = (ct.solve(lottery.replace(contestants=ct.Identical(n))) for n in (2, 6))
assert close(two.effort[0], 40, 6) and close(six.effort[0], 22.2, 1)
assert close(two.total_effort, 80, 6) and close(six.total_effort, 133.3, 1)

# %% [markdown]
# 2. **12.8** and **3.2**; the strong one wins with chance **0.8**.

# %%
unequal = ct.solve(ct.Contest(contestants=ct.Known(value=[80, 20]), prizes=1.0, success=ct.Lottery()))
assert close(unequal.effort[0], 12.8, 6) and close(unequal.effort[1], 3.2, 6)
assert close(unequal.win_probability[0], 0.8, 6)

# %% [markdown]
# 3. $\delta/\mu \le n/(n-1)$, so $\mu \ge 19/20 =$ **0.95**.

# %%
smallest = 0.95
assert close(19 / 20, smallest, 9)
assert innovation.replace(project=Ideation(returns=1.0, shock=smallest * 1.0001)).solve().certificate.passed
assert innovation.replace(project=Ideation(returns=1.0, shock=smallest * 0.9999)).largest_field() < 20

# %% [markdown]
# 4. $1/(2\sqrt\pi) =$ **0.2821**; for 12.5 there is none in sure efforts: from the candidate 3.5262 one
#    would rather exert **0.235**.

# %%
normal = ct.Contest(
    contestants=ct.Identical(2),
    technology=ct.Additive(stats.norm()),
    cost=ct.Power(2, scale=0.5),
    prizes=1.0,
)
assert close(ct.solve(normal).effort[0], 0.2821, 4)
refused = ct.solve(normal.replace(prizes=12.5), on_fail="return")
assert not refused.certificate.passed and close(refused.effort[0], 3.5262, 4)
assert close(refused.certificate.deviation, 0.235, 3)

# %% [markdown]
# 5. No: it *raises* it, from **0.48** to **0.50**, because it weakens the strong one and so encourages the
#    weak one.

# %%
from contests.models import AllPayKnown

assert close(AllPayKnown(values=(1.0, 0.6)).solve().total_effort, 0.48, 6)
assert close(AllPayKnown(values=(1.0, 0.6), cap=0.25).solve().total_effort, 0.5, 6)
