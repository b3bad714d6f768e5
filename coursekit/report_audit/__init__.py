"""Audit the numbers in a report: do the submitted networks really achieve them?"""

from coursekit.report_audit.audit import CheckedNumber, verify
from coursekit.report_audit.submitted_reports import HandInProblem, SubmittedReport, opened

__all__ = ["CheckedNumber", "HandInProblem", "SubmittedReport", "opened", "verify"]
