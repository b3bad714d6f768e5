"""The answer key to the theory's numbered questions, for any student. For instructors only.

The key consists of the answers of the reference solution (`student_code/theory_answers.py`) for a
student's id. The catalog (`misconceptions/theory_answers.py`) has wrong answers with their causes.
`answer_hashes` turns both into the table that ships with the questions; `toolbox/questions`
describes what that table can and cannot reveal.

    python -m coursekit.answer_key --student ab123          # the questions with their answers
    python -m coursekit.answer_key --student ab123 --json
    python -m coursekit.answer_key --table                 # write the table that ships
"""

from coursekit.answer_key.answer_hashes import make_table, write_table
from coursekit.answer_key.key import TOPICS, key_of, with_student, wrong_answers

__all__ = ["TOPICS", "key_of", "make_table", "with_student", "write_table", "wrong_answers"]
