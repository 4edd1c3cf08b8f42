"""What every test shares: one Hypothesis profile, a headless matplotlib, a rule for parallel runs."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, Phase, settings

os.environ.setdefault("MPLBACKEND", "Agg")

# A test suite that others rely on gives the same verdict twice: the examples are a function of the test
# alone. Solving takes as long as it takes: no deadline, and a busy machine is no fault of the strategy.
settings.register_profile(
    "same",
    derandomize=True,
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
# New examples in each run, and more of them: `HYPOTHESIS_PROFILE=explore pytest -m "slow or not slow"`.
settings.register_profile(
    "explore", parent=settings.get_profile("same"), derandomize=False, max_examples=1000
)
# For tools/mutation.py: that a mutant fails is enough, the smallest example is of no use.
settings.register_profile(
    "mutation",
    parent=settings.get_profile("same"),
    phases=[Phase.explicit, Phase.generate],
    report_multiple_bugs=False,
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """Share a run of the whole suite among all cores, and run named paths in this process."""
    if config.args_source is pytest.Config.ArgsSource.ARGS:
        return 0
    return None  # as many as pytest-xdist counts
