"""The report: built from what the notebooks kept and from the answers typed into them.

`build` is all that a caller needs; `report_template/topics.toml` says what is shown in which order.
"""

from toolbox.report.building import Built, build
from toolbox.report.topics import TopicsError

__all__ = ["Built", "TopicsError", "build"]
