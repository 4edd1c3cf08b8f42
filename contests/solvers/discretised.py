"""Equilibria of games with finitely many actions, through linear complementarity.

Contestants fall into classes that play alike. Class c has ``counts[c]`` members;
``blocks[c][d][k, j]`` is what action k pays a member of class c when *one* rival of
class d takes action j and all other rivals follow the current strategies x. With
x_d the strategy of class d, the payoffs of class c are ``blocks[c][d] @ x_d`` for any d.

With two contestants the blocks do not depend on x. A game in which they are
strategically opposed (a prize that is always paid: p(x, y) - cost) is a linear
programme (Moulin and Vial 1978); any other is a linear complementarity problem,
solved by Lemke's method (Lemke and Howson 1964).

With more contestants the payoffs are linearised at x, which gives a complementarity
problem of the same kind, and so on until x stays put (Govindan and Wilson 2004).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contests.errors import ConvergenceError

__all__ = ["complementary", "fixed_point", "opposed", "regret"]

Array = NDArray[np.float64]
Blocks = list[list[Array | None]]
Strategies = list[Array]


def complementary(matrix: Array, constant: Array) -> Array:
    """Return a solution of a linear complementarity problem by Lemke's method.

    Parameters
    ----------
    matrix : ndarray, shape (m, m)
        M in w = M z + q.
    constant : ndarray, shape (m,)
        q.

    Returns
    -------
    ndarray, shape (m,)
        z of at least zero with M z + q at least zero and z (M z + q) = 0.

    Raises
    ------
    ConvergenceError
        If the method ends on a ray or does not end, from several starts.

    Examples
    --------
    >>> complementary(np.array([[2.0, 1.0], [1.0, 2.0]]), np.array([-5.0, -6.0]))
    array([1.33333333, 2.33333333])
    """
    size = constant.size
    if np.all(constant >= 0):
        return np.zeros(size)
    for seed in range(4):
        basis = _final_basis(matrix, constant, seed)
        if basis is None:
            continue
        # The basis is that of a slightly perturbed problem: solve the problem itself on it.
        columns = np.hstack([np.eye(size), -matrix])[:, basis]
        values = np.linalg.lstsq(columns, constant, rcond=1e-15)[0]
        scale = float(np.abs(values).max())
        if values.min() > -1e-7 * max(scale, 1.0):
            found = np.zeros(2 * size)
            found[basis] = np.maximum(values, 0.0)
            return found[size:]
    raise ConvergenceError("Lemke's method found no solution; try another grid of actions.")


def _final_basis(matrix: Array, constant: Array, seed: int) -> NDArray[np.intp] | None:
    """The complementary basis at which Lemke's method ends, None if it does not end well.

    The right side is perturbed at random (always with the same numbers), so that ratios do not tie and
    the method cannot cycle.
    """
    size = constant.size
    rng = np.random.default_rng(seed)
    right = constant + 1e-8 * 10.0**seed * (0.5 + rng.random(size))
    cover = 0.5 + rng.random(size)
    table = np.hstack([np.eye(size), -matrix, -cover[:, None], right[:, None]])
    basis = np.arange(size)
    artificial = 2 * size
    row, entering = int(np.argmax(-right / cover)), artificial
    for _ in range(20 * size + 200):
        leaving = int(basis[row])
        _pivot(table, row, entering)
        basis[row] = entering
        if leaving == artificial:
            return basis
        entering = leaving + size if leaving < size else leaving - size
        column = table[:, entering]
        eligible = np.flatnonzero(column > 1e-10 * max(1.0, float(np.abs(column).max())))
        if eligible.size == 0:
            return None
        ratios = table[eligible, -1] / column[eligible]
        row = int(eligible[np.argmin(ratios)])
        leaves = np.flatnonzero(basis == artificial)[0]
        if column[leaves] > 1e-10 and table[leaves, -1] / column[leaves] <= ratios.min() * (1 + 1e-9) + 1e-14:
            row = int(leaves)
    return None


def _pivot(table: Array, row: int, column: int) -> None:
    table[row] /= table[row, column]
    factor = table[:, column].copy()
    factor[row] = 0.0
    table -= np.outer(factor, table[row])


def opposed(first: Array, second: Array) -> tuple[Array, Array] | None:
    """Return the equilibrium of a two-player game if the players are strategically opposed.

    Parameters
    ----------
    first, second : ndarray, shape (k, j) and (j, k)
        Payoffs of each, her own action in the rows.

    Returns
    -------
    tuple of ndarray, or None
        The two mixed strategies; None if no positive multiple of one payoff, up to terms in the
        rival's action, is minus the other.
    """
    a, b = _centred(first), _centred(second.T)
    scale = float(np.sum(a * b))
    if scale >= 0:
        return None
    ratio = -scale / float(np.sum(b * b))
    if np.abs(a + ratio * b).max() > 1e-9 * np.abs(a).max():
        return None
    # first + ratio * second' = rows + columns, so the game is zero-sum after subtracting the columns.
    total = first + ratio * second.T
    game = first - (total.mean(axis=0) - total.mean())[None, :]
    game = game / float(np.abs(game).max())
    try:
        return _security(game), _security(-game.T)
    except ConvergenceError:
        return None


def _centred(payoff: Array) -> Array:
    return np.asarray(payoff - payoff.mean(axis=0) - payoff.mean(axis=1)[:, None] + payoff.mean())


def _security(game: Array) -> Array:
    """The mixed strategy of the row player that guarantees most, by linear programming."""
    from scipy import optimize

    rows, columns = game.shape
    options = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}
    linprog: Any = optimize.linprog  # its stubs do not know free variables
    found = linprog(
        np.concatenate([np.zeros(rows), [-1.0]]),
        A_ub=np.hstack([-game.T, np.ones((columns, 1))]),
        b_ub=np.zeros(columns),
        A_eq=np.concatenate([np.ones(rows), [0.0]])[None, :],
        b_eq=[1.0],
        bounds=[(0, None)] * rows + [(None, None)],
        method="highs-ds",
        options=options,
    )
    if found.x is None or found.status != 0:
        raise ConvergenceError(f"The linear programme of the discretised game failed: {found.message}")
    x = np.maximum(np.asarray(found.x[:rows], float), 0.0)
    return np.asarray(x / x.sum())


def regret(blocks: Blocks, strategies: Strategies) -> float:
    """Return the largest gain from deviating to another action.

    Parameters
    ----------
    blocks : list of list of ndarray or None
        Payoffs as in the module's text; None for a class without rivals of that class.
    strategies : list of ndarray
        One mixed strategy for each class, the one at which ``blocks`` were computed.

    Returns
    -------
    float
        In money.
    """
    worst = 0.0
    for c, x in enumerate(strategies):
        payoff = _payoffs(blocks[c], strategies)
        worst = max(worst, float(payoff.max() - x @ payoff))
    return worst


def _payoffs(row: Sequence[Array | None], strategies: Strategies) -> Array:
    for block, x in zip(row, strategies, strict=True):
        if block is not None:
            return np.asarray(block @ x)
    raise ConvergenceError("A contestant without rivals has no game to solve.")


def linearised(blocks: Blocks, counts: Sequence[int], strategies: Strategies) -> Strategies:
    """Return the equilibrium of the game whose payoffs are linear in the rivals' strategies.

    Parameters
    ----------
    blocks : list of list of ndarray or None
        Payoffs at ``strategies``.
    counts : sequence of int
        Members of each class.
    strategies : list of ndarray
        Where the payoffs were computed.

    Returns
    -------
    list of ndarray
        One strategy for each class.
    """
    if sum(counts) == 2 and len(counts) == 1 and blocks[0][0] is not None:
        found = opposed(blocks[0][0], blocks[0][0])
        if found is not None:
            return [found[0]]
    if sum(counts) == 2 and len(counts) == 2:
        one, two = blocks[0][1], blocks[1][0]
        assert one is not None
        assert two is not None
        found = opposed(one, two)
        if found is not None:
            return list(found)
    sizes = [x.size for x in strategies]
    ends = np.concatenate([[0], np.cumsum(sizes)])
    m, classes = int(ends[-1]), len(sizes)
    payoff = np.zeros((m, m))
    for c in range(classes):
        now, rivals = _payoffs(blocks[c], strategies), sum(counts) - 1
        for d in range(classes):
            block = blocks[c][d]
            if block is None:
                continue
            weight = counts[d] - (1 if c == d else 0)
            # Linear part in x_d, the constant shared out evenly so that it counts once in all.
            constant = weight * (now / rivals - block @ strategies[d])
            payoff[ends[c] : ends[c + 1], ends[d] : ends[d + 1]] = weight * block + constant[:, None]
    spread = float(payoff.max() - payoff.min()) or 1.0
    matrix = np.zeros((m + classes, m + classes))
    matrix[:m, :m] = 1.0 + (payoff.max() - payoff) / spread
    for c in range(classes):
        matrix[ends[c] : ends[c + 1], m + c] = -1.0
        matrix[m + c, ends[c] : ends[c + 1]] = 1.0
    z = complementary(matrix, np.concatenate([np.zeros(m), -np.ones(classes)]))
    result = [z[ends[c] : ends[c + 1]] for c in range(classes)]
    return [x / x.sum() for x in result]


def fixed_point(
    blocks_at: Callable[[Strategies], Blocks],
    counts: Sequence[int],
    start: Strategies,
    *,
    tolerance: float,
    steps: int = 30,
) -> Strategies:
    """Return an equilibrium of a game with finitely many actions.

    Parameters
    ----------
    blocks_at : callable
        From strategies to blocks of payoffs.
    counts : sequence of int
        Members of each class.
    start : list of ndarray
        Where to start.
    tolerance : float
        The regret, in money, at which to stop.
    steps : int
        Linearisations allowed.

    Returns
    -------
    list of ndarray
        The strategies with the least regret that were found.
    """
    x, blocks = start, blocks_at(start)
    if sum(counts) == 2:
        try:
            return linearised(blocks, counts, x)
        except ConvergenceError:
            steps = 300  # averages of best replies, below
    best, least = x, regret(blocks, x)
    now = least
    for _ in range(steps):
        if least <= tolerance:
            break
        target: Strategies | None = None
        if steps <= 100:  # else linear complementarity has failed already
            with suppress(ConvergenceError):
                target = linearised(blocks, counts, x)
        if target is None:
            # A ray: average towards the best reply instead, as in fictitious play, and go on from there.
            target = [_best_reply(_payoffs(blocks[c], x)) for c in range(len(x))]
        share = 1.0
        for _ in range(7):
            trial = [(1 - share) * old + share * new for old, new in zip(x, target, strict=True)]
            trial_blocks = blocks_at(trial)
            trial_regret = regret(trial_blocks, trial)
            if trial_regret < now:
                break
            share /= 2
        x, blocks, now = trial, trial_blocks, trial_regret
        if now < least:
            best, least = x, now
    return best


def _best_reply(payoff: Array) -> Array:
    chosen = np.zeros(payoff.size)
    chosen[int(np.argmax(payoff))] = 1.0
    return chosen
