import numpy as np
import pandas as pd
import pytest

from kadsurvey.indices.pomp import answered, pomp
from kadsurvey.instrument.model import Instrument

INSTRUMENT = Instrument.model_validate(
    {
        "format": 1,
        "name": "tiny",
        "version": "1",
        "scales": {"five": {"codes": [1, 2, 3, 4, 5]}, "four": {"codes": [0, 1, 2, 3]}},
        "constructs": {
            "trust": {"items": {"T1": {"scale": "five"}, "T2": {"scale": "five"}, "T3": {"scale": "four"}}},
        },
    }
)


@pytest.mark.parametrize(
    ("answers", "percent"),
    [
        ((1, 1, 0), 0),
        ((5, 5, 3), 100),
        ((3, 3, 1.5), 50),
        ((5, np.nan, 0), 50),
        ((5, np.nan, np.nan), np.nan),
        ((np.nan, np.nan, np.nan), np.nan),
    ],
    ids=["lowest", "highest", "middle", "two of three", "one of three is too few", "nothing"],
)
def test_percent_of_the_maximum_possible(answers, percent):
    data = pd.DataFrame([answers], columns=["T1", "T2", "T3"], dtype=float)
    np.testing.assert_equal(pomp(data, INSTRUMENT, "trust").iloc[0], percent)
    assert answered(data, INSTRUMENT, "trust").iloc[0] == np.isfinite(answers).sum()
