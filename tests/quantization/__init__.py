"""Tests of 8-bit quantization: the reference, the library, the plots."""
