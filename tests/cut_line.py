"""A line to the tests' server that is cut when a test says so: requests still arrive, answers no longer."""

import contextlib
import socket
import threading
from collections.abc import Iterator


class Line:
    """Passes bytes on between clients and a server, until `cut_answers`."""

    def __init__(self, host: str, port: int) -> None:
        self._to = (host, port)
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._door.getsockname()[1]
        self._is_cut = threading.Event()
        self._threads: list[threading.Thread] = []
        self._ends: list[socket.socket] = []

    def cut_answers(self) -> None:
        """From now on the next answer closes its connection instead of arriving; new ones are whole again."""
        self._is_cut.set()

    def run(self) -> None:
        """Let clients in until the door is closed."""
        while True:
            try:
                client, _ = self._door.accept()
            except OSError:
                return
            server = socket.create_connection(self._to)
            self._ends += [client, server]
            self._start(self._pass, client, server, False)
            self._start(self._pass, server, client, True)

    def _start(self, *what: object) -> None:
        job, *given = what
        thread = threading.Thread(target=job, args=given)  # type: ignore[arg-type]
        thread.start()
        self._threads.append(thread)

    def _pass(self, source: socket.socket, target: socket.socket, are_answers: bool) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(65_536):
                if are_answers and self._is_cut.is_set():
                    self._is_cut.clear()
                    break
                target.sendall(piece)
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Close every connection and wait for the threads."""
        with contextlib.suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        for end in self._ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        for end in self._ends:
            end.close()


@contextlib.contextmanager
def line_to(host: str, port: int) -> Iterator[Line]:
    """A line for the time of a block."""
    line = Line(host, port)
    running = threading.Thread(target=line.run)
    running.start()
    try:
        yield line
    finally:
        line.close()
        running.join()
