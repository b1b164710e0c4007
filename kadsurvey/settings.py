"""What study.toml may hold: the settings of a study, read strictly."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args

from kadsurvey.errors import StudyError
from kadsurvey.ingest.dialects import DIALECTS, Dialect
from kadsurvey.measurement.cutoffs import CUTOFFS, Cutoffs
from kadsurvey.quality.thresholds import RANGES, THRESHOLDS, Thresholds
from kadsurvey.toml_section import Lines, Section, lines_of

STUDY_FILE = "study.toml"
_LARGEST_SEED, _LARGEST_CELL = 2**63 - 1, 1_000_000

FamilyName: TypeAlias = Literal["ols", "mixed", "fixed", "difference", "fractional", "logit", "ordered", "poisson"]
InferenceName: TypeAlias = Literal["auto", "hc2", "hc3", "cr2", "cr3", "wild", "permutation", "ols"]
ReturnsName: TypeAlias = Literal["vrs", "crs"]
DerivationName: TypeAlias = Literal["auto", "given", "alone", "output"]
Method: TypeAlias = Literal["factor", "mean"]
MembersName: TypeAlias = Literal["census", "sample"]


@dataclass(frozen=True, slots=True)
class DataFile:
    """A file of answers, and the group all its rows belong to, if it is one group's."""

    path: Path
    group: str | None = None


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """A regression that the study asks for."""

    name: str
    outcome: str
    on: tuple[str, ...]
    controls: tuple[str, ...] = ()
    interactions: tuple[tuple[str, str], ...] = ()
    formula: str | None = None
    family: FamilyName | None = None
    exposure: str | None = None
    inference: InferenceName = "auto"
    year: int | None = None


@dataclass(frozen=True, slots=True)
class EfficiencySettings:
    """How the costs of bodies are compared; the parameters of `kadsurvey.efficiency`."""

    inputs: tuple[str, ...] = ("cost_realised",)
    outputs: tuple[str, ...] = ("output",)
    by: str = "service"
    returns: ReturnsName = "vrs"
    derive: DerivationName = "auto"
    deflator: Path | None = None


@dataclass(frozen=True, slots=True)
class TiesSettings:
    """The roster of who works with whom, and the organisations in it."""

    file: Path
    nodes: Path | None = None


@dataclass(frozen=True, slots=True)
class ReportSettings:
    """What the analyst says of the study: title, author, a note below the title, and questionnaires sent."""

    title: str | None = None
    author: str | None = None
    note: str | None = None
    sent: int | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a study; what study.toml leaves out keeps its default.

    Attributes
    ----------
    folder : Path
        Where study.toml lies; its relative paths start there.
    instrument : str
        Name of a bundled questionnaire, or a path.
    data : tuple of DataFile
    bodies : Path or None
    ties : TiesSettings or None
    efficiency : EfficiencySettings
    mapping : Path or None
        What the user says that misspelt names and doubtful cells mean.
    dialect : Dialect
        Which program the data files came from; ``auto`` tells it file by file.
    exclude_rejected : bool
        Whether submissions that a reviewer rejected are left out on reading.
    lang : {"id", "en"} or None
    seed : int
    out : Path or None
        None is ``results/`` beside study.toml, or in the working directory.
    method : {"factor", "mean"}
    second_order : bool
        Whether respondents get one index of social capital too, the factor above the constructs that predict.
    min_cell : int
        Fewest respondents of which a mean is shown.
    members : {"census", "sample"}
        Whether the members that answered are all of their body's, or drawn from them.
    weight : str or None
        The field of respondents that weighs them in means.
    before : Path or None
        The scores.csv of an earlier wave, from which change is told.
    drop : tuple of str
        Flags of the screening whose respondents are left out.
    models : tuple of ModelSettings
    model : Path or None
        A model.json on whose scale to score, instead of fitting a model to these answers.
    cutoffs : Cutoffs
        Rules of thumb that `kadsurvey validate` holds results against.
    report : ReportSettings
    screening : Thresholds
        Values beyond which the screens flag a respondent.
    taken : tuple of str
        Keys that study.toml gave.
    """

    folder: Path
    instrument: str = "kad"
    data: tuple[DataFile, ...] = ()
    bodies: Path | None = None
    ties: TiesSettings | None = None
    efficiency: EfficiencySettings = field(default_factory=EfficiencySettings)
    mapping: Path | None = None
    dialect: Dialect = "auto"
    exclude_rejected: bool = False
    lang: str | None = None
    seed: int = 1
    out: Path | None = None
    method: Method = "factor"
    second_order: bool = False
    min_cell: int = 5
    members: MembersName = "census"
    weight: str | None = None
    before: Path | None = None
    drop: tuple[str, ...] = ()
    models: tuple[ModelSettings, ...] = ()
    model: Path | None = None
    cutoffs: Cutoffs = field(default_factory=Cutoffs)
    report: ReportSettings = field(default_factory=ReportSettings)
    screening: Thresholds = field(default_factory=Thresholds)
    taken: tuple[str, ...] = ()

    def files(self) -> tuple[Path, ...]:
        """Return the files that the study reads, each once."""
        ties = () if self.ties is None else (self.ties.file, self.ties.nodes)
        others = (self.bodies, *ties, self.mapping, self.model, self.before, self.efficiency.deflator)
        paths = [*(file.path for file in self.data), *others]
        return tuple(dict.fromkeys(path for path in paths if path is not None))

    def to_dict(self) -> dict[str, Any]:
        """Return the settings as plain values, files by their names."""
        return {entry.name: _plain(getattr(self, entry.name)) for entry in fields(self) if entry.name != "folder"}


def _plain(value: Any) -> Any:
    """Return a setting as plain values: what the manifest of a report says of it."""
    if isinstance(value, Path):
        return value.name
    if is_dataclass(value) and not isinstance(value, type):
        return {entry.name: _plain(getattr(value, entry.name)) for entry in fields(value)}
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def read_settings(folder: Path, *, required: bool) -> Settings:
    """Read the study.toml of a folder.

    Raises
    ------
    StudyError
        If it is not TOML, holds an unknown key or a value of the wrong type, or is ``required`` and not there.
    """
    try:
        text = (folder / STUDY_FILE).read_text(encoding="utf-8")
    except FileNotFoundError:
        if required:
            raise StudyError("study.no_study_file", folder=folder.resolve().name) from None
        return Settings(folder=folder)
    except (OSError, UnicodeDecodeError) as err:
        raise StudyError("study.not_toml", reason=str(err)) from err
    try:
        document = tomllib.loads(text)
    except RecursionError as err:
        raise StudyError("study.too_deep") from err
    except ValueError as err:
        # Its own error, or Python's on a number of more than 4,300 digits.
        raise StudyError("study.not_toml", reason=str(err)) from err
    return _settings(document, folder, lines_of(text))


def _settings(document: Mapping[str, Any], folder: Path, lines: Lines) -> Settings:
    top = Section("", document, lines)
    top.only(
        *("version", "instrument", "lang", "seed", "out", "dialect", "exclude_rejected", "mapping"),
        *("data", "bodies", "ties", "efficiency", "score", "model", "cutoffs", "screening", "report"),
    )
    if (version := top.get("version", int)) != 1:
        raise StudyError("study.version", version=version)
    given: dict[str, Any] = {}
    if instrument := top.get("instrument", str):
        given["instrument"] = str(folder / instrument) if Path(instrument).suffix else instrument
    given |= {
        "lang": top.choice("lang", ("id", "en")),
        "seed": _whole(top, "seed", 0, _LARGEST_SEED),
        "out": top.path("out", folder),
    }
    given["mapping"] = top.path("mapping", folder)
    given |= {"dialect": top.choice("dialect", DIALECTS), "exclude_rejected": top.flag("exclude_rejected")}
    given["data"] = tuple(_data_file(section, folder) for section in top.sections("data"))
    if (section := top.section("bodies")) is not None:
        section.only("file")
        given["bodies"] = section.path("file", folder, required=True)
    if (section := top.section("ties")) is not None:
        given["ties"] = _ties(section, folder)
    if (section := top.section("efficiency")) is not None:
        given["efficiency"] = _efficiency(section, folder)
    if (section := top.section("score")) is not None:
        section.only("method", "second_order", "min_cell", "members", "weight", "before", "drop")
        given["second_order"] = section.flag("second_order")
        given["method"] = section.choice("method", get_args(Method))
        given["min_cell"] = _whole(section, "min_cell", 0, _LARGEST_CELL)
        given |= {"members": section.choice("members", get_args(MembersName)), "weight": section.get("weight", str)}
        given["before"] = section.path("before", folder)
        given["drop"] = section.names("drop")
    if (section := top.section("report")) is not None:
        section.only("title", "author", "note", "sent")
        words = {name: section.get(name, str) for name in ("title", "author", "note")}
        given["report"] = ReportSettings(**words, sent=section.get("sent", int))
    if (section := top.section("cutoffs")) is not None:
        section.only(*CUTOFFS)
        values = {name: section.share(name) for name in CUTOFFS}
        given["cutoffs"] = Cutoffs(**{name: value for name, value in values.items() if value is not None})
    if (section := top.section("screening")) is not None:
        section.only(*THRESHOLDS)
        limits: dict[str, Any] = {name: section.number(name, *RANGES[name]) for name in THRESHOLDS}
        given["screening"] = Thresholds(**{name: value for name, value in limits.items() if value is not None})
    given["models"] = tuple(_model(section) for section in top.sections("model"))
    kept = {key: value for key, value in given.items() if value not in (None, ())}
    return Settings(folder=folder, **kept, taken=tuple(key for key in document if key != "version"))


def _whole(section: Section, key: str, low: int, high: int) -> Any:
    section.get(key, int)
    return section.number(key, low, high)


def _data_file(section: Section, folder: Path) -> DataFile:
    section.only("file", "group")
    path = section.path("file", folder, required=True)
    assert path is not None  # required
    return DataFile(path, section.get("group", str))


def _ties(section: Section, folder: Path) -> TiesSettings:
    section.only("file", "nodes")
    path = section.path("file", folder, required=True)
    assert path is not None  # required
    return TiesSettings(path, section.path("nodes", folder))


def _efficiency(section: Section, folder: Path) -> EfficiencySettings:
    section.only("inputs", "outputs", "by", "returns", "derive", "deflator")
    given = {
        "inputs": section.names("inputs"),
        "outputs": section.names("outputs"),
        "by": section.get("by", str),
        "returns": section.choice("returns", get_args(ReturnsName)),
        "derive": section.choice("derive", get_args(DerivationName)),
        "deflator": section.path("deflator", folder),
    }
    return EfficiencySettings(**{key: value for key, value in given.items() if value not in (None, ())})


def _model(section: Section) -> ModelSettings:
    section.only("name", "outcome", "on", "controls", "interact", "formula", "family", "exposure", "inference", "year")
    formula = section.get("formula", str)
    given = section.get("outcome", str, required=formula is None)
    if not (given or formula):
        raise section.problem("study.key_missing", "outcome")
    outcome = given or formula.partition("~")[0].strip()
    return ModelSettings(
        name=section.get("name", str) or outcome,
        outcome=outcome,
        on=section.names("on"),
        controls=section.names("controls"),
        interactions=section.pairs("interact"),
        formula=formula,
        family=section.choice("family", get_args(FamilyName)),
        exposure=section.get("exposure", str),
        inference=section.choice("inference", get_args(InferenceName)) or "auto",
        year=section.get("year", int),
    )
