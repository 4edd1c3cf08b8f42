"""A named model: parts chosen for you, with the paper's parameters as fields.

A model contains economics and no numerics: ``contest()`` composes the parts and
``theory()`` returns the closed forms. Everything else is inherited.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contests.part import Part

if TYPE_CHECKING:
    from contests.equilibrium import Equilibrium
    from contests.game import Game

__all__ = ["Model"]


class Model(Part):
    """Base of named models: a frozen dataclass with ``contest`` and ``theory``."""

    def contest(self) -> Any:
        """Return the contest (or game) that the model stands for."""
        raise NotImplementedError

    def theory(self) -> Any:
        """Return the closed forms and propositions.

        Raises
        ------
        UnsolvableError
            If the model has no closed forms.
        """
        from contests.errors import UnsolvableError

        raise UnsolvableError(f"{type(self).__name__} has no closed forms in theory(); use solve().")

    def game(self) -> Game:
        """Return the game that solvers and certificates take."""
        game: Game = self.contest().game()
        return game

    def _repr_latex_(self) -> str:
        from contests.present_models import model_to_latex

        return model_to_latex(self)

    def solve(self, **options: Any) -> Equilibrium:
        """Return the certified equilibrium; ``options`` as in `contests.solve`."""
        from contests.solving import solve

        return solve(self, **options)
