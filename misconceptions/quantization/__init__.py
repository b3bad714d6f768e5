"""Wrong ways to write `student_code.quantization`: on tensors, and as layers and networks."""
