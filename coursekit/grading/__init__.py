"""`coursekit grade`: nbgrader's gradebook and files, each submission run inside a sandbox.

Each package here is a process, from the most to the least trusted:

- the parent, which is the modules of this package: `pipeline` decides what to grade, `batch` keeps
  submissions apart from each other, `gradebook_writer` is the one writer of the course folder;
- `fork_server` has imported torch and the course's toolbox, and forks supervisors;
- `supervisor`, one process a submission, holds the hidden tests and decides on points; its `judge`
  runs the tests and never imports student code;
- `worker`, the processes with student code: they serve the judge, or run the cells that count for
  no points. They are trusted with nothing.

`sandbox` makes the isolation around a worker. `protocol` holds all messages between processes.
"""
