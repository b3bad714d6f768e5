"""Audit the judge: does it decide like tests in one process, and what rests on a worker's claims?

python -m coursekit.judge_audit [--reference] MODULE...
"""
