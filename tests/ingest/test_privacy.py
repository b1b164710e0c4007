from __future__ import annotations

from pathlib import Path

import pytest

from kadsurvey.errors import InputFileError
from kadsurvey.ingest.privacy import is_personal, is_technical, pseudonym, pseudonym_key
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
