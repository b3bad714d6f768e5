"""What objects of a worker keep, and whether a fresh worker can continue from their bytes."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from coursekit.grading.supervisor.judge.handles import Handle
from coursekit.grading.supervisor.judge.link import Link, Lost
from toolbox.checks import object_state

MOST_SAVED = 64 << 20


class Keeping:
    """Answers `kept`, `saved` and `restored` of `toolbox.checks` for a worker's objects."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def kept(self, value: Any) -> list[torch.Tensor]:
        """The tensors that the worker says `value` keeps: a claim about what else there is."""
        if not isinstance(value, Handle):
            return object_state.tensors_in(value)
        found = self._link.ask("kept", value)
        if type(found) is not list or any(type(t) not in TENSORS for t in found):
            raise Lost("tensors were expected from the process of the student's code")
        return found

    def saved(self, value: Any) -> bytes:
        """The bytes that `restored` gives to a fresh worker. They are never unpickled here."""
        found = self._link.ask("save", value)
        if type(found) is not bytes or len(found) > MOST_SAVED:
            raise Lost("bytes were expected from the process of the student's code")
        return found

    def restored(self, data: bytes) -> Any:
        """An object that a fresh worker makes of `data`; the worker that wrote them is ended."""
        self._link.renew()
        return self._link.ask("restore", data)


TENSORS = (torch.Tensor, nn.Parameter)
