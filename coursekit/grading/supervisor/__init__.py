"""The process that decides on one submission: it holds the hidden tests and runs no student code.

`main` runs a job. `judge` runs the tests with the student's code in a worker, `processes` starts
and ends what runs in the sandbox, and `feedback` turns results into the outputs of cells.
"""
