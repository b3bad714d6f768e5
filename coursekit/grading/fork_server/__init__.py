"""The process that has imported torch and the course's toolbox, and forks supervisors.

`client` is its end in the parent, `main` the process itself. It runs no student code.
"""
