"""What names or traces a person: which columns are never read, and the pseudonym that stands for a respondent."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from kadsurvey.errors import InputFileError
from kadsurvey.ingest.naming import fold_header

_KEY_BYTES = 32
_APART = re.compile(r"[^\w/]+|_+")

PERSONAL_HEADERS = frozenset(
    fold_header(name)
    for name in (
        # Kobo and ODK
        "deviceid", "device_id", "phonenumber", "phone number", "simserial", "sim_serial", "subscriberid", "username",
        "email", "imei", "start-geopoint", "_start-geopoint_latitude", "_start-geopoint_longitude",
        "_start-geopoint_altitude", "_start-geopoint_precision", "_geolocation", "_location_latitude",
        "_location_longitude", "_location_altitude", "_location_precision", "_gps_latitude", "_gps_longitude",
        "_gps_altitude", "_gps_precision", "geopoint", "gps", "latitude", "longitude", "_submitted_by",
        "_submission__submitted_by", "SubmitterID", "SubmitterName", "DeviceID", "audit", "background-audio",
        # Google Forms
        "Email Address", "Alamat email", "Alamat Surel", "E-mail",
        # LimeSurvey
        "ipaddr", "IP address", "Alamat IP", "refurl", "Referrer URL", "token", "firstname", "lastname",
        "attribute_email",
        # SurveyCTO
        "simid", "devicephonenum", "device_info", "caseid", "collector", "username_full",
        # Qualtrics, SurveyMonkey, Microsoft Forms, REDCap
        "IPAddress", "RecipientEmail", "RecipientFirstName", "RecipientLastName", "ExternalReference",
        "LocationLatitude", "LocationLongitude", "First Name", "Last Name", "Custom Data 1", "Nama depan",
        "Nama belakang", "redcap_survey_identifier",
        # columns that people add
        "nama", "nama lengkap", "nama responden", "name", "full name", "name of respondent", "respondent name", "NIK",
        "NIP", "no hp", "nomor hp", "no. hp", "hp", "no telepon", "nomor telepon", "telepon", "no telp", "telp",
        "phone", "telephone", "mobile", "whatsapp", "no wa", "nomor wa", "no whatsapp", "alamat", "alamat rumah",
        "address", "tanggal lahir", "date of birth", "tanda tangan", "signature",
    )
)  # fmt: skip
"""Headers, folded, of columns that identify a person in any source; an instrument may claim one as a field."""

TECHNICAL_HEADERS = frozenset(
    fold_header(name)
    for name in (
        # Kobo and ODK
        "_id", "_uuid", "rootUuid", "_submission_time", "_validation_status", "_notes", "_status", "__version__",
        "_version_", "_tags", "_index", "_parent_index", "_parent_table_name", "_attachments", "_xform_id_string",
        "formhub/uuid", "meta/instanceID", "meta/instanceName", "meta/rootUuid", "meta/deprecatedID",
        "meta/entity", "start", "end", "today", "SubmissionDate", "instanceID", "instanceName", "KEY", "ReviewState",
        "FormVersion", "AttachmentsPresent", "AttachmentsExpected",
        # Google Forms
        "Timestamp", "Stempel waktu", "Cap waktu",
        # LimeSurvey
        "submitdate", "lastpage", "startlanguage", "seed", "startdate", "datestamp", "Date submitted", "Last page",
        "Start language", "Date started", "Date last action", "Tanggal pengiriman", "Halaman terakhir", "Bahasa awal",
        "interviewtime", "Total time",
        # SurveyCTO
        "formdef_version", "CompletionDate", "review_quality", "review_status", "review_comments", "review_corrections",
        # Qualtrics, SurveyMonkey
        "ResponseId", "RecordedDate", "DistributionChannel", "UserLanguage", "Duration (in seconds)", "Collector ID",
        "Respondent ID", "Date Created", "Date Modified",
        # Microsoft Forms
        "Start time", "Completion time", "Last modified time", "Waktu penyelesaian", "Waktu terakhir dimodifikasi",
        # REDCap
        "redcap_event_name", "redcap_repeat_instrument", "redcap_repeat_instance", "redcap_data_access_group",
    )
)  # fmt: skip
"""Headers, folded, of columns that a survey program adds about the submission, not about the respondent."""

_PSEUDONYM_LENGTH = 12
"""48 bits: two of 1,000 respondents share them once in 560 million studies, two of 50,000 once in 225,000."""
_LONGER = 24
_LONGEST_HEADER = 60
"""A longer header is a question, in which a telephone may be spoken of."""
_NAMING = re.compile(
    r"\b(?:(?:nama|name)\s+(?:lengkap|anda|bapak|ibu|saudara|responden|pejabat|narasumber|informan|enumerator|pewawancara"
    r"|surveyor|petugas|pengisi|of\s+respondent|of\s+interviewer)|(?:full|first|last|your|contact)\s+name|nik|nip|nrp|ktp"
    r"|npwp|paspor|passport|no(?:mor)?\s+(?:hp|wa|telp|kontak|rekening)|hp|wa|whatsapp|telp|telepon|telephone|ponsel|phone"
    r"|e\s*mail|surel|rekening|alamat|home\s+address|(?:tanggal|tgl|tempat)\s*/?\s*(?:tanggal\s+|tgl\s+)?lahir|date\s+of\s+birth"
    r"|birth\s*date|tanda\s+tangan|signature|koordinat|coordinates?|latitude|longitude|lintang|bujur|gps|geopoint"
    r"|ip\s*address|enumerator|pewawancara|interviewer|surveyor)\b"
)  # fmt: skip


def is_personal(header: str) -> bool:
    """Tell whether a header names a column that identifies a person in any source."""
    return fold_header(header) in PERSONAL_HEADERS


def seems_personal(header: str) -> bool:
    """Tell whether the words of a header that nothing else knows speak of a person: ``Nama Lengkap dan Gelar``."""
    words = _APART.sub(" ", header.casefold()).strip()
    return len(words) <= _LONGEST_HEADER and _NAMING.search(words) is not None


def is_technical(header: str) -> bool:
    """Tell whether a header names a column that a survey program adds by itself."""
    return fold_header(header) in TECHNICAL_HEADERS


def pseudonym(key: bytes, respondent_id: str, *, length: int = _PSEUDONYM_LENGTH) -> str:
    """Return what stands for a respondent in outputs: 12 hexadecimal characters of a keyed hash.

    Parameters
    ----------
    key : bytes
        The study's secret, kept outside its outputs; another key gives another pseudonym.
    respondent_id : str
        The identifier as read.
    length : int, default 12

    References
    ----------
    Krawczyk, Bellare & Canetti (1997), HMAC: Keyed-Hashing for Message Authentication, RFC 2104.
    """
    digest = hmac.new(key, respondent_id.encode("utf-8"), hashlib.sha256).hexdigest()
    return digest[:length]


def pseudonyms(key: bytes, ids: Iterable[str]) -> dict[str, str]:
    """Return the pseudonym of every respondent; where two would share one, both get a longer piece of their hash."""
    found = {name: pseudonym(key, name) for name in ids}
    shared = {short for short, count in Counter(found.values()).items() if count > 1}
    return {name: pseudonym(key, name, length=_LONGER) if short in shared else short for name, short in found.items()}


def pseudonym_key(path: Path) -> bytes:
    """Return the key of the pseudonyms kept in a file: made once, readable by its owner only.

    Programs that run at the same time get the same key: it is written whole under another name, and takes its own only
    where none is yet.

    Raises
    ------
    InputFileError
        If the file is damaged: another key would give everybody another pseudonym. Or if it can be neither read nor
        made.
    """
    try:
        if not path.exists():
            _make_key(path)
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except ValueError as err:
        raise InputFileError("ingest.key_unreadable", file=path.name) from err
    except OSError as err:
        raise InputFileError("ingest.key_not_made", file=path.name, reason=err.strerror or "") from err
    if len(key) != _KEY_BYTES:
        raise InputFileError("ingest.key_unreadable", file=path.name)
    # A copy out of an archive may have been readable by everybody.
    if path.stat().st_mode & 0o077:
        with suppress(OSError):
            path.chmod(0o600)
    return key


def _make_key(path: Path) -> None:
    whole = path.with_name(f"{path.name}-{secrets.token_hex(4)}")
    descriptor = os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(secrets.token_bytes(_KEY_BYTES).hex() + "\n")
            stream.flush()
            os.fsync(stream.fileno())
        with suppress(FileExistsError):
            _take_name(whole, path)
    finally:
        whole.unlink(missing_ok=True)


def _take_name(whole: Path, path: Path) -> None:
    """Give a file its name if no other has it; a disk without links (a memory stick) takes a plain renaming."""
    try:
        os.link(whole, path)
    except FileExistsError:
        raise
    except OSError:
        if not path.exists():
            os.rename(whole, path)
