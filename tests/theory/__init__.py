"""The theory part: its variants, its key, its judgement of answers, its figures."""
