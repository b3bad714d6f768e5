"""What only the instructor runs: the same shape as `unit_tests`, never released."""
