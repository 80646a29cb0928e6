"""The states and tokens of a folder of `.npy` files as a series of Parquet files, written by pyarrow.

    parquet.py FROM TO

Lists are of fixed size in the first file and of any size in the others, which is how a reader should take them too; groups of
rows and pages are small, so that blocks begin in the middle of both.
"""

import shutil
import sys
from pathlib import Path

import numpy
import pyarrow
import pyarrow.parquet

source, target = Path(sys.argv[1]), Path(sys.argv[2])
for name in ("head.npy", "bias.npy"):
    shutil.copy(source / name, target / name)
hidden, tokens, future = (numpy.load(source / f"{name}.npy") for name in ("hidden", "tokens", "future"))
borders = numpy.linspace(0, len(hidden), 12).astype(int)
for part, (begin, end) in enumerate(zip(borders[:-1], borders[1:])):
    rows = hidden[begin:end]
    lists = pyarrow.list_(pyarrow.float32(), rows.shape[1]) if part == 0 else pyarrow.list_(pyarrow.float32())
    table = pyarrow.table(
        {
            "text": pyarrow.array([f"position {k}" for k in range(begin, end)]),
            "hidden": pyarrow.array(list(rows), type=lists),
            "tokens": pyarrow.array(tokens[begin:end].astype("uint16")),
            "future": pyarrow.array(list(future[begin:end]), type=pyarrow.list_(pyarrow.int64())),
        }
    )
    compression = ["snappy", "zstd", "gzip", "none"][part % 4]
    pyarrow.parquet.write_table(
        table, target / f"states-{part}.parquet", row_group_size=77, compression=compression, data_page_size=500
    )
