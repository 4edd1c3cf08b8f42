"""Mutation testing: mutmut's mutants, tried in forks of one process that has everything imported.

    python tools/mutation.py prizes success        # contests/prizes.py, contests/success.py
    python tools/mutation.py solvers/lottery --sample 60

Each mutant is one small change of one function (`mutmut.mutation`, the same engine as `mutmut run`). The
tests are collected once. A first fork runs them all and notes which test reaches which line, and how long
it takes. Then, for each mutant, a fork gives the function the mutant's code and runs the tests that reach
the mutated line, quickest first, until one fails. A mutant on which no test fails has survived: it is
printed as a difference and asks for a test, or for a line in `equivalent_mutants.json` that says why the
program is the same. Changes of ``zip(..., strict=True)`` alone are not tried: they take away an assertion.
`docs/mutation.md` holds the figures.

Needs the `dev` and `test` extras and an operating system with fork.
"""

from __future__ import annotations
import __future__

import argparse
import ast
import difflib
import gc
import importlib
import json
import os
import pickle
import random
import re
import resource
import signal
import sys
import textwrap
import time
import types
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reach import tests_that_reach

ROOT = Path(__file__).resolve().parent.parent
EQUIVALENT = ROOT / "tools" / "equivalent_mutants.json"
os.environ.setdefault("HYPOTHESIS_PROFILE", "mutation")  # fails at once, without shrinking the example
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # a fork inherits no threads

# Tests that reach a file, where `tests` in general would be too slow to collect and measure.
COMMON = ["tests/parts", "tests/certificates", "tests/messages"]
KERNEL = ["tests/parts/test_numerics.py"]
# Every solver certifies what it finds, so that a solver that is wrong fails wherever it is asked.
ROOMS = [
    "tests/messages/test_verdicts.py",
    "tests/messages/test_all_pay_refusals.py",
    "tests/invariance/test_equal_prizes.py",
    "tests/solvers/test_all_pay_cases.py",
    "tests/solvers/test_known_shock.py",
    "tests/replication/test_lotteries.py",
    "tests/replication/test_tournaments.py",
    "tests/replication/test_lim_matros.py",
    "tests/replication/test_risk_aversion.py",
    "tests/certificates/test_together.py",
    "tests/solvers/test_rooms_by_hand.py",
    "tests/solvers/test_all_pay_selections.py",
    "tests/solvers/test_decisive_lottery_by_hand.py",
    "tests/solvers/test_whole_trials_by_enumeration.py",
    "tests/parts/test_finite_types.py",
]
ENTRY = [
    "tests/parts/test_stable_sets.py",
    "tests/parts/test_entry_as_a_game.py",
    "tests/parts/test_places_by_hand.py",
    "tests/solvers/test_entry_rooms_by_hand.py",
    "tests/solvers/test_entry_one_by_one.py",
    "tests/parts/test_entry_rules.py",
    "tests/parts/test_entry_by_chance_rules.py",
    "tests/parts/test_random_entry_profiles.py",
    "tests/solvers/test_random_entry_unlike.py",
    "tests/replication/test_corcoran_karels.py",
    "tests/replication/test_morgan_orzen_sefton.py",
    "tests/replication/test_lim_matros.py",
    "tests/replication/test_fullerton_mcafee_entry.py",
]
PRIVATE = [  # private types without noise
    "tests/solvers/test_private_certain_by_hand.py",
    "tests/solvers/test_private_types_by_hand.py",
    "tests/solvers/test_two_laws_by_hand.py",
    "tests/solvers/test_private_many_laws.py",
    "tests/solvers/test_private_exact.py",
]
RANDOM = [  # private types under a shock or in a lottery
    "tests/solvers/test_private_conditions.py",
    "tests/solvers/test_private_locations_by_hand.py",
    "tests/solvers/test_private_collapse.py",
    "tests/solvers/test_private_shock.py",
    "tests/solvers/test_private_wide_laws.py",
    "tests/solvers/test_private_lottery_above_one.py",
    "tests/solvers/test_private_rough.py",
]
RANDOMLY = ("shock", "replies", "worth", "bands", "rough", "summits", "bends", "panel_order", "spread")
GENERAL = [
    "tests/messages/test_verdicts.py",
    "tests/solvers/test_discretised.py",
    "tests/solvers/test_general.py",
    "tests/solvers/test_spread.py",
    "tests/solvers/test_actions_and_atoms.py",
    "tests/replication/test_quantal_response.py",
]
TESTS = {
    "prizes": ["tests/parts/test_prizes.py"],
    "success": ["tests/parts/test_success_functions.py"],
    "certificate": [
        "tests/certificates/test_certificate.py",
        "tests/certificates/test_words.py",
        "tests/certificates/test_plans.py",
    ],
    "numerics": KERNEL,
    "ranks": KERNEL,
    "order_statistics": [*KERNEL, "tests/parts/test_order_statistics.py"],
    "deviations": ["tests/certificates/test_deviations.py", "tests/certificates/test_certificate.py"],
    "deviation_search": ["tests/certificates/test_deviations.py", "tests/certificates/test_certificate.py"],
    "certificate_plan": ["tests/certificates/test_plans.py", "tests/certificates/test_plan_search.py"],
    "entry": [
        "tests/messages/test_bad_input.py",
        "tests/messages/test_verdicts.py",
        "tests/parts/test_entry_rules.py",
    ],
}


@dataclass(frozen=True)
class Mutant:
    """One change of one function: where, from what, to what, and the function without and with it."""

    name: str  # class and function
    line: int
    before: str
    after: str
    original: str
    mutated: str

    @property
    def key(self) -> str:
        """What names the mutant, unless the same is changed elsewhere in the function: then `place` too."""
        return f"{self.name}: {self.before} -> {self.after}"

    @property
    def place(self) -> str:
        """The key and the lines as changed."""
        added = [line[1:].strip() for line in difference(self).splitlines() if line.startswith("+")]
        return f"{self.key} @ {' '.join(added)}"


def mutants_of(path: Path) -> list[Mutant]:
    """All changes that mutmut makes within the functions of a file."""
    import libcst
    from libcst.metadata import MetadataWrapper, PositionProvider
    from mutmut.mutation.file_mutation import create_mutations, deep_replace

    module, mutations, _, _ = create_mutations(str(path), path.read_text())
    places = MetadataWrapper(module, unsafe_skip_copy=True).resolve(PositionProvider)
    owners = {}
    for statement in module.body:
        if isinstance(statement, libcst.ClassDef):
            owners.update({member: f"{statement.name.value}." for member in statement.body.body})
        else:
            owners[statement] = ""
    found, seen = [], set()
    for mutation in mutations:
        function = mutation.contained_by_top_level_function
        if not isinstance(function, libcst.FunctionDef) or function not in owners:
            continue
        # Operators have no place of their own in the text: the function stands for them.
        node = mutation.original_node
        line = places[node if node in places else function].start.line
        mutated = module.code_for_node(deep_replace(function, node, mutation.mutated_node))  # type: ignore[arg-type]
        if (function, mutated) in seen or same_program(module.code_for_node(function), mutated):
            continue
        seen.add((function, mutated))
        texts = [" ".join(module.code_for_node(each).split()) for each in (node, mutation.mutated_node)]
        name = owners[function] + function.name.value
        found.append(Mutant(name, line, *texts, module.code_for_node(function), mutated))
    return found


def same_program(original: str, mutated: str) -> bool:
    """Whether the text alone differs, as where one is added to 1e300."""
    trees = [ast.dump(ast.parse(textwrap.dedent(text))) for text in (original, mutated)]
    return trees[0] == trees[1]


def only_asserts(mutant: Mutant) -> bool:
    """Whether nothing changes but ``strict=`` of a zip, which says that lists are of one length."""
    texts = [
        re.sub(r",?\s*(strict=(True|False|None))?,?\s*\)", ")", text)
        for text in (mutant.original, mutant.mutated)
    ]
    return texts[0] == texts[1]


def function_of(namespace: dict[str, Any], name: str) -> types.FunctionType:
    """The function that a dotted name means in a module's namespace."""
    owner, _, attribute = name.rpartition(".")
    found = vars(namespace[owner])[attribute] if owner else namespace[attribute]
    function = getattr(found, "__func__", found)
    assert isinstance(function, types.FunctionType)
    return function


def apply(mutant: Mutant, module: types.ModuleType) -> None:
    """Give the module's own function the mutant's code, so that whoever imported it has the mutant."""
    owner, _, attribute = mutant.name.rpartition(".")
    source = f"class {owner}:\n{textwrap.indent(mutant.mutated, '    ')}" if owner else mutant.mutated
    scratch = dict(vars(module))
    future = __future__.annotations.compiler_flag
    exec(compile(source, "<mutant>", "exec", flags=future, dont_inherit=True), scratch)
    function, changed = function_of(vars(module), mutant.name), function_of(scratch, mutant.name)
    if len(changed.__code__.co_freevars) != len(function.__code__.co_freevars):  # lost its super()
        setattr(vars(module)[owner], attribute, types.FunctionType(changed.__code__, vars(module)))
    else:
        function.__code__ = changed.__code__
    function.__defaults__, function.__kwdefaults__ = changed.__defaults__, changed.__kwdefaults__


def statement_lines(source: str, line: int) -> tuple[range, range]:
    """Lines of the statement around a line (of a compound one, its head), and of the function around it."""
    smallest = function = range(1, len(source.splitlines()) + 1)
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.stmt) or not node.lineno <= line <= (node.end_lineno or node.lineno):
            continue
        body = getattr(node, "body", None)
        lines = range(node.lineno, (node.end_lineno or node.lineno) + 1)
        if isinstance(node, ast.FunctionDef):
            if len(lines) < len(function) and line < node.body[0].lineno:
                smallest = lines
            function = lines if len(lines) < len(function) else function
        elif body:
            head = range(node.lineno, max(body[0].lineno, node.lineno + 1))
            if line in head and len(head) <= len(smallest):
                smallest = head
        elif len(lines) <= len(smallest):
            smallest = lines
    return smallest, function


class Judge:
    """A pytest plugin that, instead of running the collected tests, tries mutants on them."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.failed = False
        self.report: dict[str, Any] = {}

    def pytest_runtest_logreport(self, report: Any) -> None:
        self.failed |= bool(report.failed)

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        if self.options.only_tests:
            items[:] = [item for item in items if item.nodeid in self.options.only_tests]

    def pytest_runtestloop(self, session: Any) -> bool:
        os.chdir(ROOT)
        gc.collect()
        gc.freeze()  # what is here already is left alone in every fork
        paths = {name: ROOT / "contests" / f"{name}.py" for name in self.options.files}
        modules = {name: importlib.import_module("contests." + name.replace("/", ".")) for name in paths}
        tests = self.in_fork(lambda: self.measure(session, list(paths.values())), 3600.0)
        if not isinstance(tests, dict):
            raise SystemExit(f"the tests did not run: {tests}")
        for broken in tests["broken"]:
            say(f"fails without any mutant, so it is not used: {broken}")
        for name, path in paths.items():
            self.report[name] = self.file(session, path, modules[name], tests)
        return True

    def file(
        self, session: Any, path: Path, module: types.ModuleType, tests: dict[str, Any]
    ) -> dict[str, Any]:
        started = time.monotonic()
        mutants = mutants_of(path)
        total, keys = len(mutants), Counter(each.key for each in mutants)
        if self.options.only:
            mutants = [each for each in mutants if re.search(self.options.only, each.place)]
        if self.options.sample and self.options.sample < len(mutants):
            mutants = random.Random(self.options.seed).sample(mutants, self.options.sample)
        mutants = [each for each in mutants if not only_asserts(each)]
        seconds, reached = tests["seconds"], tests["reached"][str(path)]
        used: set[int] = set().union(*reached.values())
        say(f"{path.relative_to(ROOT)}: {len(mutants)} of {total} mutants, {len(used)} tests reach it")
        excused = json.loads(EQUIVALENT.read_text()).get(module.__name__, {}) if EQUIVALENT.exists() else {}
        counts = {"killed": 0, "timeout": 0, "survived": 0, "equivalent": 0}
        source = path.read_text()
        for mutant in mutants:
            verdict = self.verdict(session, module, mutant, source, seconds, reached)
            alone = keys[mutant.key] == 1 and mutant.key in excused
            if verdict == "survived" and (alone or mutant.place in excused):
                verdict = "equivalent"
            counts[verdict] += 1
            if verdict == "survived":
                say(f"\nsurvived, line {mutant.line}: {mutant.key}\n{difference(mutant)}")
        say(f"{path.relative_to(ROOT)}: {counts} in {time.monotonic() - started:.0f} s\n")
        return {"mutants": total, "tried": len(mutants), **counts}

    def measure(self, session: Any, paths: list[Path]) -> dict[str, Any]:
        """Run every test once: how long each takes, and which lines of the files it reaches."""
        import coverage

        trace = coverage.Coverage(data_file=None, include=[str(path) for path in paths], config_file=False)
        seconds, broken = {}, []
        trace.start()
        for index, item in enumerate(session.items):
            trace.switch_context(str(index))
            self.failed, started = False, time.process_time()
            self.run(session, index)
            seconds[index] = time.process_time() - started
            if self.failed:
                broken.append(item.nodeid)
                del seconds[index]
        trace.stop()
        reached = {}
        for path in map(str, paths):
            lines = trace.get_data().contexts_by_lineno(path)
            reached[path] = {
                line: {int(context) for context in contexts if context and int(context) in seconds}
                for line, contexts in lines.items()
            }
        return {"seconds": seconds, "reached": reached, "broken": broken}

    def verdict(
        self,
        session: Any,
        module: types.ModuleType,
        mutant: Mutant,
        source: str,
        seconds: dict[int, float],
        reached: dict[int, set[int]],
    ) -> str:
        statement, function = statement_lines(source, mutant.line)
        chosen: set[int] = set().union(*(reached.get(line, set()) for line in statement))
        if not chosen:
            chosen = set().union(*(reached.get(line, set()) for line in function))
        order = sorted(chosen, key=lambda index: seconds[index])
        budget, kept = self.options.budget, []
        for index in order:
            budget -= seconds[index]
            if budget < 0 and kept:
                break
            kept.append(index)
        expected = sum(seconds[index] for index in kept)

        def trial() -> bool:
            apply(mutant, module)
            self.failed = False
            for index in kept:
                self.run(session, index)
                if self.failed:
                    return True
            return False

        died = self.in_fork(trial, 3.0 * expected + 5.0)
        return {True: "killed", False: "survived", "timeout": "timeout"}.get(died, "killed")

    def run(self, session: Any, index: int) -> None:
        item = session.items[index]
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)

    def in_fork(self, work: Callable[[], Any], limit: float) -> Any:
        """What ``work`` returns in a child process; "timeout" or "crash" if it does not come back."""
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            code = 1
            try:
                os.close(reader)
                silence = os.open(os.devnull, os.O_WRONLY)
                os.dup2(silence, 1)
                os.dup2(silence, 2)
                resource.setrlimit(resource.RLIMIT_CPU, (int(limit) + 1, int(limit) + 5))
                resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30))
                with os.fdopen(writer, "wb") as pipe:
                    pickle.dump(work(), pipe)
                code = 0
            finally:
                os._exit(code)
        os.close(writer)
        previous = signal.signal(signal.SIGALRM, lambda *_: os.kill(child, signal.SIGKILL))
        signal.alarm(int(20 * limit) + 30)  # a mutant that sleeps uses no processor time
        with os.fdopen(reader, "rb") as pipe:
            answer = pipe.read()
        _, status = os.waitpid(child, 0)
        signal.alarm(0)
        signal.signal(signal.SIGALRM, previous)
        if os.WIFSIGNALED(status):
            late = os.WTERMSIG(status) in (signal.SIGXCPU, signal.SIGKILL)
            return "timeout" if late else "crash"
        return pickle.loads(answer) if answer and os.WEXITSTATUS(status) == 0 else "crash"


def difference(mutant: Mutant) -> str:
    """The changed lines."""
    texts = mutant.original.splitlines(), mutant.mutated.splitlines()
    lines = difflib.unified_diff(*texts, n=0, lineterm="")
    return "\n".join(line for line in lines if not line.startswith(("---", "+++", "@@")))


def say(text: str) -> None:
    sys.__stdout__.write(text + "\n")  # type: ignore[union-attr]
    sys.__stdout__.flush()  # type: ignore[union-attr]


def tests_of(name: str) -> list[str]:
    """The tests on which the mutants of a module are tried: the table's, and all that import it by name."""
    return list(dict.fromkeys([*_by_table(name), *importers(name)]))


def importers(name: str) -> list[str]:
    """Test files that import a module by its name."""
    dotted = re.escape("contests." + name.replace("/", "."))
    parent, _, last = ("contests." + name.replace("/", ".")).rpartition(".")
    pattern = re.compile(rf"(from|import) {dotted}\b|from {re.escape(parent)} import .*\b{last}\b")
    files = sorted((ROOT / "tests").rglob("test_*.py"))
    return [str(file.relative_to(ROOT)) for file in files if pattern.search(file.read_text())]


def _by_table(name: str) -> list[str]:
    room = name.removeprefix("solvers/")
    if room.startswith("entry_"):
        return ENTRY
    if name in TESTS or room == name:
        return TESTS.get(name, COMMON)
    if room.startswith(("panels", "march")):
        return ["tests/solvers/test_collocation.py", "tests/solvers/test_march.py"]
    if room.startswith(("types_", "threshold_")):
        return ["tests/solvers/test_general_types_by_hand.py", "tests/certificates/test_general_types.py"]
    if room.startswith("private"):
        return RANDOM if room.removeprefix("private_").startswith(RANDOMLY) else PRIVATE
    return GENERAL if room in ("general", "discretised", "polish", "spread", "actions") else ROOMS


def selections(files: list[str]) -> Iterator[tuple[list[str], list[str]]]:
    """Files that share their tests by the table, so that those are collected once."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for name in files:
        groups.setdefault(tuple(tests_of(name)), []).append(name)
    for tests, names in groups.items():
        yield [test for test in tests if (ROOT / test).exists()], names


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("files", nargs="+", help="modules of the package, such as prizes or solvers/lottery")
    parser.add_argument("--sample", type=int, help="try so many mutants of a file, drawn once and for all")
    parser.add_argument("--seed", type=int, default=1, help="another sample than the usual one")
    parser.add_argument("--only", help="regular expression for the functions, or changes, to try")
    parser.add_argument("--budget", type=float, default=20.0, help="seconds of tests for one mutant")
    parser.add_argument("--tests", nargs="+", help="test files instead of the table's")
    parser.add_argument("--measure", type=float, default=60.0, help="seconds of tests that reach a module")
    parser.add_argument("--json", type=Path, help="write the counts here")
    options = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    import pytest

    counts: dict[str, Any] = {}
    reached = (
        {} if options.tests else {name: tests_that_reach(name, options.measure) for name in options.files}
    )
    groups = [(tests, [name]) for name, tests in reached.items() if tests]
    rest = [name for name in options.files if not reached.get(name)]
    groups += [(options.tests, rest)] if options.tests else list(selections(rest))
    for tests, names in groups:
        chosen = {test for test in tests if "::" in test}
        tests = sorted({test.partition("::")[0] for test in tests} - {""})
        tests = [test for test in tests if (ROOT / test).exists()]
        judge = Judge(argparse.Namespace(**{**vars(options), "files": names, "only_tests": chosen}))
        arguments = ["-q", "--capture=no", "--numprocesses=0", "-p", "no:cacheprovider", "--no-header"]
        pytest.main([*arguments, "--rootdir", str(ROOT), *(str(ROOT / test) for test in tests)], [judge])
        counts.update(judge.report)
    if options.json:
        options.json.write_text(json.dumps(counts, indent=1) + "\n")


if __name__ == "__main__":
    main()
