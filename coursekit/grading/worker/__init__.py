"""The process in the sandbox that holds the student's modules; trusted with nothing.

It imports and calls what the judge asks for (`main`), describes exceptions as data (`faults`), and
represents objects that a test handed over (`lent`). It never sees a test or an expected value.
"""
