"""The process that grades one submission: it has the hidden tests and runs no student code.

`main` runs a job. `judge` runs the tests with the student's code in a worker, `processes` starts
and ends processes in the sandbox, and `feedback` turns results into cell outputs.
"""
