"""Are the numbers in a report what the submitted networks really do?"""

from coursekit.verifying.handins import HandIn, HandInProblem, opened
from coursekit.verifying.judging import Finding, verify

__all__ = ["Finding", "HandIn", "HandInProblem", "opened", "verify"]
