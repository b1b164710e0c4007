"""Invented names for bodies, their members and organisations; each says that it is synthetic, none is a real region."""

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
_OFFICES = ("Bappeda {}", "Dinas Kerja Sama {}", "Dinas Pekerjaan Umum {}", "Dinas Lingkungan {}")
_NGOS = ("Forum Warga {}", "Yayasan Peduli {}", "Lembaga Bantuan {}")
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
    return _in_turn(_REGIONS, place, n_members)


def office_names(region: str, n_offices: int) -> list[str]:
    """Return the offices of a region or province; from the fifth on the names repeat with a number."""
    return _in_turn(_OFFICES, region, n_offices)


def ngo_names(region: str, n_ngos: int) -> list[str]:
    """Return the NGOs of a region; from the fourth on the names repeat with a number."""
    return _in_turn(_NGOS, region, n_ngos)


def province_names(n_bodies: int) -> list[str]:
    """Return the province of each body; the provinces are dealt out in turn."""
    return [_PROVINCES[k % len(_PROVINCES)] for k in range(n_bodies)]


def _in_turn(patterns: tuple[str, ...], place: str, n_names: int) -> list[str]:
    rounds = (divmod(k, len(patterns)) for k in range(n_names))
    return [patterns[which].format(place) + (f" {turn + 1}" if turn else "") for turn, which in rounds]
