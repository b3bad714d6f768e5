"""The isolation around student code: namespaces, resource limits, a system-call filter.

`container` creates a sandbox and starts processes in it. The package `coursekit.grading.worker`
defines what those processes do.
"""
