"""Check the judge: does it decide as tests in one process do, and what rests on a worker's claims?

python -m coursekit.judge_audit [--reference] MODULE...
"""
