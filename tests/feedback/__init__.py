"""What students and instructors see of student work in a browser."""
