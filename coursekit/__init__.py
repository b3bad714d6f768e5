"""The instructor's engine: one source in; release, solution and nbgrader course out."""

import sys

# jsonschema imports this package for a text format that no notebook uses, and the import takes
# almost two seconds. Without it, jsonschema leaves that format out.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
