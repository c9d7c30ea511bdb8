"""The same deletions through real files and the command line: both ways agree to the byte."""

from deletions import Cell, Engine, all_cells, folder_without, sample

from tijian.engine.exam import files as exam_files
from tijian.shells.cli.main import run as command_line

TIMES = 12


def test_the_same_through_files_and_command_line(city, oracle, tmp_path, capsys):
    engine = Engine(city("story"), 2019)
    cells = sample(all_cells(oracle("story"), 2019), 400)
    picked = cells[:: len(cells) // (TIMES - 1)][: TIMES - 1]
    for number, cell in enumerate([*picked, Cell("variables", "road_length", "210103", 2019)]):
        folder = folder_without(city("story"), cell, tmp_path / f"{number}" / "city")
        out = tmp_path / f"{number}" / "out"
        command = ["exam", str(folder), "--period", "2019", "--out", str(out), "--no-reports"]
        assert command_line(command) == 0, (cell, capsys.readouterr().err)
        values, strands, dimensions = engine.without(cell)
        for name, header, rows in (
            ("values", exam_files.VALUES, values),
            ("strands", exam_files.STRANDS, strands),
            ("dimensions", exam_files.DIMENSIONS, dimensions),
        ):
            assert (out / f"{name}.csv").read_bytes() == exam_files.csv_bytes(header, rows), (cell, name)
