"""nbgrader's settings for this course. The build puts a copy into `build/nbgrader`.

Nothing here needs any package of the course: plain nbgrader reads it.
"""

import json
import os
import shutil
from pathlib import Path

from nbconvert.preprocessors import Preprocessor
from nbformat.v4 import new_markdown_cell
from traitlets import Bool

here = Path(__file__).resolve().parent
facts = json.loads((here / "course.json").read_text(encoding="utf-8"))
c = get_config()  # type: ignore[name-defined]  # noqa: F821

# Two torch threads on a busy machine make a test 10 to 100 times slower.
for library in ("OMP", "MKL", "OPENBLAS"):
    os.environ.setdefault(f"{library}_NUM_THREADS", "1")

# Trained networks are measured on images that all submissions share.
os.environ.setdefault("COURSE_DATA", str(here / "data"))

c.CourseDirectory.course_id = facts["course"]["id"]
c.CourseDirectory.root = str(here)
# The waiting time is for a gradebook that another program has open.
c.CourseDirectory.db_url = f"sqlite:///{here / 'gradebook.db'}?timeout=60"

# Students' modules are theirs; tests, toolbox and data scripts are overwritten with ours.
# nbgrader takes exact paths only, so they are listed from the tree.
c.Autograde.exclude_overwriting = {
    part.name: sorted(
        path.relative_to(part).as_posix()
        for path in (part / "student_code").glob("*.py")
        if path.name != "__init__.py"
    )
    for part in (here / "source").glob("*")
    if part.is_dir()
}
# A graded cell that a student deleted is put back, and so doesn't wait for a person for ever.
c.OverwriteCells.add_missing_cells = True
c.Execute.timeout = facts["course"]["seconds_per_cell"]
c.Execute.interrupt_on_timeout = True
c.Execute.shutdown_kernel = "immediate"
c.LimitOutput.max_lines = 400
c.LimitOutput.max_traceback = 40

# Mark schemes stand in locked cells below written answers, which are not nbgrader "tasks".
c.ClearMarkScheme.enforce_metadata = False


class TellHow(Preprocessor):
    """Says below the feedback how it was graded, where `coursekit grade` has noted that."""

    enabled = Bool(True)

    def preprocess(self, nb, resources):  # type: ignore[no-untyped-def]
        how = nb.metadata.get("coursekit")
        if how:
            words = f"*Graded in a sandbox of its own (sandbox level: {how['sandbox']}).*"
            nb.cells.append(new_markdown_cell(words))
        return nb, resources


def keep_pages(assignment, student, notebooks):  # type: ignore[no-untyped-def]
    """Remove what nbgrader copies beside the pages: students have it, and it takes megabytes.

    The timestamp stays: by it nbgrader sees that a newer submission needs new feedback.
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

# Feedback shows what happened, but neither the instructor's tests nor the mark schemes.
c.GenerateFeedback.preprocessors = [
    "nbgrader.preprocessors.GetGrades",
    "nbgrader.preprocessors.ClearHiddenTests",
    "nbgrader.preprocessors.ClearMarkScheme",
    TellHow,
    "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
]
