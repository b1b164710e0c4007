"""A Dask cluster on loopback: the numbers of one core, also where a worker is killed half way."""

from __future__ import annotations

import os
import signal

import numpy as np
import pandas as pd
import pytest

from kadsurvey import load_truth, simulate, validate
from kadsurvey.errors import ArgumentError, MissingPackageError
from kadsurvey.simulation.power import keys_of, plan_of, run_plan
from kadsurvey.simulation.responses import simulated_responses
from kadsurvey.stats.frontier_bootstrap import bootstrap_frontier
from kadsurvey.workers import ClusterError, backend, in_use, spread

pytestmark = [pytest.mark.xdist_group("dask"), pytest.mark.filterwarnings("ignore")]


@pytest.fixture(scope="module")
def scheduler():
    """Start a scheduler and two workers in processes of their own."""
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None, silence_logs=50
    ) as cluster:
        yield cluster


@pytest.fixture
def address(scheduler):
    return scheduler.scheduler_address.replace("tcp://", "dask://")


def test_what_is_spread_comes_back_in_order(address):
    with backend(address):
        assert in_use()
        assert spread(lambda n: n * n, range(20)) == [n * n for n in range(20)]
    assert not in_use()


def test_a_worker_killed_half_way_moves_no_number(scheduler, address):
    plan = plan_of("sample", on=("trust",), effect=0.3, method="mean", seed=5)
    keys = keys_of([6, 8], [4], 20)
    alone = run_plan(plan, keys[:4])
    killed = []

    def told(key, _):
        if len(killed) == 0 and key != keys[0]:
            pids = [info["pid"] for info in pids_of(scheduler)]
            os.kill(pids[0], signal.SIGKILL)
            killed.append(pids[0])

    with backend(address):
        found = run_plan(plan, keys, told=told)
    assert killed
    assert len(found) == len(keys)
    pd.testing.assert_frame_equal(found.head(4), alone, check_exact=True)
    pd.testing.assert_frame_equal(found, run_plan(plan, keys), check_exact=True)


def pids_of(scheduler):
    with scheduler.get_client() as client:
        return [{"pid": pid} for pid in client.run(os.getpid).values()]


def test_jackknife_permutations_and_bootstrap_are_those_of_one_core(address):
    truth = load_truth("sample").changed(ties=None, design={"bodies": 6, "members": [3, 3], "respondents": [6, 6]})
    responses = simulated_responses(simulate(truth, seed=2))
    here = validate(responses, constructs=["trust", "norm"])
    with backend(address):
        there = validate(responses, constructs=["trust", "norm"])
    pd.testing.assert_frame_equal(there.jackknife.table, here.jackknife.table, check_exact=True)
    np.testing.assert_array_equal(there.retention.random, here.retention.random)


def test_a_bootstrapped_frontier_is_that_of_one_core(address):
    rng = np.random.default_rng(3)
    inputs, outputs = rng.uniform(1, 5, (20, 2)), rng.uniform(1, 5, (20, 1))
    here = bootstrap_frontier(inputs, outputs, draws=200, seed=1)
    with backend(address):
        there = bootstrap_frontier(inputs, outputs, draws=200, seed=1)
    np.testing.assert_allclose(there.corrected, here.corrected, rtol=1e-12)
    np.testing.assert_allclose(there.ci_low, here.ci_low, rtol=1e-12)


@pytest.mark.parametrize("given", ["cluster", "dask://", "dask://host", "tcp://127.0.0.1:8786", "dask://host:port"])
def test_an_address_of_no_such_form_is_refused(given):
    with pytest.raises(ArgumentError) as err, backend(given):
        pass
    assert err.value.code == "workers.unknown_address"


def test_nobody_at_an_address_is_said(monkeypatch):
    monkeypatch.setattr("kadsurvey.workers._PATIENCE", "1s")
    with pytest.raises(ClusterError) as err, backend("dask://127.0.0.1:1"):
        pass
    assert err.value.code == "workers.unreachable"


def test_without_the_extra_the_package_is_named(monkeypatch):
    monkeypatch.setattr("kadsurvey._optional.import_module", lambda name: (_ for _ in ()).throw(ImportError(name)))
    with pytest.raises(MissingPackageError) as err, backend("dask://127.0.0.1:8786"):
        pass
    assert "kadsurvey[cluster]" in str(err.value)


@pytest.mark.parametrize("given", [None, "local"])
def test_this_machine_needs_no_cluster(given):
    with backend(given):
        assert not in_use()
        assert spread(str, [1, 2]) == ["1", "2"]
