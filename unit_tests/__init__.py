"""What students run: plain pytest, one module of tests for each module of `student_code`."""
