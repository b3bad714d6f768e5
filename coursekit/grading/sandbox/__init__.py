"""The isolation around student code: namespaces, limits, a filter on system calls.

`container` makes a sandbox and starts processes in it. What those processes do is in the package
`coursekit.grading.worker`.
"""
