"""A price index a year, as it may arrive."""

from __future__ import annotations

import pytest

from kadsurvey.errors import InputFileError
from kadsurvey.ingest.deflator import read_deflator


@pytest.mark.parametrize(
    "text",
    [
        "year,index\n2023,100\n2024,105.5\n",
        "Tahun;Indeks Harga Konsumen\n2023;100\n2024;105,5\n",
        'Indeks harga konsumen BPS\n\ntahun,ihk,catatan\n2024,"105,5",a\n2023,100,\n',
    ],
)
def test_columns_go_by_their_names(tmp_path, text):
    path = tmp_path / "harga.csv"
    path.write_text(text, encoding="utf-8")
    deflator = read_deflator(path)
    assert (dict(deflator.index), deflator.base) == ({2023: 100.0, 2024: 105.5}, 2024)
    assert deflator.factor(2023) == 1.055
    assert deflator.factor(2024) == 1.0
    assert deflator.factor(2020) is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("year,price\n2023,100\n", "holds no price index"),
        ("year,index\n", "holds no price index"),
        ("year,index\n2023,100\n2023,101\n", r"cell A3: the year 2023 stands twice"),
        ("year,index\n23,100\n", "cell A2: '23' is not a year"),
        ("year,index\n2023,-1\n", "cell B2: '-1' is not a positive number"),
        ("year,index\n2023,\n", "cell B2: '' is not a positive number"),
        ("year,index\n2023,1.250\n", "cell B2: '1.250' is not a positive number"),
    ],
)
def test_what_is_no_price_index_is_said_by_cell(tmp_path, text, message):
    path = tmp_path / "prices.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputFileError, match=message):
        read_deflator(path)
