"""Submissions that try to earn undeserved points, to learn secrets, or to do harm.

Each is a real submission to Part 1 that differs from the release in one small change. The attacks
limit themselves as well: the greediest takes 4 GB, 200 processes or 300 MB of disk, and network
attacks only contact a listener that the test itself opened on loopback.
"""
