"""What the course gives the student ready-made: checks and feedback, data, plots, results."""
