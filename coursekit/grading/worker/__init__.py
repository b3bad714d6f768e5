"""The process in the sandbox that runs the student's code; it is not trusted.

`main` receives a task. `server` imports and calls what the judge asks for, `faults` describes
exceptions as data, and `handed_over` represents objects that a test handed over. `notebook_cells`
runs cells. The process never sees a test or an expected value.
"""
