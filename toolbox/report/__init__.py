"""The student's report, built from saved results and from the answers in the notebooks.

`build` is the whole interface; `report_template/topics.toml` defines what is shown and in which
order.
"""

from toolbox.report.report_files import BuiltReport, build
from toolbox.report.topics import TopicsError

__all__ = ["BuiltReport", "TopicsError", "build"]
