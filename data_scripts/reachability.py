"""Find out within seconds which hosts accept a connection, without waiting for dead ones in turn.

All hosts are tried at the same time, in threads. The answer about one host is needed only when its
address comes up, and all answers share one deadline. A machine without a network therefore loses
the same few seconds for one address as for ten.
"""

from __future__ import annotations

import socket
import threading
import time
import urllib.request
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

PORTS = {"http": 80, "https": 443}


@dataclass
class _Probe:
    """A connection attempt in another thread; `problem` says why it failed, or is empty."""

    done: threading.Event = field(default_factory=threading.Event)
    problem: str = ""

    def run(self, host: str, port: int, seconds: float) -> None:
        try:
            socket.create_connection((host, port), timeout=seconds).close()
        except OSError as error:
            self.problem = str(error) or type(error).__name__
        self.done.set()


class Reachability:
    """The hosts of some addresses, and whether they accept connections.

    Args:
        urls: The addresses whose hosts are tried, starting now.
        seconds: How long, from now on, answers are waited for.
    """

    def __init__(self, urls: Iterable[str], seconds: float) -> None:
        self._seconds = seconds
        self._until = time.monotonic() + seconds
        self._probes: dict[tuple[str, int], _Probe] = {}
        for url in urls:
            place = _place(url)
            if place not in self._probes:
                self._probes[place] = probe = _Probe()
                arguments = (*place, seconds)
                # A name lookup has no time limit, so the thread must not keep the process alive.
                threading.Thread(target=probe.run, args=arguments, daemon=True).start()

    def problem(self, url: str) -> str:
        """Return why the host of `url` can't be reached, or "" if it accepted a connection."""
        probe = self._probes[_place(url)]
        if not probe.done.wait(max(0.0, self._until - time.monotonic())):
            return f"no answer within {self._seconds:g} s"
        return probe.problem


def _place(url: str) -> tuple[str, int]:
    """Return the host and port to connect to: those of the proxy, if there is one for `url`."""
    parts = urlsplit(url)
    proxy = urllib.request.getproxies().get(parts.scheme)
    if proxy and not urllib.request.proxy_bypass(parts.hostname or ""):
        return _host_and_port(urlsplit(proxy if "//" in proxy else f"//{proxy}"))
    return _host_and_port(parts)


def _host_and_port(parts: SplitResult) -> tuple[str, int]:
    return parts.hostname or "", parts.port or PORTS.get(parts.scheme, 80)
