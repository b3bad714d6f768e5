"""Submissions that try to win points they didn't earn, to learn secrets, or to do harm.

Each is a real submission to Part 1, made from the release by one small change. They are bounded in
themselves as well: the greediest takes 4 GB, 200 processes or 300 MB of disk, and those for the
network only knock at a listener that the test itself has opened on loopback.
"""
