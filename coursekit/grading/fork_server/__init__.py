"""The process that imports torch and the course's toolbox once, and forks supervisors.

`client` is its interface in the parent process, `main` the process itself. It runs no student code.
"""
