"""Wrong implementations of `student_code.quantization`: tensors, layers and networks."""
