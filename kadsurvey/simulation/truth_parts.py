"""The parts of a written truth: design, attitudes and outcomes, gaps, budgets, ties; each checked by itself."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Self, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from kadsurvey.ingest.tie_cells import STRONGEST, WEAKEST
from kadsurvey.instrument.model import Name

STRENGTHS = tuple(range(WEAKEST, STRONGEST + 1))
"""What an organisation may answer about another, no tie first."""
_SHARE_SUM_TOLERANCE = 1e-6


def problem(code: str, **params: object) -> PydanticCustomError:
    """Return a problem of the truth under its code of the catalogue."""
    return PydanticCustomError(code, "{code}", {"code": code, **params})


def _ascending(bounds: tuple[int, int]) -> tuple[int, int]:
    if not 1 <= bounds[0] <= bounds[1]:
        raise problem("simulation.range_descends")
    return bounds


def _whole(shares: tuple[float, ...]) -> tuple[float, ...]:
    total = math.fsum(shares)
    if abs(total - 1) > _SHARE_SUM_TOLERANCE:
        raise problem("simulation.shares_not_one", total=total)
    return shares


Range: TypeAlias = Annotated[tuple[int, int], AfterValidator(_ascending)]
"""Smallest and largest count, both possible and all between equally likely."""
Share: TypeAlias = Annotated[float, Field(ge=0, le=1)]
Inner: TypeAlias = Annotated[float, Field(gt=0, lt=1)]
Positive: TypeAlias = Annotated[float, Field(gt=0, allow_inf_nan=False)]
NotNegative: TypeAlias = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Finite: TypeAlias = Annotated[float, Field(allow_inf_nan=False)]


class Part(BaseModel):
    """A part of the truth: frozen, and strict about unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class Design(Part):
    """How many bodies, members a body, respondents a member, and which share of the respondents are NGO members.

    ``per_body`` says instead of ``respondents`` how many a body has, spread over its members as evenly as can be.
    """

    bodies: Annotated[int, Field(ge=1)]
    members: Range
    respondents: Range
    per_body: Annotated[int, Field(ge=1)] | None = None
    ngo_share: Share


class ItemTruth(Part):
    """One item: its standardised loading and the share of respondents in each category.

    The categories are those of the construct, lowest first: a reversed item is answered in the mirror image.
    ``ngo_shift`` and ``ngo_loading`` make it an item that does not work alike in both groups: what NGO members' latent
    response has more at the same attitude, and how much steeper it rises with it. The shares are those without them.
    """

    loading: Inner
    shares: Annotated[tuple[Inner, ...], Field(min_length=2), AfterValidator(_whole)]
    ngo_shift: Finite = 0.0
    ngo_loading: Finite = 0.0


class Variance(Part):
    """Variance between bodies, and between members of a body; respondents have the rest of 1."""

    body: Share
    member: Share = 0.0


class Attitude(Part):
    """A latent variable that is drawn level by level.

    Attributes
    ----------
    variance : Variance
        Between bodies and between members.
    ngo_shift : float
        NGO members' mean minus officials', in standard deviations.
    items : mapping of item code to ItemTruth
        All items the construct has in the instrument.
    """

    variance: Variance
    ngo_shift: Finite = 0.0
    items: Mapping[Name, ItemTruth]


class FeltOutcome(Attitude):
    """A latent outcome answered by respondents: slopes on their own attitudes, a body's effect, and a residual.

    ``variance`` and ``ngo_shift`` are what the attitudes do not explain. ``ngo_asked`` is the share of NGO members
    to whom the questions apply; the others answer *tidak berlaku*.
    """

    slopes: Mapping[Name, Finite] = Field(default_factory=dict)
    ngo_asked: Share = 1.0


class Correlation(Part):
    """How two attitudes correlate at each level."""

    pair: tuple[Name, Name]
    body: Annotated[float, Field(gt=-1, lt=1)]
    member: Annotated[float, Field(gt=-1, lt=1)]
    respondent: Annotated[float, Field(gt=-1, lt=1)]


class BodyOutcome(Part):
    """A body's outcome: its mean, slopes on the latent means of its respondents and on covariates, residual sd.

    Covariates enter as deviations from their mean in the truth.
    """

    intercept: Finite
    slopes: Mapping[Name, Finite] = Field(default_factory=dict)
    covariates: Mapping[Name, Finite] = Field(default_factory=dict)
    residual_sd: NotNegative


class Normal(Part):
    """A normal distribution."""

    mean: Finite
    sd: NotNegative


class Service(Part):
    """What bodies of one service deliver: the unit of output and its price in rupiah when a member goes alone."""

    unit: str
    price: Positive


class Budget(Part):
    """A body's year of money: what going alone would cost, and what was planned.

    ``cost_alone`` is the distribution of log10 rupiah, ``overplanned`` that of log(cost_planned / cost_realised),
    ``output_noise`` the sd of the log of output about cost_alone / price.
    """

    year: int
    cost_alone: Normal
    overplanned: Normal
    output_noise: NotNegative
    services: Annotated[Mapping[Name, Service], Field(min_length=1)]


class Facts(Part):
    """Facts about bodies that no outcome depends on: founding year, kind of secretariat, mean number of NGO seats."""

    founded: Range
    secretariat: Annotated[Mapping[Name, Positive], Field(min_length=1)]
    ngo_seats: NotNegative


class Nonresponse(Part):
    """Answers that are not given: left blank, and *tidak tahu* by group.

    Blanks are completely at random but where ``depends_on`` names attitudes: what one standard deviation of each adds
    to the log odds of leaving an item blank. Who trusts less may answer less, and nobody can tell from the answers.
    """

    blank: Annotated[float, Field(ge=0, lt=1)] = 0.0
    dont_know_official: Annotated[float, Field(ge=0, lt=1)] = 0.0
    dont_know_ngo: Annotated[float, Field(ge=0, lt=1)] = 0.0
    depends_on: Mapping[Name, Finite] = Field(default_factory=dict)


class Careless(Part):
    """Shares of respondents who do not read what they answer.

    Attributes
    ----------
    straight : float
        One answer to everything.
    random : float
        Each answer by lot.
    alternating : float
        Two answers in turn.
    late_straight : float
        Attentive at first; from some item in the middle third on, one answer to everything.
    """

    straight: Share = 0.0
    random: Share = 0.0
    alternating: Share = 0.0
    late_straight: Share = 0.0

    @model_validator(mode="after")
    def _some_are_attentive(self) -> Self:
        if (total := math.fsum(self.shares.values())) > 1:
            raise problem("simulation.all_careless", total=total)
        return self

    @property
    def shares(self) -> dict[str, float]:
        """Share of each kind."""
        return {name: float(getattr(self, name)) for name in type(self).model_fields}


class RelationTruth(Part):
    """One relation of the roster: how strong its ties are, and what makes them stronger.

    Attributes
    ----------
    shares : tuple of float, length 5
        Shares of the strengths 0 (no tie) to 4 in a body of mean 0 in all attitudes, before homophily; 1 less the first
        is the base rate of a tie.
    slopes : mapping of attitude to float
        What one unit of the body's latent mean adds to the latent strength of every tie in it, in its standard
        deviations.
    """

    shares: Annotated[
        tuple[Inner, ...], Field(min_length=len(STRENGTHS), max_length=len(STRENGTHS)), AfterValidator(_whole)
    ]
    slopes: Mapping[Name, Finite] = Field(default_factory=dict)


class TiesTruth(Part):
    """Who is in the roster of a body, and how its organisations name each other.

    Attributes
    ----------
    officials, ngos : Range
        Offices, and NGOs, of each member region.
    province : int
        Offices of the province in each body.
    homophily : float
        Latent strength between two of one group (official, NGO) less that between an official and an NGO, in
        standard deviations.
    reciprocity : float
        Correlation of the latent strengths with which two organisations name each other.
    overlap : float
        Correlation of the latent strengths of two relations with which one names another.
    unanswered : float
        Share of the organisations that answered nothing.
    relations : mapping of relation to RelationTruth
        Some of contact, information, resources, trust.
    """

    officials: Range
    ngos: Range
    province: Annotated[int, Field(ge=0)] = 0
    homophily: Finite = 0.0
    reciprocity: Annotated[float, Field(ge=0, lt=1)] = 0.0
    overlap: Annotated[float, Field(ge=0, lt=1)] = 0.0
    unanswered: Annotated[float, Field(ge=0, lt=1)] = 0.0
    relations: Annotated[Mapping[Name, RelationTruth], Field(min_length=1)]
