"""`coursekit grade`: nbgrader's gradebook and files, each submission run inside a sandbox.

Who runs where, from the most to the least trusted:

- the parent (`grade`) owns the course folder and the gradebook, and is their one writer; `batch`
  keeps submissions apart from each other, `writer` is nbgrader's converter for one of them;
- the warm process (`warm`) has torch and the course's toolbox loaded and forks supervisors;
- a supervisor (`supervisor`), one a submission, holds the instructor's tests and decides points;
  its `judge` runs the tests and never imports student code;
- the sandbox (`sandbox`) has a private view of the machine; in it, a `worker` holds the student's
  modules for the judge, and the cells that count for no points run in a separate process
  (`cells`). Judge and worker talk in the messages of `protocol`.
"""
