from __future__ import annotations

from multiprocessing import get_context
from pathlib import Path

import pytest

from kadsurvey.errors import InputFileError
from kadsurvey.ingest import privacy
from kadsurvey.ingest.personal_values import MOST_QUOTED, personal_kind
from kadsurvey.ingest.privacy import (
    is_personal,
    is_technical,
    pseudonym,
    pseudonym_key,
    pseudonyms,
    seems_personal,
)
from kadsurvey.ingest.responses import Responses
from tests.ingest.conftest import Read
from tests.ingest.odd import logged

SECRET = "RAHASIA"


def holds_secret(responses: Responses) -> bool:
    texts = [str(responses.to_dict()), responses.raw.to_csv(), responses.data.to_csv()]
    texts += [finding.render() for finding in responses.findings] + [change.render() for change in responses.log]
    return any(SECRET in text for text in texts)


@pytest.mark.parametrize(
    "header",
    [
        "deviceid", "phonenumber", "email", "username", "simserial", "subscriberid", "start-geopoint", "_submitted_by",
        "_location_latitude", "_start-geopoint_longitude", "Email Address", "Alamat email", "ipaddr", "refurl", "Nama",
        "NIK", "No. HP", "1. Nama lengkap", "meta/username", "identitas-email",
        # SurveyCTO, Qualtrics, Microsoft Forms, SurveyMonkey, REDCap
        "devicephonenum", "device_info", "IPAddress", "RecipientEmail", "RecipientLastName", "ExternalReference",
        "LocationLatitude", "Email", "Name", "First Name", "IP Address", "redcap_survey_identifier",
        # as people write them
        "Nama Lengkap dan Gelar", "Nama Bapak/Ibu", "E-mail aktif", "No. HP/WhatsApp yang bisa dihubungi", "NIP/NIK",
        "Nama enumerator", "Tempat/Tanggal Lahir", "tgl lahir", "Nomor KTP", "Alamat kantor", "Koordinat lokasi",
        "Lokasi (GPS)", "Nomor rekening", "Contact name", "Interviewer",
    ],
)  # fmt: skip
def test_columns_of_persons_never_arrive(read: Read, header: str) -> None:
    responses = read(f"| {header} | T1 | T2 | T3 | N1 |\n| {SECRET} | 5 | x | 3 | 2 |")
    assert not holds_secret(responses)
    assert [change.params["header"] for change in logged(responses, "ingest.personal_dropped")] == [header]


def test_fields_marked_personal_never_arrive(read: Read) -> None:
    responses = read(f"| nama_lengkap | T1 | T2 | T3 | N1 |\n| {SECRET} | 5 | 4 | 3 | 2 |")
    assert not holds_secret(responses)
    assert logged(responses, "ingest.personal_dropped")


def test_free_text_and_unknown_columns_never_arrive(read: Read) -> None:
    responses = read(f"| catatan | kode rahasia | T1 | T2 | T3 | N1 |\n| {SECRET} | {SECRET} | 5 | 4 | 3 | 2 |")
    assert not holds_secret(responses)
    assert logged(responses, "ingest.text_left_out")[0].params == {"header": "catatan"}


@pytest.mark.parametrize(
    "header", ["_id", "_uuid", "__version__", "formhub/uuid", "meta/instanceID", "Stempel waktu", "submitdate"]
)
def test_columns_of_the_program_are_known(header: str) -> None:
    assert is_technical(header)
    assert not is_personal(header)


@pytest.mark.parametrize(
    "header",
    [
        "ResponseId", "RecordedDate", "UserLanguage", "formdef_version", "CompletionDate", "Completion time",
        "redcap_event_name", "Collector ID", "Waktu penyelesaian",
    ],
)  # fmt: skip
def test_columns_of_further_programs_are_known(header: str) -> None:
    assert is_technical(header)
    assert not is_personal(header)


@pytest.mark.parametrize(
    "header",
    [
        "T1_mitra_jujr", "jabatan", "Nama lembaga kerja sama", "nama_organisasi", "namely", "Kontak antaranggota",
        "Anggota lain mudah dihubungi melalui telepon apabila ada masalah yang harus segera diselesaikan bersama",
    ],
)  # fmt: skip
def test_other_headers_are_not_taken_for_persons(header: str) -> None:
    assert not seems_personal(header)


PERSONAL = {
    "email": "Hubungi budi.rahasia@contoh.go.id",
    "phone": "0812-3456-7890",
    "nik": "3404011203850001",
    "nip": "198503122010011003",
    "coordinates": "-7.7956, 110.3695",
}


@pytest.mark.parametrize(("kind", "text"), PERSONAL.items(), ids=PERSONAL)
def test_personal_values_are_told_by_their_form(kind: str, text: str) -> None:
    assert personal_kind(text) == kind


@pytest.mark.parametrize(
    "text",
    [
        "5", "Setuju", "1.234.567.890", "2500000000000000", "31.71.01.1001", "2023-05-17 08:00:00", "08:15:30",
        "uuid:8f0a5c3e-0812-4456-8890-aa12", "0.123456, 0.654321", "Rp 081.234.567", "3471", "12345678901234567890",
    ],
)  # fmt: skip
def test_numbers_of_other_kinds_are_not_taken_for_persons(text: str) -> None:
    assert personal_kind(text) is None


@pytest.mark.parametrize("text", PERSONAL.values(), ids=PERSONAL)
def test_personal_values_in_an_unknown_column_are_noticed_not_told(read: Read, text: str) -> None:
    responses = read(f"| Kolom lain | T1 | T2 | T3 | N1 |\n| {text} | 5 | 4 | 3 | 2 |\n| - | 4 | 4 | 3 | 2 |")
    (finding,) = [found for found in responses.findings if found.code == "ingest.personal_values"]
    assert (finding.params["column"], finding.params["count"], finding.cell) == ("Kolom lain", 1, "A1")
    assert not any(text in found.render(lang) for found in responses.findings for lang in ("en", "id"))


@pytest.mark.parametrize("text", PERSONAL.values(), ids=PERSONAL)
def test_personal_values_in_a_column_that_is_read_are_not_kept(read: Read, text: str) -> None:
    responses = read(f"| jabatan | T1 | T2 | T3 | N1 |\n| {text} | 5 | 4 | 3 | 2 |\n| Kabid | 4 | 4 | 3 | 2 |")
    assert "ingest.personal_values_read" in [found.code for found in responses.findings]
    assert responses.data["jabatan"].tolist()[1] == "Kabid"
    assert responses.data["jabatan"].isna().tolist() == [True, False]
    assert text not in str(responses.to_dict())


def test_what_is_quoted_is_short_and_names_nobody(read: Read) -> None:
    story = "Saya tidak percaya kepada " + SECRET * 20
    responses = read(f"| T1 | T2 | T3 | N1 |\n| {story} | 5 | 4 | 2 |\n| 5 | {PERSONAL['phone']} | 4 | 2 |")
    told = [found.render() for found in responses.findings if found.code == "ingest.unreadable_answer"]
    assert len(told) == 2
    assert story[:MOST_QUOTED] in told[0]
    assert story[: MOST_QUOTED + 1] not in told[0]
    assert "looks like personal data" in told[1]
    assert not any(PERSONAL["phone"] in found.render() for found in responses.findings)


def test_those_who_would_share_a_pseudonym_get_longer_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    ids = [f"R{number}" for number in range(300)]
    whole = pseudonyms(b"key", ids)
    assert {len(name) for name in whole.values()} == {12}
    assert len(set(whole.values())) == 300
    monkeypatch.setattr(privacy.pseudonym, "__kwdefaults__", {"length": 2})  # 256 different ones for 300
    found = pseudonyms(b"key", ids)
    assert len(set(found.values())) == 300
    assert {len(name) for name in found.values()} == {2, 24}


def test_a_pseudonym_depends_on_key_and_respondent() -> None:
    assert pseudonym(b"key", "R1") == pseudonym(b"key", "R1")
    assert len({pseudonym(b"key", "R1"), pseudonym(b"key", "R2"), pseudonym(b"other", "R1")}) == 3


def test_a_pseudonym_is_the_start_of_an_hmac() -> None:
    # RFC 4231, test case 2.
    assert pseudonym(b"Jefe", "what do ya want for nothing?") == "5bdcc146bf60"


def test_the_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / ".key"
    key = pseudonym_key(path)
    assert len(key) == 32
    assert pseudonym_key(path) == key
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_damaged_key_is_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / ".key"
    path.write_text("not hexadecimal")
    with pytest.raises(InputFileError, match="is damaged"):
        pseudonym_key(path)
    assert path.read_text() == "not hexadecimal"


@pytest.mark.parametrize("content", ["", "ab" * 16], ids=["nothing in it", "cut off"])
def test_half_a_key_is_no_key(tmp_path: Path, content: str) -> None:
    path = tmp_path / ".key"
    path.write_text(content)
    with pytest.raises(InputFileError, match="is damaged"):
        pseudonym_key(path)


def test_a_key_that_others_may_read_is_closed_to_them(tmp_path: Path) -> None:
    path = tmp_path / ".key"
    key = pseudonym_key(path)
    path.chmod(0o644)
    assert pseudonym_key(path) == key
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_folder_without_place_for_a_key_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputFileError) as caught:
        pseudonym_key(tmp_path / "no such folder" / ".key")
    assert caught.value.code == "ingest.key_not_made"
    assert str(tmp_path) not in str(caught.value)


def test_programs_that_run_at_once_get_one_key(tmp_path: Path) -> None:
    with get_context("spawn").Pool(4) as pool:
        keys = pool.map(pseudonym_key, [tmp_path / ".key"] * 16)
    assert len(set(keys)) == 1
    assert [path.name for path in tmp_path.iterdir()] == [".key"]


def test_a_disk_without_links_gets_a_key_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(privacy.os, "link", no_links)
    key = pseudonym_key(tmp_path / ".key")
    assert pseudonym_key(tmp_path / ".key") == key
    assert [path.name for path in tmp_path.iterdir()] == [".key"]
