"""Checks of curves, technologies and success functions, for `contests.check_part`."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from contests.checking import Checks, Finding
from contests.curves import BaseCurve
from contests.laws import Law
from contests.success import Race, Success
from contests.technology import Additive, Exact, Technology

__all__ = ["curve_checks", "success_checks", "technology_checks"]

Array = NDArray[np.float64]
_SLOPE = 1e-5  # relative difference allowed between a slope and the numerical one
_SIZE = 20_000  # draws compared with their law


def _efforts(domain: tuple[float, float]) -> Array:
    """Efforts over several orders of magnitude inside a domain."""
    top = domain[1]
    return np.geomspace(1e-3, 10.0, 25) if not np.isfinite(top) else np.linspace(0.02, 0.95, 25) * top


def _central(function: Any, x: Array) -> Array:
    """The derivative to fourth order."""
    h = 1e-3 * x
    steps = [function(x + k * h) for k in (-2, -1, 1, 2)]
    return np.asarray((steps[0] - 8 * steps[1] + 8 * steps[2] - steps[3]) / (12 * h))


def _differs(found: Array, expected: Array, at: Array, what: str) -> Finding:
    """Where two arrays differ by more than what a numerical slope can miss."""
    found = np.broadcast_to(np.asarray(found, float), expected.shape)
    scale = np.maximum(np.abs(expected), 1e-6 * np.max(np.abs(expected), initial=1e-294))
    gap = np.abs(found - expected) / scale
    if not np.isfinite(found).all():
        return f"{what} is not a finite number at {at[~np.isfinite(found)][0]:.6g}"
    if gap.max() <= _SLOPE:
        return None
    k = int(np.argmax(gap))
    return f"{what} at {at[k]:.6g} is {found[k]:.8g} but numerically {expected[k]:.8g}"


def _falls(values: Array, at: Array, *, strictly: bool) -> Finding:
    steps = np.diff(values)
    wrong = steps <= 0 if strictly else steps < 0
    if not wrong.any():
        return None
    k = int(np.argmax(wrong))
    return f"from {at[k]:.6g} to {at[k + 1]:.6g} it goes from {values[k]:.8g} to {values[k + 1]:.8g}"


def curve_checks(curve: BaseCurve, role: str) -> Checks:
    """Yield the checks of a ``curve`` in its ``role``, a cost or an output."""
    x = _efforts(curve.domain)

    def at_zero() -> Finding:
        value = float(curve(0.0))
        return None if value == 0 else f"it is {value:.6g} there"

    def rises() -> Finding:
        return _falls(np.asarray(curve(x)), x, strictly=role == "cost")

    def finite() -> Finding:
        values = np.asarray(curve(x))
        return None if np.isfinite(values).all() else f"not at {x[~np.isfinite(values)][0]:.6g}"

    def slope() -> Finding:
        return _differs(np.asarray(curve.derivative(x)), _central(curve, x), x, "its derivative")

    def shape() -> Finding:
        square = x[:24].reshape(4, 6)
        got = np.shape(curve(square))
        if got != (4, 6):
            return f"efforts of shape (4, 6) give values of shape {got}"
        same = np.allclose(np.ravel(curve(square)), np.ravel(curve(x[:24])), rtol=1e-12)
        return None if same else "values depend on the shape of the efforts"

    def inverse() -> Finding:
        values = np.asarray(curve(x))
        back = np.asarray(curve(curve.inverse(values)))
        gap = np.abs(back - values) / np.maximum(np.abs(values), 1e-300)
        if gap.max() <= 1e-9:
            return None
        k = int(np.argmax(gap))
        return f"curve(inverse({values[k]:.6g})) is {back[k]:.10g}"

    def bent() -> Finding:
        second = np.diff(np.diff(curve(np.linspace(x[0], x[-1], 60))))
        tall = 1e-9 * float(np.max(np.abs(np.asarray(curve(x)))))
        if curve.is_convex and second.min() < -tall:
            return "it says that it is convex, and it is not"
        if curve.is_concave and second.max() > tall:
            return "it says that it is concave, and it is not"
        return None

    if role == "cost":
        yield "it costs nothing at zero effort", at_zero
    yield "its values are finite inside its domain", finite
    yield "it rises with effort" if role == "cost" else "it never falls with effort", rises
    yield "it takes arrays of any shape", shape
    yield "its derivative is its slope", slope
    if role == "cost":
        yield "its inverse undoes it", inverse
    yield "it is as convex or concave as it says", bent


def _is_law(noise: Any) -> Finding:
    if noise is None or isinstance(noise, Law):
        return None
    return f"noise is {noise!r}: make it a law with contests.laws.law(...)"


def technology_checks(technology: Technology, rng: np.random.Generator) -> Checks:
    """Yield the checks of a ``technology``, with samples drawn by ``rng``."""
    x = _efforts((0.0, np.inf))
    noise = technology.noise

    def law() -> Finding:
        return _is_law(noise)

    def rises() -> Finding:
        return _falls(np.asarray(technology.location(x, 0.0)), x, strictly=False)

    def able() -> Finding:
        abilities = np.linspace(-1.0, 1.0, 5)
        place = np.asarray(technology.location(np.ones(5), abilities))
        return _falls(place, abilities, strictly=False)

    def slope() -> Finding:
        expected = _central(lambda effort: technology.location(effort, 0.0), x)
        return _differs(np.asarray(technology.location_slope(x, 0.0)), expected, x, "location_slope")

    def scale() -> Finding:
        scores = np.linspace(-2.0, 2.0, 9)
        return _falls(np.asarray(technology.quality_at(scores), float), scores, strictly=False)

    def draws() -> Finding:
        return _draws(technology, noise, rng)

    yield "its noise is a law of the library, or None", law
    yield "more effort never puts the idea lower", rises
    yield "more ability never puts the idea lower", able
    yield "location_slope is the slope of location", slope
    yield "a higher score is a higher quality", scale
    yield "samples follow location and noise", draws


def _draws(technology: Technology, noise: Law | None, rng: np.random.Generator) -> Finding:
    effort = np.full(_SIZE, 1.5)
    drawn = np.asarray(technology.sample(effort, np.zeros(_SIZE), rng=rng), float)
    if drawn.shape != effort.shape:
        return f"{effort.shape} efforts give {drawn.shape} qualities"
    place = float(np.asarray(technology.location(1.5, 0.0)))
    if noise is None:
        expected = float(technology.quality_at(place))
        return (
            None if np.allclose(drawn, expected, rtol=1e-12) else f"quality should be {expected:.8g} for sure"
        )
    if getattr(technology, "common", None) is not None:
        return None  # draws that share a shock are no sample of one contestant's law
    level = np.linspace(0.05, 0.95, 19)
    quality = np.asarray(technology.quality_at(place + noise.ppf(level)), float)
    share = np.searchsorted(np.sort(drawn), quality, side="right") / _SIZE
    off = np.abs(share - level) / np.sqrt(level * (1 - level) / _SIZE)
    if off.max() <= 5.0:  # standard errors: one honest part in 100,000 fails at some level
        return None
    k = int(np.argmax(off))
    return f"{share[k]:.4f} of the draws lie below {quality[k]:.6g}, which is the quantile at {level[k]:.2f}"


def success_checks(success: Success, rng: np.random.Generator) -> Checks:
    """Yield the checks of a ``success`` function, at qualities drawn by ``rng``."""
    race = _race(success)
    direct = type(success).win_probabilities is not Success.win_probabilities
    columns = success.columns()
    n = columns[0].size if columns else 4
    quality = rng.uniform(0.2, 3.0, size=(40, n))

    def either() -> Finding:
        return None if race is not None or direct else "give race(technology) or win_probabilities(quality)"

    yield "it is a race or has winning probabilities", either
    if race is not None:
        yield from _race_checks(race, n)
    if direct:
        yield from _chance_checks(success, quality, alike=not columns)
    if race is not None and direct:
        yield "the race gives the same winning probabilities", lambda: _agree(success, race, quality[:5])


def _race(success: Success) -> Race | None:
    from contests.errors import ContestError
    from contests.laws import normal

    try:
        return success.race(Exact())
    except ContestError:  # some are for random qualities only
        return success.race(Additive(normal(1.0)))


def _race_checks(race: Race, n: int) -> Checks:
    x = np.geomspace(0.05, 5.0, 25)

    def rises() -> Finding:
        for i in range(min(n, 8)):
            found = _falls(np.asarray(race.location(i, x, 0.0)), x, strictly=False)
            if found:
                return f"contestant {i}: {found}"
        return None

    def slope() -> Finding:
        expected = _central(lambda effort: race.location(0, effort, 0.0), x)
        return _differs(np.asarray(race.slope(0, x, 0.0)), expected, x, "the race's slope")

    def law() -> Finding:
        return _is_law(race.noise)

    yield "the race's noise is a law of the library, or None", law
    yield "the race's location rises with effort", rises
    yield "the race's slope is the slope of its location", slope


def _chance_checks(success: Success, quality: Array, *, alike: bool) -> Checks:
    chance = np.asarray(success.win_probabilities(quality), float)
    n = quality.shape[1]

    def shaped() -> Finding:
        return None if chance.shape == quality.shape else f"{quality.shape} qualities give {chance.shape}"

    def proper() -> Finding:
        total = chance.sum(axis=-1)
        if not np.isfinite(chance).all() or chance.min() < 0:
            return f"a probability is {float(np.nanmin(chance)):.6g}"
        return None if total.max() <= 1 + 1e-9 else f"they sum to {total.max():.10g}"

    def own() -> Finding:
        better = quality.copy()
        better[:, 0] *= 1.3
        change = np.asarray(success.win_probabilities(better)) - chance
        if (change[:, 0] < -1e-12).any():
            return f"a better idea lowers its own chance by {-change[:, 0].min():.3g}"
        if (change[:, 1:] > 1e-12).any():
            return f"a better idea raises a rival's chance by {change[:, 1:].max():.3g}"
        return None

    def fair() -> Finding:
        order = np.roll(np.arange(n), 1)
        gap = np.abs(np.asarray(success.win_probabilities(quality[:, order])) - chance[:, order]).max()
        return None if gap <= 1e-9 else f"exchanging contestants changes a chance by {gap:.3g}"

    def nothing() -> Finding:
        none = np.asarray(success.win_probabilities(np.zeros((1, n))), float)
        proper = np.isfinite(none).all() and none.min() >= 0 and none.sum() <= 1 + 1e-9
        return None if proper else f"they are {none.ravel().tolist()}"

    yield "winning probabilities have the shape of the qualities", shaped
    yield "winning probabilities are at least zero and sum to at most one", proper
    yield "a better idea wins more often, and its rivals less", own
    if alike:
        yield "contestants who do the same are treated alike", fair
    yield "winning probabilities exist where nobody exerts effort", nothing


def _agree(success: Success, race: Race, quality: Array) -> Finding:
    """Winning by the race's locations and noise against winning by formula."""
    from contests.scores import NoisyScores, Scores
    from contests.worth import ranks_at

    chance = np.asarray(success.win_probabilities(quality), float)
    if race.noise is None:
        return None
    grid = race.noise.node_grid()
    for row, expected in zip(quality, chance, strict=True):
        place = np.array([float(np.asarray(race.location(i, q, 0.0))) for i, q in enumerate(row)])
        for i in range(row.size):
            rivals: list[Scores] = [
                NoisyScores(race.noise, np.array([p]), np.ones(1)) for p in np.delete(place, i)
            ]
            first = ranks_at(place[i] + grid.x, rivals, [1] * len(rivals), 1)[..., 0]
            won = float(grid.w @ first)
            if abs(won - expected[i]) > 1e-6:
                where = np.round(row, 4).tolist()
                return f"at qualities {where} contestant {i} wins with {won:.8f}, not {expected[i]:.8f}"
    return None
