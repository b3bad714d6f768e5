"""The judge runs the tests of a submission and never imports a line of student code.

`student_code` is a façade here (`facade`): importing it, reading its attributes and calling its
functions are questions to a worker in the sandbox (`link`). Numbers, texts, arrays and tensors
arrive as copies; everything else is a `handles.Handle`. Exceptions of the worker are raised here as
if the student's code had run here (`errors`). `running` runs the tests of functions this way.
"""
