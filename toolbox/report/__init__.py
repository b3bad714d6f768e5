"""The report: built from what the notebooks kept and from the answers typed into them.

`build` is all that a caller needs; `report_template/topics.toml` says what is shown in which order.
"""

from toolbox.report.report_files import BuiltReport, build
from toolbox.report.topics import TopicsError

__all__ = ["BuiltReport", "TopicsError", "build"]
