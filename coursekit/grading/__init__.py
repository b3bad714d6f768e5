"""`coursekit grade`: autograde submissions in sandboxes, with nbgrader's gradebook and files.

The processes, from the most to the least trusted, and the packages that implement them:

- the parent, implemented by the modules of this package: `pipeline` selects the submissions to
  grade, `batch` isolates them from each other, and `gradebook_writer` is the only writer of the
  course folder;
- `fork_server`, which imports torch and the course's toolbox once and forks supervisors;
- `supervisor`, one process per submission, which has the hidden tests and decides the score; its
  `judge` runs the tests and never imports student code;
- `worker`, the processes that run student code: they serve the judge, or run the notebook cells
  that are not graded. Nothing that they send is trusted.

`sandbox` isolates a worker. `protocol` defines all messages between processes.
"""
