"""The key to the theory's numbered questions, for any student: instructors only.

The key is what the reference solution (`student_code/theory_answers.py`) answers for a student's
id. The catalogue (`misconceptions/theory_answers.py`) holds wrong answers with their causes. From
the two, `fingerprints` makes the table that ships with the questions; see `toolbox/questions` for
what that table can and can't tell.

    python -m coursekit.answer_key --student ab123          # the questions with their answers
    python -m coursekit.answer_key --student ab123 --json
    python -m coursekit.answer_key --table                 # write the table that ships
"""

from coursekit.answer_key.answer_hashes import make_table, write_table
from coursekit.answer_key.key import TOPICS, key_of, with_student, wrong_answers

__all__ = ["TOPICS", "key_of", "make_table", "with_student", "write_table", "wrong_answers"]
