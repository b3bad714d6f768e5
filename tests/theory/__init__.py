"""Tests of the theory part: variants, answer key, judging of answers, figures."""
