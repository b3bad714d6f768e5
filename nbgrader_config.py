"""Configure nbgrader for this course. The build copies this file to `build/nbgrader`.

The file imports no package of the course, so plain nbgrader can read it. Longer code is in
`coursekit/settings`, which the build copies to `build/nbgrader/settings`.
"""

import hashlib
import importlib
import importlib.util
import json
import os
import re
import shutil
import sys
from html import escape
from pathlib import Path

import bleach
from bleach.css_sanitizer import CSSSanitizer
from jinja2 import pass_context
from nbconvert.filters.highlight import Highlight2HTML
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbconvert.preprocessors import Preprocessor
from nbformat.v4 import new_markdown_cell
from traitlets import Bool

here = Path(__file__).resolve().parent
facts = json.loads((here / "course.json").read_text(encoding="utf-8"))
c = get_config()  # type: ignore[name-defined]  # noqa: F821


def settings_module(name):  # type: ignore[no-untyped-def]
    """Import a module of `settings/`. Each course folder has its own copy, also in one process."""
    place = here / "settings"
    package = f"settings_{hashlib.sha256(str(here).encode()).hexdigest()[:12]}"
    if package not in sys.modules:
        spec = importlib.util.spec_from_file_location(
            package, place / "__init__.py", submodule_search_locations=[str(place)]
        )
        sys.modules[package] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[package])
    return importlib.import_module(f"{package}.{name}")


# Two torch threads on a busy machine make a test 10 to 100 times slower.
for library in ("OMP", "MKL", "OPENBLAS"):
    os.environ.setdefault(f"{library}_NUM_THREADS", "1")

# All submissions share the images on which trained networks are measured.
os.environ.setdefault("COURSE_DATA", str(here / "data"))

c.CourseDirectory.course_id = facts["course"]["id"]
c.CourseDirectory.root = str(here)
# Wait up to 60 seconds if another program has locked the gradebook.
c.CourseDirectory.db_url = f"sqlite:///{here / 'gradebook.db'}?timeout=60"

# Keep the students' modules; nbgrader overwrites tests, toolbox and data scripts with the course's.
# nbgrader accepts exact paths only, so list the files of the source folder.
c.Autograde.exclude_overwriting = {
    part.name: sorted(
        path.relative_to(part).as_posix()
        for path in (part / "student_code").glob("*.py")
        if path.name != "__init__.py"
    )
    for part in (here / "source").glob("*")
    if part.is_dir()
}
# Restore graded cells that a student deleted; otherwise they would need manual grading.
c.OverwriteCells.add_missing_cells = True
c.Execute.timeout = facts["course"]["seconds_per_cell"]
c.Execute.interrupt_on_timeout = True
c.Execute.shutdown_kernel = "immediate"
c.LimitOutput.max_lines = 400
c.LimitOutput.max_traceback = 40

# Penalties for late work follow `course.toml` and `extensions.csv`.
c.AssignLatePenalties.plugin_class = settings_module("late_policy").LatePolicyPlugin
c.LatePolicyPlugin.course_folder = str(here)

# Mark schemes are in locked cells below written answers, which are not nbgrader "tasks".
c.ClearMarkScheme.enforce_metadata = False


# The feedback and the formgrader show student work, the latter in the instructor's browser session.
# Therefore HTML is reduced to these tags and styles, and outputs to the types listed below.
TAGS = frozenset(
    re.findall(
        r"\w+",
        """
        a abbr b blockquote br caption code col colgroup dd del details div dl dt em h1 h2 h3 h4 h5
        h6 hr i img ins kbd li mark ol p pre s samp small span strong sub summary sup table tbody
        td tfoot th thead tr tt u ul var
        """,
    )
)
STYLES = CSSSanitizer(
    [
        *("background-color", "color", "font-style", "font-weight"),
        *("text-align", "vertical-align", "white-space", "image-rendering"),
    ]
)
# The formgrader finds its buttons and fields by class, so student HTML keeps only these classes.
CLASS = re.compile(r"dataframe|highlight|hl-ipython3|[a-z][a-z0-9]{0,2}")
LINK = re.compile(r"(?:https?://|mailto:|#)", re.I)
PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp|svg\+xml);base64,[A-Za-z0-9+/=]+")
STANDING_IN = re.compile(r"data:image/png;base64,PICTURE(\d+)END")
CODE = re.compile(r"<(style|script)\b.*?(?:</\1\s*>|\Z)", re.I | re.S)
# Parsing time grows with the square of the number of nested or unclosed tags.
MOST_LETTERS, MOST_TAGS, MOST_ATTRIBUTES, MOST_STEPS = 200_000, 10_000, 100, 300_000
OPENED = re.compile(r"<[/a-z]", re.I)
FORMATTING = re.compile(r"<(?:a|b|code|em|i|s|small|strong|tt|u|big|font|nobr|strike)\b", re.I)
SHOWN = ("text/plain", "text/html", "text/markdown", "text/latex")
PICTURES = ("image/png", "image/jpeg", "image/svg+xml")


def allowed(tag: str, name: str, value: str) -> bool:
    """Return whether to keep this attribute of an allowed tag."""
    if name == "class":
        return all(CLASS.fullmatch(word) for word in value.split())
    if name in ("style", "title"):
        return True
    if tag == "a":
        return name == "href" and bool(LINK.match(value))
    if tag == "img":
        is_picture = name == "src" and bool(STANDING_IN.fullmatch(value))
        return is_picture or name == "alt" or (name in ("width", "height") and _small(value))
    if tag in ("td", "th"):
        return name in ("colspan", "rowspan") and _small(value)
    return tag == "ol" and name == "start" and _small(value)


def _small(value: str) -> bool:
    return value.isdecimal() and len(value) <= 4


def clean(html: str | bytes) -> str:
    """Remove all HTML that could run code, load resources or cover the page.

    Pictures that are embedded in the HTML are kept. HTML that would take too long to parse is
    returned as escaped text.
    """
    text = html.decode("utf-8", "replace") if isinstance(html, bytes) else str(html)
    pictures: list[str] = []

    def put_aside(found: re.Match[str]) -> str:
        pictures.append(found[0])
        return f"data:image/png;base64,PICTURE{len(pictures) - 1}END"

    text = PICTURE.sub(put_aside, CODE.sub("", text))
    if not _readable(text):
        return f"<pre>{escape(text[:MOST_LETTERS])}</pre>"
    cleaned = bleach.clean(
        text,
        tags=TAGS,
        attributes=allowed,
        protocols=("http", "https", "mailto", "data"),
        strip=True,
        css_sanitizer=STYLES,
    )
    return STANDING_IN.sub(
        lambda found: pictures[int(found[1])] if int(found[1]) < len(pictures) else "", cleaned
    )


def _readable(text: str) -> bool:
    tags = len(OPENED.findall(text))
    steps = tags * (1 + len(FORMATTING.findall(text)))
    attributes = (len(re.findall(r"[\s/\"']+", tag)) for tag in re.findall(r"<[^<>]*", text))
    return (
        len(text) <= MOST_LETTERS
        and tags <= MOST_TAGS
        and steps <= MOST_STEPS
        and max(attributes, default=0) <= MOST_ATTRIBUTES
    )


@pass_context
def markdown(context, source):  # type: ignore[no-untyped-def]
    """Render Markdown as nbconvert does, and clean the resulting HTML."""
    attached = context.get("cell", {}).get("attachments", {})
    renderer = IPythonRenderer(escape=False, attachments=attached, exclude_anchor_links=True)
    try:
        return clean(MarkdownWithMath(renderer=renderer).render(source))
    except Exception:  # such as very deep nesting or malformed attachments
        return f"<pre>{escape(source)}</pre>"


@pass_context
def markdown_with_formulas(context, source):  # type: ignore[no-untyped-def]
    """Render Markdown like `markdown`, with formulas as MathML."""
    attached = context.get("cell", {}).get("attachments", {})
    try:
        return settings_module("mathml").markdown(source, attached, clean)
    except Exception:
        return f"<pre>{escape(source)}</pre>"


def formula(source: str) -> str:
    """Render a LaTeX output as MathML."""
    return str(settings_module("mathml").as_mathml(source.strip().strip("$"), block=True))


def highlight(source: str, language: object = None, metadata: object = None) -> str:
    """Highlight code as Python, whatever language the notebook declares."""
    return str(Highlight2HTML(pygments_lexer="ipython3")(source))


class Harmless(Preprocessor):
    """Preprocessor that keeps only outputs and metadata that are safe to show."""

    enabled = Bool(True)

    def preprocess(self, nb, resources):  # type: ignore[no-untyped-def]
        for name in set(nb.metadata) - {"kernelspec", "language_info", "coursekit"}:
            del nb.metadata[name]
        for cell in nb.cells:
            for name in set(cell.metadata) - {"nbgrader"}:
                del cell.metadata[name]
            for output in cell.get("outputs", []):
                self._reduce(output)
        return nb, resources

    def _reduce(self, output):  # type: ignore[no-untyped-def]
        if output.output_type not in ("display_data", "execute_result"):
            return
        for name in set(output.metadata) - set(PICTURES):
            del output.metadata[name]
        for name, facts in list(output.metadata.items()):
            facts = facts if isinstance(facts, dict) else {}
            sizes = {k: v for k, v in facts.items() if k in ("width", "height")}
            output.metadata[name] = {k: v for k, v in sizes.items() if type(v) in (int, float)}
            if isinstance(facts.get("alt"), str):
                output.metadata[name]["alt"] = facts["alt"]
        dropped = [
            kind
            for kind, value in output.data.items()
            if kind not in (*SHOWN, *PICTURES) or not isinstance(value, str)
        ]
        for kind in dropped:
            del output.data[kind]
        if "text/html" in output.data:
            output.data["text/html"] = clean(output.data["text/html"])
        if dropped and not output.data:
            kinds = ", ".join(sorted(map(str, dropped)))
            output.data["text/plain"] = f"[Output of type {kinds[:200]} is not shown.]"


class TellHow(Preprocessor):
    """Preprocessor that adds the sandbox level to the feedback if `coursekit grade` recorded it."""

    enabled = Bool(True)

    def preprocess(self, nb, resources):  # type: ignore[no-untyped-def]
        how = nb.metadata.get("coursekit")
        if isinstance(how, dict) and isinstance(how.get("sandbox"), str):
            words = f"*Graded in a separate sandbox (sandbox level: {how['sandbox']}).*"
            nb.cells.append(new_markdown_cell(words))
        return nb, resources


def keep_pages(assignment, student, notebooks):  # type: ignore[no-untyped-def]
    """Remove the files that nbgrader copies next to the feedback pages.

    Students already have these files, and they take megabytes. The timestamp stays, since nbgrader
    compares it to find out whether a newer submission needs new feedback.
    """
    kept = {f"{Path(path).stem}.html" for path in notebooks} | {"timestamp.txt"}
    for submission in {Path(path).parent for path in notebooks}:
        folder = here / "feedback" / submission.parent.name / submission.name
        for path in folder.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            elif path.name not in kept:
                path.unlink()


c.GenerateFeedback.post_convert_hook = keep_pages

# Feedback begins with a summary, and shows neither hidden tests nor mark schemes.
c.FeedbackSummary.course_folder = str(here)
c.GenerateFeedback.preprocessors = [
    "nbgrader.preprocessors.GetGrades",
    settings_module("feedback_summary").FeedbackSummary,
    "nbgrader.preprocessors.ClearHiddenTests",
    "nbgrader.preprocessors.ClearMarkScheme",
    TellHow,
    "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
]

c.Autograde.autograde_preprocessors.insert(1, Harmless)  # after the cells were executed
c.HTMLExporter.preprocessors = [Harmless]  # for the feedback and the formgrader
c.HTMLExporter.filters = {
    "markdown2html": markdown,
    "clean_html": clean,
    "highlight_code": highlight,
}
c.HTMLExporter.sanitize_html = True

# The feedback page has its own template, and formulas that need no script.
c.GenerateFeedback.HTMLExporter.template_name = "feedback_page"
c.GenerateFeedback.HTMLExporter.extra_template_basedirs = [str(here / "settings")]
c.GenerateFeedback.HTMLExporter.filters = {
    "markdown2html": markdown_with_formulas,
    "formula": formula,
    "clean_html": clean,
    "highlight_code": highlight,
}
