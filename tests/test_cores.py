"""Work on other cores: the results in their order, the errors as they are."""

from __future__ import annotations

import os
import signal
import sys

import pytest

from kadsurvey import cores
from kadsurvey.errors import StatisticsError


def double(number):
    if number < 0:
        raise StatisticsError("stats.too_few_units", least=4, n_units=number)
    return 2 * number


@pytest.fixture(params=[1, 2], ids=["one core", "two cores"])
def n_cores(request, monkeypatch):
    if request.param > 1 and cores.cores() < 2:
        pytest.skip("has one core")
    monkeypatch.setattr(cores, "cores", lambda: request.param)


@pytest.mark.usefixtures("n_cores")
def test_results_come_in_the_order_of_the_items():
    assert list(cores.each(double, list(range(20)))) == list(range(0, 40, 2))
    assert list(cores.each(double, [])) == []


@pytest.mark.usefixtures("n_cores")
def test_what_is_begun_gives_its_result_when_it_is_asked_for():
    assert cores.beside(double, number=21)() == 42


@pytest.mark.usefixtures("n_cores")
def test_errors_arrive_with_their_code_and_params():
    with pytest.raises(StatisticsError) as caught:
        cores.beside(double, -1)()
    assert (caught.value.code, caught.value.params) == ("stats.too_few_units", {"least": 4, "n_units": -1})
    with pytest.raises(StatisticsError):
        list(cores.each(double, [1, -1]))


def end(status):
    os.kill(os.getpid(), status)


def test_what_is_computed_apart_comes_back_with_its_errors():
    assert cores.apart(double, 21) == 42
    with pytest.raises(StatisticsError) as caught:
        cores.apart(double, -1)
    assert caught.value.params == {"least": 4, "n_units": -1}


@pytest.mark.skipif(sys.platform != "linux", reason="runs in this process elsewhere")
@pytest.mark.parametrize("status", [signal.SIGSEGV, signal.SIGABRT, signal.SIGKILL])
def test_a_process_that_dies_apart_is_an_error_here(status):
    with pytest.raises(cores.DiedError):
        cores.apart(end, status)
