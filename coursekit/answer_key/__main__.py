"""`python -m coursekit.answer_key`: print one student's answer key, or write the table for all."""

from __future__ import annotations

import argparse
import json

from coursekit.answer_key.answer_hashes import write_table
from coursekit.answer_key.key import key_of
from toolbox.questions import QUESTIONS, numbers, variant_of
from toolbox.questions.answer_check import TABLE


def main(arguments: list[str] | None = None) -> None:
    """Print a key, or write the table. Raises `SystemExit` for invalid arguments."""
    parser = argparse.ArgumentParser(prog="python -m coursekit.answer_key", description=__doc__)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "--student", metavar="ID", help="print the questions and answers of a student"
    )
    what.add_argument("--table", action="store_true", help=f"write toolbox/questions/{TABLE.name}")
    parser.add_argument("--json", action="store_true", help="print only the answers, as JSON")
    chosen = parser.parse_args(arguments)
    if chosen.table:
        write_table()
        print(f"wrote toolbox/questions/{TABLE.name} ({TABLE.stat().st_size // 1024} kB)")
        return
    try:
        variant = variant_of(chosen.student)
    except ValueError as problem:
        parser.error(str(problem))
    key = key_of(chosen.student)
    if chosen.json:
        print(json.dumps({"student": chosen.student, "variant": variant, "answers": key}, indent=1))
        return
    print(f"# Key of {chosen.student} (variant {variant})\n")
    for question in QUESTIONS:
        print(question.markdown(numbers(question.id, chosen.student)))
        print(f"\n*Key:* `{key[question.id]}`\n")


if __name__ == "__main__":
    main()
