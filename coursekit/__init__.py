"""The instructor's toolkit: build release, solution and nbgrader course from one source."""

import sys

# jsonschema imports this package for a text format that no notebook uses, and the import takes
# almost two seconds. Without the package, jsonschema skips that format.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
