"""The package that students import: checks and feedback, data, models, plots, results."""
