"""Theory questions with individual numbers for each student, and answers that are values.

    answers.show("losses", student_id)                    # the questions, as markdown
    answers.numbers("cross_entropy", student_id)          # a question's numbers
    answers.judge("cross_entropy", student_id, 1.204)     # right or not, and why not

How answers stay secret although mistakes are explained at once: a student's id selects one of 300
variants, and a variant fixes every number. For each variant, question and part of an answer,
`answer_hashes.json` contains salted hashes of the right value and of the values that known mistakes
give (the log of the wrong base, a missing bias). An answer is converted to a standard form (a
number to a grid, an expression to its values at fixed points), and its hash is compared. So the
shipped files contain no answer, no formula and no wrong formula; they can only recognize them. This
is a convenience, not a security measure: a small whole number can be found by trying them all,
which is more work than the question. What counts are the hidden tests, which compute the answers
from formulas.

The table is created by `python -m coursekit.answer_key --table`, from the reference solution and
the catalog of wrong answers. Questions with few possible answers (true or false, matching curves)
are not in it, so that trying them all reveals nothing; they are judged when graded.
"""

from toolbox.questions.all_questions import QUESTIONS, numbers, question, show, topic
from toolbox.questions.answer_check import AnswerVerdict, judge
from toolbox.questions.variant import VARIANTS, same_student, variant_of

__all__ = [
    "QUESTIONS",
    "VARIANTS",
    "AnswerVerdict",
    "judge",
    "numbers",
    "question",
    "same_student",
    "show",
    "topic",
    "variant_of",
]
