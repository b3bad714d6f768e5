"""The tests measured as classifiers: what they let through, what they turn away, what they name."""
