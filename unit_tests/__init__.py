"""The public tests: plain pytest, one test module per module of `student_code`."""
