"""Invented names for bodies and their members; each says that it is synthetic, none is a real region."""

from __future__ import annotations

_TREES = (
    *("Angsana", "Akasia", "Bungur", "Cempaka", "Cendana", "Damar", "Eboni", "Gaharu", "Kapuk", "Kemiri", "Kenari"),
    *("Mahoni", "Merbau", "Nyamplung", "Pinus", "Pulai", "Ramin", "Rasamala", "Saninten", "Sengon", "Sonokeling"),
    *("Trembesi", "Ulin", "Waru"),
)
_REGIONS = (
    "Kota Sintetis {}",
    "Kabupaten Sintetis {} Utara",
    "Kabupaten Sintetis {} Selatan",
    "Kabupaten Sintetis {} Timur",
    "Kabupaten Sintetis {} Barat",
    "Kabupaten Sintetis {} Tengah",
)
_PROVINCES = ("Provinsi Sintetis A", "Provinsi Sintetis B", "Provinsi Sintetis C", "Provinsi Sintetis D")


def place_names(n_bodies: int) -> list[str]:
    """Return one place name a body; from the 25th on the names repeat with a number."""
    rounds = (divmod(k, len(_TREES)) for k in range(n_bodies))
    return [_TREES[tree] + (f" {turn + 1}" if turn else "") for turn, tree in rounds]


def body_name(place: str) -> str:
    """Return the short name by which respondents know a body."""
    return f"KAD Sintetis {place}"


def member_names(place: str, n_members: int) -> list[str]:
    """Return the member regions of one body; from the seventh on the names repeat with a number."""
    rounds = (divmod(k, len(_REGIONS)) for k in range(n_members))
    return [_REGIONS[region].format(place) + (f" {turn + 1}" if turn else "") for turn, region in rounds]


def province_names(n_bodies: int) -> list[str]:
    """Return the province of each body; the provinces are dealt out in turn."""
    return [_PROVINCES[k % len(_PROVINCES)] for k in range(n_bodies)]
