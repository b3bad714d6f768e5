"""`coursekit regrade`: grade again with a reason, report every change, and undo it."""
