"""What names or traces a person: which columns are never read, and the pseudonym that stands for a respondent."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from kadsurvey.errors import InputFileError
from kadsurvey.ingest.naming import fold_header

_KEY_BYTES = 32

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
    )
)  # fmt: skip
"""Headers, folded, of columns that a survey program adds about the submission, not about the respondent."""

_PSEUDONYM_LENGTH = 12


def is_personal(header: str) -> bool:
    """Tell whether a header names a column that identifies a person in any source."""
    return fold_header(header) in PERSONAL_HEADERS


def is_technical(header: str) -> bool:
    """Tell whether a header names a column that a survey program adds by itself."""
    return fold_header(header) in TECHNICAL_HEADERS


def pseudonym(key: bytes, respondent_id: str) -> str:
    """Return what stands for a respondent in outputs: 12 hexadecimal characters of a keyed hash.

    Parameters
    ----------
    key : bytes
        The study's secret, kept outside its outputs; another key gives another pseudonym.
    respondent_id : str
        The identifier as read.

    References
    ----------
    Krawczyk, Bellare & Canetti (1997), HMAC: Keyed-Hashing for Message Authentication, RFC 2104.
    """
    digest = hmac.new(key, respondent_id.encode("utf-8"), hashlib.sha256).hexdigest()
    return digest[:_PSEUDONYM_LENGTH]


def pseudonym_key(path: Path) -> bytes:
    """Return the key of the pseudonyms kept in a file: made once, readable by its owner only.

    Raises
    ------
    InputFileError
        If the file is damaged: another key would give everybody another pseudonym.
    """
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except FileNotFoundError:
        return _new_key(path)
    except (OSError, ValueError) as err:
        raise InputFileError("ingest.key_unreadable", file=path.name) from err
    if len(key) != _KEY_BYTES:
        raise InputFileError("ingest.key_unreadable", file=path.name)
    return key


def _new_key(path: Path) -> bytes:
    """Make a key; it stands in its place whole or not at all, also where this run is killed."""
    key = secrets.token_bytes(_KEY_BYTES)
    temporary = path.with_name(f".{secrets.token_hex(4)}-{path.name}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(key.hex() + "\n")
            stream.flush()
            os.fsync(stream.fileno())
        return _put(temporary, path, key)
    finally:
        temporary.unlink(missing_ok=True)


def _put(temporary: Path, path: Path, key: bytes) -> bytes:
    """Put a key into its place unless another run has made one meanwhile; return the one that stands there."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        return pseudonym_key(path)
    except OSError:
        # A disk without links, such as a memory stick.
        os.replace(temporary, path)
    return key
