"""kadsurvey: social capital surveys of inter-regional cooperation, from collected spreadsheets to honest regressions.

The names below are the public library; each is imported when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from kadsurvey._version import __version__

if TYPE_CHECKING:
    from kadsurvey.indices.agreement import Agreement, agreement
    from kadsurvey.indices.network import NetworkIndices, network_indices
    from kadsurvey.indices.score import Indices, score
    from kadsurvey.ingest.bodies import Bodies, read_bodies
    from kadsurvey.ingest.register import Register, read_register
    from kadsurvey.ingest.register_join import RegisterJoin, join_register
    from kadsurvey.ingest.responses import Responses, read_responses
    from kadsurvey.ingest.ties import Ties, read_ties
    from kadsurvey.instrument.load import load_instrument
    from kadsurvey.instrument.model import Instrument
    from kadsurvey.measurement.adequacy import Adequacy, adequacy
    from kadsurvey.measurement.cfa import Cfa, cfa
    from kadsurvey.measurement.correlation import Correlation, polychoric
    from kadsurvey.measurement.efa import Efa, efa
    from kadsurvey.measurement.invariance import Invariance, invariance
    from kadsurvey.measurement.model import MeasurementModel, measure
    from kadsurvey.measurement.reliability import Reliability, reliability
    from kadsurvey.measurement.retention import Retention, retention
    from kadsurvey.measurement.scores import Scores, factor_scores
    from kadsurvey.measurement.second_order import SecondOrder, second_order
    from kadsurvey.measurement.shape import InstrumentShape, instrument_shape
    from kadsurvey.measurement.short_form import ShortForm, short_form
    from kadsurvey.measurement.validation import Validation, validate
    from kadsurvey.measurement.validity import Validity, validity
    from kadsurvey.outcomes.corrected import CorrectedRegression, corrected_regression
    from kadsurvey.outcomes.efficiency import Efficiency, efficiency
    from kadsurvey.outcomes.latent_regression import LatentRegression, latent_regression
    from kadsurvey.outcomes.regress import Regression, regress
    from kadsurvey.outcomes.wild_bootstrap import WildTest, wild_bootstrap
    from kadsurvey.quality.screening import Screening, screen
    from kadsurvey.report.writers.report import write_report
    from kadsurvey.simulation.power import Power, power
    from kadsurvey.simulation.simulate import SimulatedStudy, simulate
    from kadsurvey.simulation.truth import Truth, load_truth
    from kadsurvey.study import Study
else:
    # Without the else, type checkers would take any misspelt name for one that __getattr__ finds.
    _MODULES = {
        "Adequacy": "measurement.adequacy",
        "Agreement": "indices.agreement",
        "Bodies": "ingest.bodies",
        "Cfa": "measurement.cfa",
        "CorrectedRegression": "outcomes.corrected",
        "Correlation": "measurement.correlation",
        "Efa": "measurement.efa",
        "Efficiency": "outcomes.efficiency",
        "Indices": "indices.score",
        "Instrument": "instrument.model",
        "InstrumentShape": "measurement.shape",
        "Invariance": "measurement.invariance",
        "LatentRegression": "outcomes.latent_regression",
        "MeasurementModel": "measurement.model",
        "NetworkIndices": "indices.network",
        "Power": "simulation.power",
        "Register": "ingest.register",
        "RegisterJoin": "ingest.register_join",
        "Regression": "outcomes.regress",
        "Reliability": "measurement.reliability",
        "Responses": "ingest.responses",
        "Retention": "measurement.retention",
        "Scores": "measurement.scores",
        "Screening": "quality.screening",
        "SecondOrder": "measurement.second_order",
        "ShortForm": "measurement.short_form",
        "SimulatedStudy": "simulation.simulate",
        "Study": "study",
        "Ties": "ingest.ties",
        "Truth": "simulation.truth",
        "Validation": "measurement.validation",
        "Validity": "measurement.validity",
        "WildTest": "outcomes.wild_bootstrap",
        "adequacy": "measurement.adequacy",
        "agreement": "indices.agreement",
        "cfa": "measurement.cfa",
        "corrected_regression": "outcomes.corrected",
        "efa": "measurement.efa",
        "efficiency": "outcomes.efficiency",
        "factor_scores": "measurement.scores",
        "instrument_shape": "measurement.shape",
        "invariance": "measurement.invariance",
        "join_register": "ingest.register_join",
        "load_instrument": "instrument.load",
        "latent_regression": "outcomes.latent_regression",
        "load_truth": "simulation.truth",
        "measure": "measurement.model",
        "network_indices": "indices.network",
        "polychoric": "measurement.correlation",
        "power": "simulation.power",
        "read_bodies": "ingest.bodies",
        "read_register": "ingest.register",
        "read_responses": "ingest.responses",
        "read_ties": "ingest.ties",
        "regress": "outcomes.regress",
        "reliability": "measurement.reliability",
        "retention": "measurement.retention",
        "score": "indices.score",
        "screen": "quality.screening",
        "second_order": "measurement.second_order",
        "short_form": "measurement.short_form",
        "simulate": "simulation.simulate",
        "validate": "measurement.validation",
        "validity": "measurement.validity",
        "wild_bootstrap": "outcomes.wild_bootstrap",
        "write_report": "report.writers.report",
    }

    def __getattr__(name):
        try:
            module = _MODULES[name]
        except KeyError:
            raise AttributeError(f"module 'kadsurvey' has no attribute {name!r}") from None
        value = globals()[name] = getattr(import_module(f"kadsurvey.{module}"), name)
        return value

    def __dir__():
        return sorted(__all__)


__all__ = [
    "Adequacy",
    "Agreement",
    "Bodies",
    "Cfa",
    "CorrectedRegression",
    "Correlation",
    "Efa",
    "Efficiency",
    "Indices",
    "Instrument",
    "InstrumentShape",
    "Invariance",
    "LatentRegression",
    "MeasurementModel",
    "NetworkIndices",
    "Power",
    "Register",
    "RegisterJoin",
    "Regression",
    "Reliability",
    "Responses",
    "Retention",
    "Scores",
    "Screening",
    "SecondOrder",
    "ShortForm",
    "SimulatedStudy",
    "Study",
    "Ties",
    "Truth",
    "Validation",
    "Validity",
    "WildTest",
    "__version__",
    "adequacy",
    "agreement",
    "cfa",
    "corrected_regression",
    "efa",
    "efficiency",
    "factor_scores",
    "instrument_shape",
    "invariance",
    "join_register",
    "latent_regression",
    "load_instrument",
    "load_truth",
    "measure",
    "network_indices",
    "polychoric",
    "power",
    "read_bodies",
    "read_register",
    "read_responses",
    "read_ties",
    "regress",
    "reliability",
    "retention",
    "score",
    "screen",
    "second_order",
    "short_form",
    "simulate",
    "validate",
    "validity",
    "wild_bootstrap",
    "write_report",
]
