"""A study's tables for notebooks, as pandas data frames: codes stay text, gaps stay empty instead of becoming "no".

The door for people who compute with a study in Python; reads findings, writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pandas as pd
import pyarrow as pa

from study import TABLES, StudyFolder, UserError, columns_of, open_study, read_arrow


class Tables(Mapping[str, pd.DataFrame]):
    """The tables of one study by name, each read when it is asked for."""

    def __init__(self, folder: Path | str) -> None:
        self._study: StudyFolder = open_study(folder)

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
        for column in columns_of(TABLES[name].record):
            if column.values and column.name in frame:
                frame[column.name] = frame[column.name].astype(pd.CategoricalDtype(list(column.values)))
        return frame

    def __iter__(self) -> Iterator[str]:
        return iter(TABLES)

    def __len__(self) -> int:
        return len(TABLES)

    @staticmethod
    def explain(name: str) -> pd.DataFrame:
        """What each column of a table means."""
        rows = [(c.name, str(c.type), c.unit, c.text) for c in columns_of(TABLES[name].record)]
        return pd.DataFrame(rows, columns=["column", "type", "unit", "meaning"]).set_index("column")


# A plain NumPy column would turn a missing truth value into False and a missing count into a fraction.
_NULLABLE = {pa.bool_(): pd.BooleanDtype(), pa.int64(): pd.Int64Dtype()}
