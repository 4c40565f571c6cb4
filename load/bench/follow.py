"""One sample for `load.bench`: redirects over kept connections as fast as answers come, by plain sockets.

`python -m load.bench.follow http://HOST:PORT/PATH SECONDS` prints `{count, seconds}`; each answer must be a 302.
"""

import json
import re
import socket
import sys
import threading
import time
from urllib.parse import urlsplit

CONNECTIONS = 16
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


class Follower(threading.Thread):
    """One connection, one request at a time until the end."""

    def __init__(self, address: str, end: float) -> None:
        super().__init__()
        place = urlsplit(address)
        self._socket = socket.create_connection((place.hostname or "", place.port or 80), 10)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._request = f"GET {place.path} HTTP/1.1\r\nHost: {place.netloc}\r\n\r\n".encode()
        self._end = end
        self.count = 0
        self.trouble = ""

    def run(self) -> None:
        """See above."""
        with self._socket:
            try:
                while not self.trouble and time.monotonic() < self._end:
                    self._follow()
            except OSError as error:  # a thread that dies says nothing, and its connection would only be missing
                self.trouble = str(error)

    def _follow(self) -> None:
        self._socket.sendall(self._request)
        head = self._answer()
        if head.startswith(b"HTTP/1.1 302"):
            self.count += 1
        else:
            self.trouble = head[:100].decode("latin-1") or "the connection was closed"

    def _answer(self) -> bytes:
        data = b""
        while True:
            head, blank, body = data.partition(b"\r\n\r\n")
            found = LENGTH.search(head)
            if blank and len(body) >= (int(found[1]) if found else 0):
                return head
            more = self._socket.recv(65536)
            if not more:
                return b""
            data += more


def main() -> int:
    """See above."""
    address, seconds = sys.argv[1], float(sys.argv[2])
    began = time.monotonic()
    followers = [Follower(address, began + seconds) for _ in range(CONNECTIONS)]
    for follower in followers:
        follower.start()
    for follower in followers:
        follower.join()
    trouble = next((follower.trouble for follower in followers if follower.trouble), "")
    if trouble:
        sys.exit(f"not a redirect: {trouble}")
    print(json.dumps({"count": sum(each.count for each in followers), "seconds": time.monotonic() - began}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
