"""The results that the words of a report are written from."""

from __future__ import annotations

from dataclasses import dataclass

from kadsurvey.indices.score import Indices
from kadsurvey.indices.shared_views import SharedViews
from kadsurvey.ingest.responses import Responses
from kadsurvey.instrument.model import Instrument
from kadsurvey.measurement.invariance import Invariance
from kadsurvey.measurement.model import MeasurementModel
from kadsurvey.measurement.review import Review
from kadsurvey.measurement.validation import Validation
from kadsurvey.outcomes.analysis import Analysis
from kadsurvey.outcomes.goals import GoalsMissed
from kadsurvey.quality.screening import Screening


@dataclass(frozen=True, slots=True)
class Material:
    """What a study came to; None where a station did not run.

    Attributes
    ----------
    screening : Screening
        With the responses kept, ``clean``.
    seed : int
    validation : Validation or None
    invariance : Invariance or None
        Between officials and NGO members.
    review : Review or None
        What the validation comes to for the questionnaire.
    indices : Indices or None
    views : SharedViews or None
    analyses : tuple of Analysis
        The study's models, in their order.
    goals : GoalsMissed or None
    """

    screening: Screening
    seed: int
    validation: Validation | None = None
    invariance: Invariance | None = None
    review: Review | None = None
    indices: Indices | None = None
    views: SharedViews | None = None
    analyses: tuple[Analysis, ...] = ()
    goals: GoalsMissed | None = None

    @property
    def responses(self) -> Responses:
        """The responses kept."""
        return self.screening.clean

    @property
    def instrument(self) -> Instrument:
        """The questionnaire."""
        return self.responses.instrument

    @property
    def correlation(self) -> str | None:
        """How items were correlated: ``polychoric`` or ``pearson``; None where they were not."""
        if self.validation is not None:
            return self.validation.correlation
        model = None if self.indices is None else self.indices.model
        return model.correlation if isinstance(model, MeasurementModel) else None

    @property
    def n_bodies(self) -> int:
        """How many bodies the respondents answered about; 0 where the data name none."""
        data = self.responses.data
        return int(data["body"].nunique()) if "body" in data else 0
