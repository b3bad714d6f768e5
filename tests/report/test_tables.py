"""Saved values become readable tables."""

from __future__ import annotations

import pytest

from toolbox.report.tables import one_number, table, written


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (0.63815, "percent", "63.8 %"),
        (0.000626, "milliseconds", "0.63 ms"),
        (49.3, "seconds", "49 s"),
        (1.25, "seconds", "1.2 s"),
        (230_733, "megabytes", "0.23 MB"),
        (57_045, "count", "57,045"),
        (15, "", "15"),
        (1e-4, "", "0.0001"),
        (0.5, "", "0.500"),
        (None, "", "–"),
        (True, "", "yes"),
        ("adam", "percent", "adam"),
    ],
)
def test_values_are_formatted_with_units(value: object, unit: str, said: str) -> None:
    assert written(value, unit) == said


def test_a_number_in_a_dictionary_is_found_by_its_key() -> None:
    assert one_number({"mean": {"iou": 0.5}}, "mean.iou", "") == "50.0 %"
    assert one_number({"mean": 0.5}, "median", "") is None
    assert one_number({"mean": 0.5}, "", "") is None


def test_records_are_rows() -> None:
    rows = [{"p": 0.3, "train_accuracy": 0.5}, {"p": 0.6, "train_accuracy": 0.25}]
    assert table({"": rows}, {"train_accuracy": "training", "p": "p"}, "") == (
        ["training", "p"],
        [["50.0 %", "0.3"], ["25.0 %", "0.6"]],
    )


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ([0.0, 0.3, 0.01], ["0.00", "0.30", "0.01"]),
        ([1.0, 0.41237], ["1.000", "0.412"]),
        ([3.0, 20.0], ["3", "20"]),
        ([0.0, 1e-4, 0.3], ["0", "0.0001", "0.300"]),
        ([0.25, 3, None, "none"], ["0.250", "3", "–", "none"]),
    ],
)
def test_the_numbers_of_a_column_have_equally_many_decimals(
    values: list[object], shown: list[str]
) -> None:
    _, rows = table({"": [{"p": value} for value in values]}, {"p": "p"}, "")
    assert rows == [[each] for each in shown]


def test_several_numbers_are_labeled_rows() -> None:
    values = {"plain": {"train": 0.5, "validation": 0.25}, "both": {"train": 0.4}}
    assert table(values, {}, "percent") == (
        ["", "train", "validation"],
        [["plain", "50.0 %", "25.0 %"], ["both", "40.0 %", "–"]],
    )


def test_one_dictionary_gives_one_row_per_key() -> None:
    assert table({"": {"mean": 0.5, "class_iou": {"sky": 0.75}}}, {"value": "IoU"}, "percent") == (
        ["", "IoU"],
        [["mean", "50.0 %"], ["sky", "75.0 %"]],
    )


def test_a_matrix_has_numbered_rows_and_columns() -> None:
    head, rows = table({"": [[5, 1], [0, 7]]}, {}, "")
    assert head == ["", "0", "1"]
    assert rows == [["0", "5", "1"], ["1", "0", "7"]]
