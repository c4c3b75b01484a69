"""The load: many connections kept busy by one loop, which only sends and receives; all judging comes after the clock."""

import gc
import re
import selectors
import socket
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import psutil

from benchmarks.posts import Post, Wire, Wrong

_PATIENCE = 5.0
_HEAD_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Result:
    """One measured round; `faults` counts what was not a proper answer, by its kind."""

    messages: int
    per_second: float
    p50_ms: float
    p99_ms: float
    cpu_us: float  # of the server's processes, a message
    rss_mb: float
    faults: Mapping[str, int]


class _Line:
    """One connection; it waits for the answer to request number `at`, sent at `since`."""

    __slots__ = ("at", "buffer", "end", "since", "socket")

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.at = -1

    def send(self, at: int, request: bytes) -> None:
        self.at, self.buffer, self.end = at, b"", 0
        self.since = time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> bytes | None:
        """The whole response once it is there, None before; empty when the server has hung up."""
        more = self.socket.recv(65536)
        if not more:
            return b""
        self.buffer += more
        if not self.end:
            head = self.buffer.find(_HEAD_END)
            length = _LENGTH.search(self.buffer, 0, head) if head > 0 else None
            if length is None:
                return None
            self.end = head + len(_HEAD_END) + int(length[1])
        return self.buffer if len(self.buffer) >= self.end else None


class _Run:
    """Sends the requests in order over the lines, each of which waits for its answer before it sends the next."""

    def __init__(self, port: int, requests: Sequence[bytes], connections: int) -> None:
        self._port = port
        self._requests = requests
        self._next = 0
        self._selector = selectors.DefaultSelector()
        self._lines = [self._open() for _ in range(min(connections, len(requests)))]
        self.answers = [b""] * len(requests)
        self.seconds = [0.0] * len(requests)

    def run(self) -> float:
        """Until every request has its answer or its connection was lost; returns the seconds it took."""
        started = time.perf_counter()
        for line in self._lines:
            self._send(line)
        open_lines = len(self._lines)
        while open_lines:
            ready = self._selector.select(_PATIENCE)
            if not ready:
                break
            for key, _ in ready:
                open_lines -= not self._advance(key.data)
        taken = time.perf_counter() - started
        self._selector.close()
        return taken

    def _open(self) -> _Line:
        line = _Line(self._port)
        self._selector.register(line.socket, selectors.EVENT_READ, line)
        return line

    def _advance(self, line: _Line) -> bool:
        """False when this line is over."""
        answer = line.receive()
        if answer is None:
            return True
        self.seconds[line.at] = time.perf_counter() - line.since
        if answer:
            self.answers[line.at] = answer
        elif self._next < len(self._requests):
            line = self._replace(line)
        if self._next < len(self._requests):
            self._send(line)
            return True
        self._selector.unregister(line.socket)
        line.socket.close()
        return False

    def _replace(self, line: _Line) -> _Line:
        self._selector.unregister(line.socket)
        line.socket.close()
        return self._open()

    def _send(self, line: _Line) -> None:
        line.send(self._next, self._requests[self._next])
        self._next += 1


def measure(port: int, server: int, wire: Wire, posts: Sequence[Post], connections: int = 64) -> Result:
    """Post everything to the server with that process id and judge the answers."""
    run = _Run(port, [_request(port, *wire.pack(post)) for post in posts], connections)
    gc.collect()
    gc.disable()
    try:
        before, _ = usage(server)
        taken = run.run()
        after, rss = usage(server)
    finally:
        gc.enable()
    waited = sorted(run.seconds)
    return Result(
        messages=len(posts),
        per_second=len(posts) / taken,
        p50_ms=waited[len(waited) // 2] * 1000,
        p99_ms=waited[len(waited) * 99 // 100] * 1000,
        cpu_us=(after - before) / len(posts) * 1e6,
        rss_mb=rss / 1e6,
        faults=_judge(wire, posts, run.answers),
    )


def usage(pid: int) -> tuple[float, int]:
    """Seconds of processor time and bytes of memory of a process and its children."""
    top = psutil.Process(pid)
    family = [top, *top.children(recursive=True)]
    seconds = [one.cpu_times() for one in family]
    return sum(one.user + one.system for one in seconds), sum(one.memory_info().rss for one in family)


def _request(port: int, query: str, body: bytes) -> bytes:
    head = (
        f"POST /wechat?{query} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUser-Agent: Mozilla/4.0\r\nAccept: */*\r\n"
        f"Content-Type: text/xml\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _judge(wire: Wire, posts: Sequence[Post], answers: Sequence[bytes]) -> Mapping[str, int]:
    faults: Counter[str] = Counter()
    heard: dict[str, str] = {}
    for post, answer in zip(posts, answers, strict=True):
        try:
            text = _read(wire, post, answer)
        except Wrong as wrong:
            faults[str(wrong)] += 1
        else:
            faults["another answer to a redelivery"] += heard.setdefault(post.msg_id, text) != text
    return +faults


def _read(wire: Wire, post: Post, answer: bytes) -> str:
    if not answer:
        raise Wrong("no answer")
    head = answer.find(_HEAD_END)
    text = wire.read(post, int(answer[9:12]), answer[head + len(_HEAD_END) :])
    if text is None:
        raise Wrong("answered later")
    return text
