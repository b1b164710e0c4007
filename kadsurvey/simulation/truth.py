"""The written truth of a synthetic study: what is drawn, how it hangs together, and what outcomes it has.

Every attitude is a latent variable with mean 0 and variance 1 over all respondents, officials and NGO members
together, so that a slope of the truth and a slope on the index z share one metric.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from itertools import combinations
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, ValidationError, model_validator

from kadsurvey._resources import bundled
from kadsurvey.errors import InputFileError
from kadsurvey.ingest.tie_cells import RELATIONS
from kadsurvey.instrument.load import load_instrument
from kadsurvey.instrument.model import Instrument, Name
from kadsurvey.instrument.source import Place, read_source
from kadsurvey.simulation.truth_parts import (
    Attitude,
    BodyOutcome,
    Budget,
    Careless,
    Correlation,
    Design,
    Facts,
    FeltOutcome,
    Inner,
    ItemTruth,
    Nonresponse,
    Normal,
    NotNegative,
    Part,
    RelationTruth,
    TiesTruth,
    problem,
)
from kadsurvey.simulation.truth_problems import problems_of

Level: TypeAlias = Literal["body", "member", "respondent"]
LEVELS: tuple[Level, ...] = ("body", "member", "respondent")

DRAWN_COLUMNS = (
    *("name", "province", "service", "year", "cost_planned", "cost_realised", "cost_alone", "output", "output_unit"),
    *("members", "founded", "secretariat", "ngo_seats", "cost_efficiency"),
)
"""Columns of the body data that every study has; a covariate needs another name."""


class Truth(Part):
    """What a synthetic study is drawn from.

    Attributes
    ----------
    instrument : Instrument
        The questionnaire that is answered; keying and answer codes come from it.
    attitudes : mapping of construct to Attitude
        Latent variables drawn level by level, correlated as ``correlations`` says.
    felt_outcomes : mapping of construct to FeltOutcome
        Latent outcomes that respondents answer about.
    mood : mapping of construct to float
        Share of what is the respondent's own in each that is one mood of the day, common to all constructs named: they
        correlate within bodies for no other reason than who answers. A felt outcome that rests on an attitude of the
        same mood varies by more than 1.
    careless : Careless
        Who does not read what they answer.
    acquiescence : float
        Standard deviation of a respondent's inclination to agree with whatever is asked, in standard deviations of the
        latent response; it raises the answers to reversed items too.
    cost_efficiency : BodyOutcome
        log(cost of going alone / realised cost) of the body, the log saving.
    covariates : mapping of column to Normal
        Columns of the body data that outcomes may depend on.
    ties : TiesTruth or None
        The roster of who works with whom; a study without it has no ties.
    """

    format: Annotated[int, Field(ge=1, le=1)]
    name: Name
    note: str = ""
    instrument: Instrument
    design: Design
    attitudes: Annotated[Mapping[Name, Attitude], Field(min_length=1)]
    correlations: tuple[Correlation, ...] = ()
    felt_outcomes: Mapping[Name, FeltOutcome] = Field(default_factory=dict)
    mood: Mapping[Name, Inner] = Field(default_factory=dict)
    nonresponse: Nonresponse = Nonresponse()
    careless: Careless = Careless()
    acquiescence: NotNegative = 0.0
    cost_efficiency: BodyOutcome
    covariates: Mapping[Name, Normal] = Field(default_factory=dict)
    budget: Budget
    facts: Facts
    ties: TiesTruth | None = None

    @model_validator(mode="after")
    def _agrees_with_instrument(self) -> Self:
        for construct, part in self.constructs.items():
            known = self.instrument.constructs
            if construct not in known:
                raise problem("simulation.unknown_construct", construct=construct, known=list(known))
            if set(part.items) != set(known[construct].items):
                asked = list(known[construct].items)
                raise problem("simulation.items_differ", construct=construct, given=list(part.items), asked=asked)
            for code, item in part.items.items():
                n_codes = len(self.instrument.scale_of(code).codes)
                if len(item.shares) != n_codes:
                    raise problem("simulation.shares_not_codes", item=code, n_shares=len(item.shares), n_codes=n_codes)
        return self

    @model_validator(mode="after")
    def _names_agree(self) -> Self:
        twice = sorted(set(self.attitudes) & set(self.felt_outcomes))
        if twice:
            raise problem("simulation.construct_twice", construct=twice[0])
        self._check_slopes("cost_efficiency", self.cost_efficiency.slopes)
        self._check_slopes("nonresponse.depends_on", self.nonresponse.depends_on)
        for name in self.mood:
            if name not in self.constructs:
                raise problem("simulation.unknown_mood", name=name, known=list(self.constructs))
        for place, part in self.felt_outcomes.items():
            self._check_slopes(place, part.slopes)
        for name in self.cost_efficiency.covariates:
            if name not in self.covariates:
                raise problem("simulation.unknown_covariate", name=name, known=list(self.covariates))
        for name in self.covariates:
            if name in DRAWN_COLUMNS:
                raise problem("simulation.covariate_is_drawn", name=name)
        return self

    @model_validator(mode="after")
    def _relations_are_known(self) -> Self:
        for name, part in self.ties.relations.items() if self.ties else ():
            if name not in RELATIONS:
                raise problem("simulation.unknown_relation", name=name, known=list(RELATIONS))
            self._check_slopes(name, part.slopes)
        return self

    @model_validator(mode="after")
    def _every_pair_has_correlations(self) -> Self:
        wanted = {frozenset(pair) for pair in combinations(self.attitudes, 2)}
        given = [frozenset(entry.pair) for entry in self.correlations]
        for entry, pair in zip(self.correlations, given, strict=True):
            if pair not in wanted or given.count(pair) > 1:
                raise problem(
                    "simulation.odd_pair", first=entry.pair[0], second=entry.pair[1], known=list(self.attitudes)
                )
        for first, second in combinations(self.attitudes, 2):
            if frozenset((first, second)) not in given:
                raise problem("simulation.missing_pair", first=first, second=second)
        return self

    @model_validator(mode="after")
    def _variances_are_possible(self) -> Self:
        for name, part in self.attitudes.items():
            rest = 1 - part.variance.body - part.variance.member - self._group_variance(part.ngo_shift)
            if rest <= 0:
                raise problem("simulation.no_variance_left", construct=name, rest=rest)
        for level in LEVELS:
            smallest = float(np.linalg.eigvalsh(self.correlation(level)).min())
            if smallest <= 0:
                raise problem("simulation.not_positive_definite", level=level, smallest=smallest)
        for name in self.felt_outcomes:
            rest = self.residual_variance(name)
            if rest <= 0:
                raise problem("simulation.no_variance_left", construct=name, rest=rest)
        return self

    @cached_property
    def constructs(self) -> dict[str, Attitude]:
        """Attitudes and felt outcomes, in the order in which they are drawn."""
        return {**self.attitudes, **self.felt_outcomes}

    @cached_property
    def items(self) -> dict[str, ItemTruth]:
        """All items by code, in the instrument's order."""
        by_code = {code: item for part in self.constructs.values() for code, item in part.items.items()}
        return {code: by_code[code] for code in self.instrument.items if code in by_code}

    def correlation(self, level: Level) -> NDArray[np.float64]:
        """Return the correlation matrix of the attitudes at one level, shape (n_attitudes, n_attitudes)."""
        names = list(self.attitudes)
        matrix = np.eye(len(names))
        for entry in self.correlations:
            j, k = (names.index(name) for name in entry.pair)
            matrix[j, k] = matrix[k, j] = getattr(entry, level)
        return matrix

    def covariance(self, level: Level) -> NDArray[np.float64]:
        """Return the covariance matrix of the attitudes at one level, shape (n_attitudes, n_attitudes)."""
        sd = np.sqrt([self._variance(part, level) for part in self.attitudes.values()])
        matrix: NDArray[np.float64] = self.correlation(level) * np.outer(sd, sd)
        return matrix

    def slopes(self, outcome: BodyOutcome | FeltOutcome | RelationTruth) -> NDArray[np.float64]:
        """Return an outcome's or relation's slopes on the attitudes, shape (n_attitudes,); those not named are 0."""
        return np.array([outcome.slopes.get(name, 0.0) for name in self.attitudes])

    def residual_variance(self, felt_outcome: str) -> float:
        """Return what is left of a felt outcome's variance of 1 for the respondent alone."""
        part = self.felt_outcomes[felt_outcome]
        slopes = self.slopes(part)
        explained = sum(float(slopes @ self.covariance(level) @ slopes) for level in LEVELS)
        shift = self._group_variance(self.total_shift(felt_outcome))
        return 1 - explained - part.variance.body - part.variance.member - shift

    def total_shift(self, construct: str) -> float:
        """Return the difference NGO members minus officials in one construct, in standard deviations."""
        if construct in self.attitudes:
            return self.attitudes[construct].ngo_shift
        part = self.felt_outcomes[construct]
        through = sum(slope * self.attitudes[name].ngo_shift for name, slope in part.slopes.items())
        return part.ngo_shift + through

    def changed(self, **parts: object) -> Truth:
        """Return the truth with some of its parts replaced, checked again; a mapping changes the keys it names.

        Raises
        ------
        InputFileError
            With every problem found.
        """
        values = self.model_dump(mode="json")
        for name, part in parts.items():
            values[name] = {**values[name], **part} if isinstance(part, Mapping) else part
        return build_truth(values, self.instrument, file=self.name)

    def to_dict(self) -> dict[str, Any]:
        """Return the truth as plain values, the instrument by its name."""
        return {**self.model_dump(mode="json"), "instrument": self.instrument.name}

    def _check_slopes(self, place: str, slopes: Mapping[str, float]) -> None:
        for name in slopes:
            if name not in self.attitudes:
                raise problem("simulation.unknown_slope", place=place, name=name, known=list(self.attitudes))

    def _variance(self, part: Attitude, level: Level) -> float:
        if level != "respondent":
            return float(getattr(part.variance, level))
        return 1 - part.variance.body - part.variance.member - self._group_variance(part.ngo_shift)

    def _group_variance(self, shift: float) -> float:
        return self.design.ngo_share * (1 - self.design.ngo_share) * shift**2


def load_truth(name_or_path: str | Path) -> Truth:
    """Read a written truth: ``"sample"`` for the bundled study's, else a YAML file.

    The instrument it names is a bundled one, or a file beside it.

    Raises
    ------
    InputFileError
        If the file cannot be read, or does not describe a study that can be drawn: with every problem and its line.
    InstrumentError
        If the instrument it names is not valid.
    """
    path = bundled("sample_data") / "truth.yaml" if name_or_path == "sample" else Path(name_or_path)
    source = read_source(path)
    named = source.data.get("instrument")
    if not isinstance(named, str):
        raise InputFileError("simulation.truth_without_instrument", file=source.file)
    beside = path.parent / named
    instrument = load_instrument(beside if beside.is_file() else named)
    return build_truth(source.data, instrument, file=source.file, lines=source.lines)


def build_truth(
    values: Mapping[str, object],
    instrument: Instrument,
    *,
    file: str = "truth",
    lines: Mapping[Place, int] | None = None,
) -> Truth:
    """Check plain values, such as ``Truth.to_dict`` gives, and make a truth of them.

    Parameters
    ----------
    values : mapping
        The keys of truth.yaml; numbers may be text.
    instrument : Instrument
        Replaces the name under ``instrument``.
    file, lines
        Where the values come from, for messages.

    Raises
    ------
    InputFileError
        With every problem found.
    """
    try:
        return Truth.model_validate({**values, "instrument": instrument})
    except ValidationError as err:
        raise InputFileError("simulation.bad_truth", file=file, problems=problems_of(err, lines or {})) from None
