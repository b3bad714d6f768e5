"""The messages between a judge and a worker: plain data, typed and bounded, never pickled.

- `frames`: one message on the wire, a JSON text with raw bytes beside it, and its limits;
- `values`: which Python values cross as data, and how;
- `peer`: requests and replies, handles for everything that is not data, callbacks;
- `gradients`: functions of the other side as functions of autograd, and shared parameters;
- `generators`: the states of the random number generators.
"""
