"""Questions with numbers of the student's own, and answers that are values, not texts.

    answers.show("losses", student_id)                    # the questions, as markdown
    answers.numbers("cross_entropy", student_id)          # a question's numbers
    answers.judge("cross_entropy", student_id, 1.204)     # right or not, and why not

How it keeps the key secret and still says at once what is wrong: a student's id picks one of 300
variants, and a variant fixes every number. For each variant, question and part of an answer,
`answer_hashes.json` holds salted hashes of the right value and of the values that known slips give
(the log of the wrong base, a forgotten bias). An answer is brought into a standard form (a number
to a grid, an expression to its values at fixed points) and its hash compared. So what ships holds
no answer, no formula and no wrong formula; it can only recognise them. It is a convenience, no
vault: a small whole number can be found by trying them all, which is more work than the question.
The judgement that counts is the instructor's own tests, which work from formulas.

The table is made by `python -m coursekit.answer_key --table`, from the reference solution and the
catalogue of wrong answers. Questions with few possible answers (true or false, which curve is
which) are not in it, so that trying them out says nothing; they are judged when graded.
"""

from toolbox.questions.all_questions import QUESTIONS, numbers, question, show, topic
from toolbox.questions.answer_check import AnswerVerdict, judge
from toolbox.questions.expressions import equivalent
from toolbox.questions.variant import VARIANTS, same_student, variant_of

__all__ = [
    "QUESTIONS",
    "VARIANTS",
    "AnswerVerdict",
    "equivalent",
    "judge",
    "numbers",
    "question",
    "same_student",
    "show",
    "topic",
    "variant_of",
]
