"""A study's tables for notebooks, as pandas data frames: codes stay text, gaps stay empty instead of becoming "no".

The door for people who compute with a study in Python; reads findings, writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from reports import mask_names, mask_personal, personal_in
from study import TABLES, StudyFolder, UserError, columns_of, key_of, open_study, read_arrow
from taxonomy import Taxonomy


class Tables(Mapping[str, pd.DataFrame]):
    """The tables of one study by name, each read when it is asked for."""

    def __init__(self, folder: Path | str, *, unmasked: bool = False) -> None:
        self._study: StudyFolder = open_study(folder)
        self._unmasked = unmasked

    def __getitem__(self, name: str) -> pd.DataFrame:
        """One table; columns with a fixed set of values are categories, whole numbers and booleans may be missing."""
        if name not in TABLES:
            raise KeyError(name)
        path = self._study.findings / f"{name}.parquet"
        if not path.is_file():
            raise UserError(
                f"{path}: the table has not been made yet.", f"Run `kuntatutka analyze {self._study.root}`."
            )
        frame: pd.DataFrame = read_arrow(path, TABLES[name].record, self._study.taxonomy).to_pandas(
            types_mapper=_NULLABLE.get
        )
        if not self._unmasked:
            _mask(frame, TABLES[name].record, self._study.taxonomy)
        for column in columns_of(TABLES[name].record):
            if column.values and column.name in frame:
                frame[column.name] = frame[column.name].astype(pd.CategoricalDtype(list(column.values)))
        return frame

    def __iter__(self) -> Iterator[str]:
        return iter(TABLES)

    def __len__(self) -> int:
        return len(TABLES)

    def changes(self, earlier: Tables, name: str) -> pd.DataFrame:
        """What differs in a table between an earlier study and this one: a line a value, with `before` and `after`.

        The index is the row's key and the column; a row that only one of the two has differs in all that it fills.
        """
        keys = list(key_of(TABLES[name].record))
        both = pd.concat({"before": _by_value(earlier[name], keys), "after": _by_value(self[name], keys)}, axis=1)
        is_same = both["before"].eq(both["after"])
        return both[~is_same].sort_index()

    @staticmethod
    def explain(name: str) -> pd.DataFrame:
        """What each column of a table means."""
        rows = [(c.name, str(c.type), c.unit, c.text) for c in columns_of(TABLES[name].record)]
        return pd.DataFrame(rows, columns=["column", "type", "unit", "meaning"]).set_index("column")


def _mask(frame: pd.DataFrame, record: type, taxonomy: Taxonomy) -> None:
    """Replace what is personal in every text, as the report and the data package do."""
    personal = personal_in(taxonomy.country)
    for place in [column.name for column in columns_of(record) if column.names_people]:
        frame[place] = frame[place].map(lambda value: mask_names(value, personal))
    for name in frame.select_dtypes(include=["object", "string"]):
        frame[name] = frame[name].map(lambda value: mask_personal(value, personal) if isinstance(value, str) else value)


def _by_value(frame: pd.DataFrame, keys: list[str]) -> pd.Series[Any]:
    """Every value that is there, under the key of its row and the name of its column."""
    plain = frame.astype(object).map(lambda value: tuple(value) if isinstance(value, np.ndarray) else value)
    values = plain.melt(id_vars=keys, var_name="column").dropna(subset=["value"])
    return values.set_index([*keys, "column"])["value"]


# A plain NumPy column would turn a missing truth value into False and a missing count into a fraction.
_NULLABLE = {pa.bool_(): pd.BooleanDtype(), pa.int64(): pd.Int64Dtype()}
