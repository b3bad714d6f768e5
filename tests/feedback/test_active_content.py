"""Nothing in student work runs, loads or covers anything on the pages that show it."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from nbconvert.exporters import HTMLExporter
from nbformat import NotebookNode
from nbformat.v4 import new_notebook
from nbgrader.converters.autograde import Autograde
from nbgrader.preprocessors import Execute
from nbgrader.server_extensions.formgrader import handlers
from traitlets.config import Config, PyFileConfigLoader

from tests.feedback.active import HTML, PIXEL, harmless, vectors
from tests.feedback.pages import PART, STUDENT, active, formgrader_page, make_course


@dataclass
class Pages:
    """The two pages of a course with one submission."""

    formgrader: str
    feedback: str


@pytest.fixture(scope="module")
def course(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    cells = [cell for _, cell in vectors()]
    return make_course(root, tmp_path_factory.mktemp("active") / "course", cells)


def _pages(course: Path) -> Pages:
    command = [sys.executable, "-m", "nbgrader", "generate_feedback", PART]
    done = subprocess.run(command, cwd=course, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    html = course / "feedback" / STUDENT / PART / f"{PART}.html"
    return Pages(formgrader_page(course), html.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def attacked(course: Path) -> Pages:
    return _pages(course)


@pytest.fixture(scope="module")
def honest(root: Path, course: Path) -> Pages:
    folder = course.with_name("honest")
    return _pages(make_course(root, folder, harmless(), gradebook=course / "gradebook.db"))


def _added(page: str, honest: str) -> Counter[str]:
    return active(page) - active(honest)


def test_nothing_is_active_on_the_feedback_page(attacked: Pages, honest: Pages) -> None:
    assert _added(attacked.feedback, honest.feedback) == Counter()


def test_nothing_is_active_in_the_formgrader(attacked: Pages, honest: Pages) -> None:
    assert _added(attacked.formgrader, honest.formgrader) == Counter()


def test_without_the_settings_the_same_work_is_active(course: Path, honest: Pages) -> None:
    config = Config()
    config.HTMLExporter.template_name = "formgrade"
    config.HTMLExporter.extra_template_basedirs = [handlers.template_path]
    page = formgrader_page(course, HTMLExporter(config=config))
    assert len(_added(page, honest.formgrader)) > 60
    assert sum(bool(active(text)) for text in HTML.values()) > 60


@pytest.mark.parametrize("page", ["feedback", "formgrader"])
def test_harmless_content_is_shown(honest: Pages, page: str) -> None:
    soup = BeautifulSoup(getattr(honest, page), "html.parser")
    text = soup.get_text()
    shown = soup.select("table.dataframe td[colspan='2']")
    assert [cell.get_text() for cell in shown] == ["0.93"]
    assert ".dataframe tbody" not in " ".join(t.get_text() for t in soup.select("#notebook"))
    pictures = {image.get("alt"): image for image in soup.select("img[src^='data:image/']")}
    assert str(pictures["Loss per epoch"]["src"]).endswith(PIXEL)
    assert pictures["a sketch"]["src"] == f"data:image/png;base64,{PIXEL}"
    assert soup.select("img[src^='data:image/svg+xml;base64,']")
    assert soup.select("a[href='https://arxiv.org/abs/1512.03385']")
    assert soup.select("strong")
    assert soup.select("blockquote")
    assert len(soup.select(".rendered_html ol li")) == 2
    assert soup.select(".rendered_html .highlight span.k"), "colored code in an answer"
    assert soup.select(".input_area .highlight span.k"), "colored code in a cell"
    written = ("$a < b$", "$$\\sum_i x_i & y$$", "$\\sigma < 1$") if page == "formgrader" else ()
    for said in ("x > 1", "A < B & C", *written):
        assert said in text
    assert "print('<b>')" in text
    assert "An answer." in text


def test_formulas_use_the_safe_configuration_of_mathjax(honest: Pages) -> None:
    soup = BeautifulSoup(honest.formgrader, "html.parser")
    sources = [str(tag["src"]) for tag in soup.select("script[src*=mathjax]")]
    assert sources
    assert all(source.endswith(",Safe") for source in sources)


def test_the_feedback_shows_formulas_without_scripts(honest: Pages) -> None:
    soup = BeautifulSoup(honest.feedback, "html.parser")
    assert not soup.select("script")
    labels = {str(tag["aria-label"]) for tag in soup.select("math")}
    assert {"a < b", "\\sigma < 1"} <= labels
    assert "\\sum_i x_i & y" in labels | {tag.get_text() for tag in soup.select("code")}


@pytest.fixture(scope="module")
def settings(course: Path) -> Config:
    return PyFileConfigLoader("nbgrader_config.py", path=str(course)).load_config()


def test_autograded_notebooks_keep_no_active_outputs(settings: Config) -> None:
    steps = list(Autograde(config=settings).autograde_preprocessors)
    assert steps[0] is Execute
    harmless_outputs = steps[1]()
    notebook = new_notebook(cells=[cell for _, cell in vectors()])
    notebook, _ = harmless_outputs.preprocess(notebook, {})
    kinds = Counter(kind for output in _outputs(notebook) for kind in output.data)
    assert set(kinds) <= {
        *("text/plain", "text/html", "text/markdown", "text/latex"),
        *("image/png", "image/svg+xml"),
    }
    pages = [
        output.data["text/html"] for output in _outputs(notebook) if "text/html" in output.data
    ]
    assert len(pages) >= len(HTML)
    assert sum((active(page) for page in pages), Counter()) == Counter()
    said = [output.data.get("text/plain", "") for output in _outputs(notebook)]
    assert "[Output of type application/javascript is not shown.]" in said


def _outputs(notebook: NotebookNode) -> list[NotebookNode]:
    shown = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return [output for output in shown if "data" in output]


@pytest.mark.parametrize(
    "html",
    [
        "<b>" * 9_000,
        "<b>x" * 200 + "<p>" * 9_000,
        "<p>x</p>" * 20_000,
        "<p " + " ".join(f"a{number}" for number in range(9_000)) + ">",
        "<p " + "/".join(f"a{number}" for number in range(9_000)) + ">",
        "x" * 300_000,
    ],
    ids=["open tags", "reopened tags", "many tags", "attributes", "slashes", "long text"],
)
def test_html_that_is_slow_to_parse_is_shown_as_text(settings: Config, html: str) -> None:
    clean = settings.HTMLExporter.filters["clean_html"]
    shown = clean(html)
    assert shown.startswith("<pre>")
    assert set(BeautifulSoup(shown, "html.parser").find_all(True)) == set(
        BeautifulSoup(shown, "html.parser").find_all("pre")
    )


def test_cleaning_is_idempotent(settings: Config) -> None:
    clean = settings.HTMLExporter.filters["clean_html"]
    for name, text in HTML.items():
        once = clean(text)
        assert clean(once) == once, name
    table = str(harmless()[0].outputs[0].data["text/html"])
    assert clean(clean(table)) == clean(table)


def test_text_cannot_refer_to_a_picture_placeholder(settings: Config) -> None:
    clean = settings.HTMLExporter.filters["clean_html"]
    assert "PICTURE" not in clean('<img src="data:image/png;base64&#44;PICTURE7END">')
