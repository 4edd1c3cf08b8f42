"""Solvers: one file an algorithm.

Each module has one ``SOLVER`` with ``name``, ``source``, ``refuses(game)`` and
``solve(game)``; `contests.solving.ROOMS` lists them in the order they are asked. A
solver proposes; `contests.certificate` disposes.
"""
