"""What is valid but unwise: one spoiled questionnaire a finding, and none for a sound one."""

from __future__ import annotations

from pathlib import Path

import pytest

from kadsurvey.findings import Finding
from kadsurvey.instrument.check import check_instrument
from kadsurvey.language.text import LANGUAGES
from tests.instrument.questionnaires import spoiled

ITEM = "      T2: {scale: agree3, text: {id: Dua, en: Two}}\n"
THIRD = "      T3: {scale: agree3, text: {id: Tiga, en: Three}}\n"


def findings_of(folder: Path, *swaps: tuple[str, str]) -> tuple[Finding, ...]:
    return check_instrument(spoiled(folder, *swaps))


def test_sound_questionnaire_has_no_finding(tmp_path: Path) -> None:
    assert findings_of(tmp_path) == ()


@pytest.mark.parametrize(
    ("swaps", "code", "severity", "sentence"),
    [
        ([(ITEM, ""), (THIRD, "")], "few_items", "warning", "'trust' has 2 item(s)"),
        ([(ITEM, "")], "fit_not_testable", "note", "'trust' has exactly 3 items"),
        ([("en: Three}", "en: Three}, reverse: yes")], "many_reversed", "warning", "2 reversed items (T3, T4)"),
        ([("id: Dua, ", "")], "no_text", "warning", "Item 'T2' has no text in id"),
        ([("text: {id: Dua, en: Two}", "reverse: no")], "no_text", "warning", "Item 'T2' has no text in id, en"),
        ([("2: {id: [Mungkin], ", "2: {")], "no_label", "warning", "code 2 has no label in id"),
        ([("en: [Maybe]", "en: []")], "no_label", "warning", "code 2 has no label in en"),
        ([("[Mungkin]", "[Mungkin, YA.]")], "label_ambiguous", "error", "'Ya' means both 2 and 3"),
        ([("[Entah]", "[Entah, Tidak]")], "label_ambiguous", "error", "'Tidak' means both 1 and 8"),
        ([("[Entah]", "[Entah, '3']")], "label_ambiguous", "error", "'3' means both 3 and 8"),
        ([("en: Two}", "en: One}")], "header_ambiguous", "error", "'One' stands for both 'T1' and 'T2'"),
        ([("id: Dua", "id: 2. satu")], "header_ambiguous", "error", "'2. satu' stands for both 'T1' and 'T2'"),
        ([("[lembaga]", "[t1]")], "header_ambiguous", "error", "'t1' stands for both 'T1' and 'body'"),
        (
            [("bodies:", "bodies:\n  name: {type: text, aliases: [body]}")],
            "header_ambiguous",
            "error",
            "'body' stands for both 'name' and 'body'",
        ),
        ([("[LSM]", "[LSM, pejabat]")], "value_ambiguous", "error", "'pejabat' means both 'official' and 'ngo'"),
        (
            [("ngo: [LSM]}", "ngo: [LSM]}, labels: {ngo: {id: LSM, en: NGO member}}")],
            "value_label_unread",
            "error",
            "forms show 'NGO member' for 'ngo'",
        ),
        ([("role: body", "role: covariate")], "no_body_field", "warning", "No field has role 'body'"),
        ([("role: group", "role: covariate")], "no_group_field", "note", "No field has role 'group'"),
        ([("{role: id}\n", "{role: covariate}\n")], "no_id_field", "note", "No field has role 'id'"),
        ([("{role: id}\n", "{role: body}\n")], "role_twice", "warning", "Fields number, body all have role 'body'"),
        ([("format: 1", "format: 1\noverlaps: [{items: [T1, T2]}]")], "overlap_within", "warning", "belong to 'trust'"),
        ([("scales:", "scales:\n  other: {codes: [0, 1], labels: {0: {id: [a], en: [a]}, 1: {id: [b], en: [b]}}}")],
         "scale_unused", "note", "Scale 'other' is used by no item."),
        ([("    items:", "    role: outcome\n    items:")], "no_predictor", "warning", "No construct has role"),
    ],
)  # fmt: skip
def test_each_oddity(tmp_path: Path, swaps: list[tuple[str, str]], code: str, severity: str, sentence: str) -> None:
    found = [finding for finding in findings_of(tmp_path, *swaps) if finding.code == f"instrument.{code}"]
    assert [finding.severity for finding in found] == [severity]
    assert sentence in found[0].render("en")
    assert all(found[0].render(lang) for lang in LANGUAGES)


def test_the_same_label_in_both_languages_is_one_meaning(tmp_path: Path) -> None:
    assert findings_of(tmp_path, ("en: [Maybe]", "en: [Mungkin]")) == ()


def test_the_same_text_for_officials_and_ngos_is_one_item(tmp_path: Path) -> None:
    assert findings_of(tmp_path, ("en: Two}", "en: Two}, text_ngo: {id: Dua, en: Two}, aliases: [dua]")) == ()


def test_three_reversed_labels_are_told_once_each(tmp_path: Path) -> None:
    found = findings_of(tmp_path, ("[Mungkin]", "[Tidak, tidak, TIDAK]"))
    assert [finding.code for finding in found] == ["instrument.label_ambiguous"]


def test_formative_construct_needs_no_third_item(tmp_path: Path) -> None:
    assert findings_of(tmp_path, (ITEM, ""), (THIRD, ""), ("    items:", "    kind: formative\n    items:")) == ()


def test_no_domain_rule_for_the_marker(tmp_path: Path) -> None:
    marker = "".join(f"      M{i}: {{scale: agree3, text: {{id: m{i}, en: n{i}}}}}\n" for i in range(3))
    assert findings_of(tmp_path, ("fields:", f"  marker:\n    role: marker\n    items:\n{marker}fields:")) == ()
