"""The report shows results and answers, lists what is missing, and is reproducible."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
from pathlib import Path

import matplotlib.pyplot as plt
import pytest

from coursekit import course_file
from tests.conftest import ROOT
from tests.report.conftest import TOPICS, Evening
from toolbox import report, results
from toolbox.report import TopicsError, student, topics
from toolbox.report.content import provenance


def words_of(pdf: Path) -> str:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    done = subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, check=True)
    return done.stdout.decode()


def test_it_contains_answers_numbers_and_their_provenance(evening: Evening) -> None:
    built = report.build()
    assert built.missing == []
    assert built.edited == []
    html = built.html.read_text(encoding="utf-8")
    for text in (words_of(built.pdf), html):
        assert "Ada Example" in text
        assert "Why is it so?" in text
        assert "63.8 %" in text
        assert "75.0 %" in text
        assert "Everything that was asked for is here." in text
        assert "shapes, validation [0123456789ab] · seed 7 · code" in text
        assert "Of a part that is not built" not in text
    assert "1 of 3" in words_of(built.pdf)  # pages are numbered
    assert 'alt="A line that rises."' in html
    assert 'aria-label="a^2 + b^2 = c^2"' in html
    assert not re.search(r'(src|href)="(?!data:|#)', html)  # nothing is loaded from elsewhere


def test_the_note_of_a_number_ends_its_provenance() -> None:
    """Part 4 notes which pretrained weights a network had."""
    record = {"seed": 0, "code": "abc", "device": "cpu"}
    assert provenance(record) == "seed 0 · code abc · cpu"
    noted = provenance({**record, "note": "ImageNet weights"})
    assert noted == "seed 0 · code abc · cpu · ImageNet weights"


def test_the_pdf_is_accessible_and_has_a_fixed_date(evening: Evening) -> None:
    pdf = report.build().pdf.read_bytes()
    assert b"/StructTreeRoot" in pdf  # tagged
    assert b"pdfuaid" in pdf  # checked by typst against PDF/UA-1
    assert b"/Alt" in pdf
    assert b"20000101" in pdf


def test_a_second_build_gives_the_same_bytes(evening: Evening) -> None:
    first = report.build()
    before = first.pdf.read_bytes(), first.html.read_bytes()
    began = time.process_time()
    time.sleep(1.1)  # times in PDFs are whole seconds
    second = report.build()
    assert time.process_time() - began < 5
    assert (second.pdf.read_bytes(), second.html.read_bytes()) == before


def test_characters_missing_from_all_fonts_do_not_stop_it(evening: Evening) -> None:
    student.tell(evening.root, "阿达 \U0001f9ee\ue000 O’Example", None)
    assert report.build().pdf.read_bytes().startswith(b"%PDF")


def test_a_missing_plot_and_an_empty_answer_are_listed(
    evening: Evening,
) -> None:
    evening.answer(why="YOUR ANSWER HERE", how="By looking.")
    (results.folder() / "figures" / "part1_curve.png").unlink()
    built = report.build()
    assert built.missing == [
        "The answer to “Why is it so?”: no answer yet in notebooks/part1_shapes.ipynb.",
        "The figure part1_curve: run notebooks/part1_shapes.ipynb from the top.",
    ]
    text = words_of(built.pdf)
    assert "Not complete: 2 missing" in text
    assert "By looking." in text
    assert "63.8 %" in text


def test_results_of_one_notebook_are_listed_together(evening: Evening) -> None:
    for path in results.folder().rglob("part1_*.json"):
        path.unlink()
    built = report.build()
    assert built.missing == [
        "Run notebooks/part1_shapes.ipynb from the top. It saves the numbers part1_accuracy, "
        "part1_classes and the figure part1_curve."
    ]
    assert "Not complete: 1 missing" in words_of(built.pdf)


def test_each_answer_stands_below_its_question(evening: Evening) -> None:
    path = evening.root / "notebooks" / "part1_shapes.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    asked = {"cell_type": "markdown", "metadata": {}, "source": "**Question.** Why *not* a circle?"}
    notebook["cells"].insert(0, asked)
    evening.notebook(notebook)
    built = report.build()
    assert "<em>not</em> a circle?" in built.html.read_text(encoding="utf-8")
    text = words_of(built.pdf)
    assert "Why not a circle?" in text
    assert text.index("Why not a circle?") < text.index("Because")


def test_edited_numbers_and_pictures_are_reported(evening: Evening) -> None:
    path = results.folder() / "numbers" / "part1_accuracy.json"
    path.write_text(path.read_text(encoding="utf-8").replace("0.6382", "0.9382"), encoding="utf-8")
    picture = results.folder() / "figures" / "part1_curve.png"
    picture.write_bytes(picture.read_bytes() + b" ")
    built = report.build()
    assert built.missing == []
    assert built.edited == [
        "The number part1_accuracy was changed by hand after the notebook wrote it: run "
        "notebooks/part1_shapes.ipynb from the top.",
        "The figure part1_curve was changed by hand after the notebook wrote it: run "
        "notebooks/part1_shapes.ipynb from the top.",
    ]
    assert "Changed by hand" in words_of(built.pdf)


def test_a_number_without_its_seal_counts_as_edited(evening: Evening) -> None:
    path = results.folder() / "numbers" / "part1_accuracy.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    del record["seal"]
    path.write_text(json.dumps(record), encoding="utf-8")
    assert len(report.build().edited) == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("not json", "is damaged"),
        ({"cells": []}, "its answer cell is no longer in"),
    ],
)
def test_a_damaged_notebook_is_named(evening: Evening, content: object, said: str) -> None:
    evening.notebook(content)
    if content == "not json":
        (evening.root / "notebooks" / "part1_shapes.ipynb").write_text("{", encoding="utf-8")
    built = report.build()
    assert len(built.missing) == 2
    assert all(said in line for line in built.missing)


def test_differing_copies_of_an_answer_cell_are_reported(evening: Evening) -> None:
    path = evening.root / "notebooks" / "part1_shapes.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    notebook["cells"].append({**notebook["cells"][0], "source": "Another answer."})
    evening.notebook(notebook)
    (line,) = report.build().missing
    assert "has 2 different answers to it" in line
    notebook["cells"][-1]["source"] = "YOUR ANSWER HERE"  # an unchanged copy does no harm
    evening.notebook(notebook)
    assert report.build().missing == []


def test_an_answer_without_metadata_is_found_by_its_id(evening: Evening) -> None:
    path = evening.root / "notebooks" / "part1_shapes.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        cell["metadata"] = {}
    evening.notebook(notebook)
    assert report.build().missing == []


def test_markup_in_an_answer_stays_text(evening: Evening) -> None:
    nasty = '<script>alert(1)</script> #panic() #import "x.typ" </section> \\u{0} `#raw`'
    evening.answer(why=nasty, how="[here](javascript:alert(1)) ![shot](attachment:a.png)")
    built = report.build()
    html = built.html.read_text(encoding="utf-8")
    assert "<script" not in html
    assert "javascript:" not in re.sub(r"<[^>]*>", "", html).replace("(javascript:", "")
    assert 'href="javascript' not in html
    assert "#panic()" in words_of(built.pdf)
    assert "[a picture in the notebook: shot]" in html


def test_figures_are_not_printed_so_small_that_labels_are_illegible(evening: Evening) -> None:
    if shutil.which("pdfimages") is None:
        pytest.skip("pdfimages is not installed")
    for number in range(3):
        figure, _ = plt.subplots(1, 2, figsize=(8, 3.2))
        results.figure(f"part1_wide_{number}", figure, alt="Two empty plots.")
    evening.answer(why="Because of that, and of this. " * 30, how="By looking.")
    shown = ", ".join(f'{{ figure = "part1_wide_{number}" }}' for number in range(3))
    (evening.root / "report_template" / "topics.toml").write_text(
        '[[topics]]\ntitle = "Studies"\npart = "part1_shapes"\n'
        f'show = [{shown}, {{ answer = "why" }}]\n',
        encoding="utf-8",
    )
    listed = subprocess.run(
        ["pdfimages", "-list", report.build().pdf], capture_output=True, text=True, check=True
    )
    rows = [line.split() for line in listed.stdout.splitlines()[2:]]
    # Figures have 100 dots per inch, so at half their size the resolution is 200.
    assert rows
    assert all(int(row[12]) <= 200 for row in rows if row[2] == "image")


def test_a_long_answer_continues_on_further_pages(evening: Evening) -> None:
    sentences = " ".join(f"Sentence number {n} of a long answer." for n in range(600))
    evening.answer(why=f"{sentences} THE END", how="Short.")
    text = words_of(report.build().pdf)
    assert "THE END" in " ".join(text.split())
    assert "Short." in text


def test_topics_follow_the_file_and_one_part_can_be_built(evening: Evening) -> None:
    file = evening.root / "report_template" / "topics.toml"
    first, second, _ = TOPICS.split("[[topics]]")[1:]
    file.write_text(f"[[topics]]{second}[[topics]]{first}", encoding="utf-8")
    text = words_of(report.build(part="part1_shapes").pdf)
    assert text.index("Plots and numbers") < text.index("Words")
    with pytest.raises(KeyError, match="Unknown part"):
        report.build(part="part9")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            '[[topics]]\ntitle = "A"\nshow = [{ figure = "x", lable = "y" }]',
            "unknown key 'lable'",
        ),
        ('[[topics]]\nshow = [{ figure = "x" }]', "topic 1 of topics.toml has no title"),
        ('[[topics]]\ntitle = "A"', "shows nothing"),
        (
            '[[topics]]\ntitle = "A"\nshow = [{ number = "x", as = "pints" }]',
            "'pints' is not one",
        ),
        ('[[topics]]\ntitle = "A"\nshow = ["x"]', "write an entry as"),
        ("[[topic]]", "unknown key 'topic'"),
        ("[[topics", "is not valid TOML"),
    ],
)
def test_a_mistake_in_the_topics_is_reported(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "topics.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(TopicsError, match=re.escape(said)):
        topics.read(path)


def test_the_report_shows_each_written_question_once() -> None:
    """Each part's written questions are in the report, and none of them twice."""
    course = course_file.load(ROOT)
    shown = [
        name
        for topic in topics.read(ROOT / "report_template" / "topics.toml")
        for item in topic.show
        if item.kind == "answer"
        for name in item.names
    ]
    asked = {question.id for part in course.built_parts for question in part.questions}
    assert sorted(set(shown)) == sorted(shown)
    assert asked <= set(shown)


def test_the_report_shows_results_that_the_notebooks_save() -> None:
    course = course_file.load(ROOT)
    kept = {
        part.id: (ROOT / "notebooks" / f"{part.id}.py").read_text(encoding="utf-8")
        for part in course.built_parts
    }
    for topic in topics.chosen(topics.read(ROOT / "report_template" / "topics.toml"), course):
        for item in topic.show:
            for name in item.names if item.kind in {"figure", "number", "table"} else ():
                assert _is_kept(name, kept[topic.part]), f"{topic.title}: {name}"


def _is_kept(name: str, notebook: str) -> bool:
    """Return whether a notebook saves a result of that name, also by a pattern or a variable."""
    if f'"{name}"' in notebook:
        return True
    found = re.findall(r'results\.(?:figure|number)\(\s*(f?)"([^"]+)"', notebook)
    patterns = [re.sub(r"\\\{[^}]*\\\}", "[a-z0-9_]+", re.escape(text)) for _, text in found]
    return any(re.fullmatch(pattern, name) for pattern in patterns)
