"""The hidden tests: structured like `unit_tests`, run only by instructors, and never released."""
