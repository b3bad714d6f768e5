"""The messages between the grader's processes: plain data, typed and bounded, never pickled.

- `messages` and `channel`: messages to and from supervisors, and how they are sent.

The rest is the conversation between a judge and a worker:

- `frames`: one message on the wire, a JSON text followed by raw bytes, and its size limits;
- `values`: which Python values are sent as data, and how;
- `peer`: requests and replies, handles for everything that is not data, callbacks;
- `gradients` and `shared_parameters`: backward passes and parameters across processes;
- `network_copies`: networks of a test that the worker rebuilds;
- `in_place_changes`: arguments that student code changed in place;
- `random_states`: the states of the random number generators;
- `mirrored_files`: the files of a test.
"""
