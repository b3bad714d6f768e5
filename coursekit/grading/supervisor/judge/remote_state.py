"""What objects in a worker keep, and whether a new worker can continue from their bytes."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from coursekit.grading.supervisor.judge.handles import Handle
from coursekit.grading.supervisor.judge.link import Link, Lost
from toolbox.checks import object_state

MOST_SAVED = 64 << 20


class Keeping:
    """Answers `kept`, `saved` and `restored` of `toolbox.checks` for objects in a worker."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def kept(self, value: object) -> list[torch.Tensor]:
        """Return the tensors that `value` keeps according to the worker, which is not trusted."""
        if not isinstance(value, Handle):
            return object_state.tensors_in(value)
        found = self._link.ask("kept", value)
        if type(found) is not list or any(type(t) not in TENSORS for t in found):
            raise Lost("the process with the student's code did not send tensors")
        return found

    def saved(self, value: object) -> bytes:
        """Return the bytes that `restored` sends to a new worker. They are never unpickled here."""
        found = self._link.ask("save", value)
        if type(found) is not bytes or len(found) > MOST_SAVED:
            raise Lost("the process with the student's code did not send bytes")
        return found

    def restored(self, data: bytes) -> Any:
        """Return an object that a new worker creates from `data`; this ends the old worker."""
        self._link.renew()
        return self._link.ask("restore", data)


TENSORS = (torch.Tensor, nn.Parameter)
