"""The judge runs the tests of a submission and never imports student code.

Here, `student_code` is a facade (`facade`): importing it, reading its attributes and calling its
functions become requests to a worker in the sandbox (`link`). Numbers, strings, arrays and tensors
arrive as copies; everything else is a `handles.Handle`. Exceptions of the worker are raised here as
if the student's code had run here (`remote_errors`). `pytest_session` runs tests this way.
"""
