"""Sentences on how well the items measure: reliability, factors, fit, convergent and discriminant validity."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isfinite

import pandas as pd

from kadsurvey.instrument.model import Instrument
from kadsurvey.language.text import Label, Text
from kadsurvey.measurement.cfa import Cfa
from kadsurvey.measurement.cutoffs import Cutoff, Cutoffs
from kadsurvey.measurement.invariance import Invariance
from kadsurvey.measurement.validation import Validation
from kadsurvey.report.builders.invariance import verdict_sentences
from kadsurvey.report.document import Prose
from kadsurvey.report.narrative.words import listed, records, rule_cites, rule_words, variable_words, variables

_FIT: tuple[Cutoff, ...] = ("cfi", "tli", "rmsea", "srmr")


def reliability(validation: Validation, instrument: Instrument) -> Prose:
    """Give each construct's alpha and omega with their intervals, and hold them against their rules."""
    table, omegas = validation.reliability, _omega_limits(validation)
    sentences: list[Label] = []
    for name, row in table.iterrows():
        omega = float(row["omega"])
        params: dict[str, object] = {
            "construct": variable_words(instrument, str(name)),
            "n": int(row["n_obs"]),
            "items": int(row["n_items"]),
            "alpha": float(row["alpha"]),
            "low": float(row["alpha_low"]),
            "high": float(row["alpha_high"]),
            "omega": omega,
        }
        low, high = omegas.get(str(name), (float("nan"), float("nan")))
        if not isfinite(omega):
            sentences.append(Text("narrative.reliability_alpha", params))
        elif isfinite(low) and isfinite(high):
            params |= {"omega_low": low, "omega_high": high}
            sentences.append(Text("narrative.reliability_intervals", params))
        else:
            sentences.append(Text("narrative.reliability", params))
    for rule in ("alpha", "omega"):
        sentences += _verdict(validation.cutoffs, rule, table[rule], instrument)
    return Prose(
        tuple(sentences),
        refers=("alpha", "omega"),
        cites=("cronbach1951", "feldt1987", "green2009", *rule_cites(validation.cutoffs, "alpha", "omega")),
    )


def _omega_limits(validation: Validation) -> dict[str, tuple[float, float]]:
    if validation.jackknife is None:
        return {}
    return {row["lhs"]: (row["ci_low"], row["ci_high"]) for row in records(validation.jackknife.of("omega"))}


def _verdict(cutoffs: Cutoffs, name: Cutoff, values: pd.Series[float], instrument: Instrument) -> Iterator[Label]:
    """Say which constructs miss a rule, or that none does."""
    held = values.dropna()
    if held.empty:
        return
    short = [str(key) for key, value in held.items() if not cutoffs.met(name, float(value))]
    params: dict[str, object] = {"what": Text(f"narrative.what_{name}"), "rule": rule_words(cutoffs, name)}
    if not short:
        yield Text("narrative.rule_met", params)
    elif len(short) == len(held):
        yield Text("narrative.rule_missed_by_all", params)
    else:
        yield Text("narrative.rule_missed", params | {"names": variables(instrument, short)})


def item_validity(validation: Validation) -> Prose:
    """Say whether each item correlates with the rest of its construct beyond r tabel, and which does least."""
    items = validation.items
    lowest = str((items["item_rest"] - items["r_table"]).idxmin())
    params = {
        "items": len(items),
        "item": lowest,
        "r": float(items.loc[lowest, "item_rest"]),  # type: ignore[arg-type]
        "table": float(items.loc[lowest, "r_table"]),  # type: ignore[arg-type]
        "df": int(items.loc[lowest, "df"]),  # type: ignore[arg-type]
    }
    short = [str(name) for name in items.index[~items["valid"].astype(bool)]]
    if not short:
        return Prose((Text("narrative.items_valid", params),), refers=("item_validity",))
    return Prose((Text("narrative.items_not_valid", params | {"names": listed(short)}),), refers=("item_validity",))


def suitability(validation: Validation) -> Prose | None:
    """Give KMO, the lowest MSA and Bartlett's test; None where the items were not factored."""
    found = validation.adequacy
    if found is None:
        return None
    cutoffs, lowest = validation.cutoffs, str(found.msa.idxmin())
    met = bool(cutoffs.met("kmo", found.kmo))
    kmo = {"kmo": found.kmo, "rule": rule_words(cutoffs, "kmo"), "item": lowest, "msa": float(found.msa.min())}
    bartlett = {"chi2": found.chi2, "df": found.df, "p": found.p_value}
    sentences = (
        Text("narrative.kmo_met" if met else "narrative.kmo_missed", kmo),
        Text("narrative.bartlett", bartlett),
    )
    return Prose(sentences, refers=("suitability",), cites=("bartlett1950", *rule_cites(cutoffs, "kmo")))


def factors(validation: Validation) -> Prose | None:
    """Say how many factors the answers hold, how many constructs were asked about, and what they account for."""
    found, efa = validation.retention, validation.efa
    if found is None or efa is None:
        return None
    asked = len(validation.block)
    counts = {"parallel": found.n_parallel, "map": found.n_map, "constructs": asked}
    agreed = found.n_parallel == found.n_map == asked
    sentences: list[Label] = [Text("narrative.factors_as_asked" if agreed else "narrative.factors_differ", counts)]
    share = float(efa.variance["share"].sum())
    params = {"factors": len(efa.variance), "share": share, "rotation": validation.rotation}
    sentences.append(Text("narrative.factors_variance", params))
    if isfinite(validation.omega_hierarchical):
        omegas = {"hierarchical": validation.omega_hierarchical, "total": validation.omega_total}
        sentences.append(Text("narrative.omega_hierarchical", omegas))
    return Prose(tuple(sentences), refers=("retention", "loadings", "variance"), cites=("horn1965", "velicer1976"))


def model_fit(validation: Validation, instrument: Instrument) -> Prose | None:
    """Give the fit of each factor model, scaled and unscaled named, and of the rivals; None without models."""
    if not validation.cfas:
        return None
    sentences: list[Label] = []
    for block, fitted in validation.cfas.items():
        sentences += _fit(block, fitted, instrument)
    joint = validation.cfas.get(validation.block)
    if joint is not None and joint.fit["df"] > 0:
        sentences += _held_against_rules(validation.cutoffs, joint)
    if validation.rivals is not None and "one_factor" in validation.rivals.index:
        sentences += _one_factor(validation.rivals)
    sentences.append(Text("narrative.fit_independent"))
    return Prose(
        tuple(sentences),
        refers=("models", "fit", "misfits"),
        cites=("asparouhov2010", "podsakoff2003", *rule_cites(validation.cutoffs, *_FIT)),
    )


def _fit(block: Sequence[str], fitted: Cfa, instrument: Instrument) -> Iterator[Label]:
    names: dict[str, object] = {"names": variables(instrument, list(block)), "n": fitted.n_obs}
    fit = fitted.fit
    if fit["df"] == 0:
        yield Text("narrative.fit_saturated", names)
        return
    scaled = {
        "df": int(fit["df"]),
        "chi2": fit["chisq_scaled"],
        "p": fit["pvalue_scaled"],
        "cfi": fit["cfi_scaled"],
        "cfi_unscaled": fit["cfi"],
        "tli": fit["tli_scaled"],
        "rmsea": fit["rmsea_scaled"],
        "low": fit["rmsea_ci_lower_scaled"],
        "high": fit["rmsea_ci_upper_scaled"],
        "srmr": fit["srmr"],
    }
    yield Text("narrative.fit", names | scaled)


def _held_against_rules(cutoffs: Cutoffs, joint: Cfa) -> Iterator[Label]:
    values = {name: float(joint.fit.get(f"{name}_scaled", joint.fit[name])) for name in _FIT}
    missed = [name.upper() for name in _FIT if not cutoffs.met(name, values[name])]
    if missed:
        yield Text("narrative.fit_rules_missed", {"names": listed(missed)})
    else:
        yield Text("narrative.fit_rules_met")


def _one_factor(rivals: pd.DataFrame) -> Iterator[Label]:
    one, own = records(rivals.loc[["one_factor", "correlated"]])
    if not isfinite(one["cfi_scaled"]):
        yield Text("narrative.one_factor_failed")
        return
    worse = one["cfi_scaled"] < own["cfi_scaled"] and one["rmsea_scaled"] > own["rmsea_scaled"]
    params = {"cfi": one["cfi_scaled"], "rmsea": one["rmsea_scaled"], "srmr": one["srmr"]}
    yield Text("narrative.one_factor_worse" if worse else "narrative.one_factor_as_good", params)


def convergent_validity(validation: Validation, instrument: Instrument) -> Prose | None:
    """Give each construct's loadings, composite reliability and AVE; None without models."""
    if not validation.validity:
        return None
    sentences: list[Label] = []
    reliabilities, aves = [], []
    for block, judged in validation.validity.items():
        for name in block:
            loadings = validation.cfas[block].loadings[name]
            own = loadings[loadings != 0]
            params = {
                "construct": variable_words(instrument, name),
                "low": float(own.min()),
                "high": float(own.max()),
                "cr": float(judged.composite_reliability[name]),
                "ave": float(judged.ave[name]),
            }
            sentences.append(Text("narrative.convergent", params))
        reliabilities.append(judged.composite_reliability)
        aves.append(judged.ave)
    sentences += _verdict(validation.cutoffs, "composite_reliability", pd.concat(reliabilities), instrument)
    sentences += _verdict(validation.cutoffs, "ave", pd.concat(aves), instrument)
    return Prose(
        tuple(sentences), refers=("convergent",), cites=rule_cites(validation.cutoffs, "composite_reliability", "ave")
    )


def discriminant_validity(validation: Validation, instrument: Instrument) -> Prose | None:
    """Give the pair of constructs that are hardest to tell apart; None for fewer than two or without their model."""
    judged = validation.validity.get(validation.block)
    if judged is None or len(validation.block) < 2:
        return None
    names = list(judged.htmt.columns)
    pairs = [(first, second) for i, first in enumerate(names) for second in names[i + 1 :]]
    first, second = max(pairs, key=lambda pair: float(judged.htmt.loc[pair[0], pair[1]]))  # type: ignore[arg-type]
    highest = float(judged.htmt.loc[first, second])  # type: ignore[arg-type]
    params = {
        "first": variable_words(instrument, first),
        "second": variable_words(instrument, second),
        "htmt": highest,
        "phi": float(validation.cfas[validation.block].phi.loc[first, second]),  # type: ignore[arg-type]
        "rule": rule_words(validation.cutoffs, "htmt"),
    }
    met = bool(validation.cutoffs.met("htmt", highest))
    sentences: list[Label] = [Text("narrative.htmt_met" if met else "narrative.htmt_missed", params)]
    alike = [pair for pair in pairs if not judged.distinct.loc[pair[0], pair[1]]]
    if alike:
        said = [variables(instrument, pair) for pair in alike]
        sentences.append(Text("narrative.fornell_larcker_missed", {"pairs": listed(said)}))
    else:
        sentences.append(Text("narrative.fornell_larcker_met"))
    return Prose(
        tuple(sentences),
        refers=("fornell_larcker", "discriminant"),
        cites=("fornell1981", *rule_cites(validation.cutoffs, "htmt")),
    )


def invariance(found: Invariance, instrument: Instrument) -> Prose:
    """Say whether officials and NGO members may be compared, and by how much the comparison moves."""
    refers = ("invariance", "invariance_means")
    return Prose(verdict_sentences(found, instrument), refers=refers, cites=("wu2016", "satorra2000", "chen2007"))
