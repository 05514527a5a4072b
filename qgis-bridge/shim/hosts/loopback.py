"""The web server through which the system's browser talks with QGIS: on 127.0.0.1, for one person, with one token.

Its threads touch nothing of QGIS: they put texts into queues, and `receive` is a signal that Qt delivers on the main
thread. Messages of the page are put in order by their sequence numbers, and given on once.
"""
import hmac
import json
import secrets
import socket
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from .files import INDEX

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
TYPES = {
    "html": "text/html; charset=utf-8", "js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8",
    "svg": "image/svg+xml", "png": "image/png", "json": "application/json", "woff2": "font/woff2",
}
MOST_BODY_BYTES = 40_000_000
MOST_AHEAD = 1_000
MOST_UNREAD = 5_000
MOST_UNREAD_CHARACTERS = 80_000_000
POLL_SECONDS = 20


class _Moved(Exception):
    """Another page has taken over, or the panel was closed."""


class _Busy(Exception):
    """Too many posts arrived before one that is missing."""


class Mailbox:
    """Both directions for the page that has the word. A page's messages are numbered from 1; the first is its hello.

    A page becomes the one that has the word when its first message is here; the one before it is told that it moved.
    """

    def __init__(self, receive):
        self._receive = receive
        self._changed = threading.Condition()
        self._client = None
        self._former = []
        self._next = 1
        self._ahead = {}
        # Messages of pages whose first one has not arrived yet.
        self._early = {}
        self._sent = []
        self._sent_characters = 0
        self._read = 0
        self._polls = 0
        self.is_closed = False

    def post(self, client, first, texts):
        """Takes messages numbered from `first`; returns the number up to which all are here."""
        with self._changed:
            self._demand_welcome(client)
            if client == self._client:
                waiting = self._ahead
            else:
                waiting = self._early.setdefault(client, {})
                while len(self._early) > 8:
                    self._early.pop(next(iter(self._early)))
            numbered = [(first + at, text) for at, text in enumerate(texts)]
            # What was given on already comes again when the page did not get our answer.
            new = {number: text for number, text in numbered if client != self._client or number >= self._next}
            if len(waiting) + len(new) > MOST_AHEAD:
                raise _Busy
            waiting.update(new)
            if client != self._client:
                if 1 not in waiting:
                    return 0
                self._take_over(client)
            while self._next in self._ahead:
                self._receive(self._ahead.pop(self._next))
                self._next += 1
            return self._next - 1

    def poll(self, client, after, wait_seconds=POLL_SECONDS):
        """What was sent since number `after`, as soon as there is something → (number of the last, texts)."""
        with self._changed:
            self._demand_welcome(client)
            if client == self._client and after > self._read:
                known = min(after - self._read, len(self._sent))
                self._sent_characters -= sum(len(text) for text in self._sent[:known])
                del self._sent[:known]
                self._read += known
            self._polls += 1
            mine = self._polls
            self._changed.notify_all()

            def is_over():
                is_replaced = self._polls != mine and client == self._client
                return client in self._former or self.is_closed or is_replaced or (client == self._client and self._sent)

            if wait_seconds > 0:
                self._changed.wait_for(is_over, timeout=wait_seconds)
            self._demand_welcome(client)
            if client != self._client:
                return 0, []
            if self._polls != mine:
                # A newer poll gets them.
                return self._read, []
            return self._read + len(self._sent), list(self._sent)

    def send(self, text):
        with self._changed:
            if self._client is None:
                return
            self._sent.append(text)
            self._sent_characters += len(text)
            if len(self._sent) > MOST_UNREAD or self._sent_characters > MOST_UNREAD_CHARACTERS:
                # Nobody reads any more; the page has to begin anew.
                self._forget_current()
            self._changed.notify_all()

    def close(self):
        with self._changed:
            self.is_closed = True
            self._changed.notify_all()

    def _take_over(self, client):
        self._forget_current()
        self._client = client
        self._ahead = self._early.pop(client)
        self._next = 1
        self._changed.notify_all()

    def _forget_current(self):
        if self._client is not None:
            self._former = self._former[-99:] + [self._client]
        self._client = None
        self._ahead = {}
        self._sent = []
        self._sent_characters = 0
        self._read = 0

    def _demand_welcome(self, client):
        if client in self._former or self.is_closed:
            raise _Moved


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    broke = None

    def __init__(self, address, handler):
        super().__init__(address, handler)
        self._lines = {}
        self._changing = threading.Lock()

    def process_request(self, request, client_address):
        thread = threading.Thread(target=self.process_request_thread, args=(request, client_address), daemon=True)
        with self._changing:
            self._lines[thread] = request
        thread.start()

    def process_request_thread(self, request, client_address):
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self._changing:
                self._lines.pop(threading.current_thread(), None)

    def end_lines(self):
        """Ends the threads of a browser that keeps its lines open; answers on their way still arrive, if they are soon.
        Afterwards the plugin is taken apart, and Python's garbage collector runs in any thread: in one of these it would
        take Qt's objects apart, of which QGIS dies while it closes."""
        for how, seconds in ((socket.SHUT_RD, 1), (socket.SHUT_RDWR, 1)):
            with self._changing:
                lines = dict(self._lines)
            for request in lines.values():
                try:
                    request.shutdown(how)
                except OSError:
                    # The browser has closed it.
                    continue
            end = time.monotonic() + seconds
            for thread in lines:
                thread.join(max(0, end - time.monotonic()))

    def handle_error(self, _request, _client_address):
        """Otherwise a trace goes to standard error, which QGIS on Windows does not have."""
        error = sys.exc_info()[1]
        # A browser that is closed leaves connections half-way; that is no news.
        if not isinstance(error, (ConnectionError, TimeoutError)):
            self.broke(f"a request of the browser that broke: {error!r}")


class Loopback:
    def __init__(self, files, receive, refuse):
        self.secret = secrets.token_urlsafe(32)
        self.mailbox = Mailbox(receive)
        self._refuse = refuse
        self._refusing = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _handler_of(files, self))
        self._server.broke = self.refuse
        self.port = self._server.server_address[1]
        self.origin = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def refuse(self, what):
        """Told from any of the server's threads, and never after close(): who listens is taken apart then."""
        with self._refusing:
            if self._refuse is not None:
                self._refuse(what)

    def close(self):
        self.mailbox.close()
        with self._refusing:
            self._refuse = None
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(2)
        self._server.end_lines()


def _same(given, wanted):
    return hmac.compare_digest((given or "").encode("utf-8", "replace"), wanted.encode("utf-8"))


def _handler_of(files, loopback):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        server_version = "secims"
        sys_version = ""
        # Without it each small answer waits 40 ms.
        disable_nagle_algorithm = True
        wbufsize = 65536
        timeout = 60

        def do_GET(self):  # noqa: N802
            address = urlsplit(self.path)
            if address.path == "/poll":
                self._poll(parse_qs(address.query))
                return
            if not self._is_from_here():
                return
            path = files.get("/" + INDEX if address.path == "/" else address.path)
            if path is None:
                self._say(404, {"reason": "not a file of the panel"})
                return
            with open(path, "rb") as file:
                content = file.read()
            self._answer(200, content, TYPES.get(path.rsplit(".", 1)[-1].lower(), "application/octet-stream"))

        def do_POST(self):  # noqa: N802
            length = self._length()
            if not self._may_talk():
                return
            if self.path != "/post" or length is None or length > MOST_BODY_BYTES:
                self.close_connection = True
                self._say(404 if self.path != "/post" else 413, {"reason": "not a post the bridge takes"})
                return
            try:
                post = json.loads(self.rfile.read(length).decode("utf-8"))
                client, number, texts = post["client"], post["seq"], post["messages"]
                fits = (
                    isinstance(client, str) and 8 <= len(client) <= 100 and type(number) is int and number >= 1
                    and isinstance(texts, list) and all(isinstance(text, str) for text in texts)
                )
            except (ValueError, KeyError, TypeError, RecursionError):
                fits = False
            if not fits:
                self._say(400, {"reason": "expected client, seq and messages"})
                return
            self._answered(lambda: {"ack": loopback.mailbox.post(client, number, texts)})

        def _poll(self, query):
            if not self._may_talk():
                return
            client, after = query.get("client", [""])[0], query.get("after", [""])[0]
            if not (8 <= len(client) <= 100 and after.isascii() and after.isdigit() and len(after) < 16):
                self._say(400, {"reason": "expected client and after"})
                return

            # A page asks with wait=0 to see whether QGIS is there.
            wait_seconds = 0 if query.get("wait") == ["0"] else POLL_SECONDS

            def polled():
                seq, texts = loopback.mailbox.poll(client, int(after), wait_seconds)
                return {"seq": seq, "messages": texts}

            self._answered(polled)

        def _answered(self, ask):
            try:
                answer = ask()
            except _Moved:
                self._say(410, {"reason": "closed" if loopback.mailbox.is_closed else "moved"})
            except _Busy:
                self._say(429, {"reason": "an earlier post is missing"})
            else:
                self._say(200, answer)

        def _length(self):
            given = self.headers.get("Content-Length", "")
            return int(given) if given.isascii() and given.isdigit() and len(given) < 12 else None

        def _is_from_here(self):
            """A page of another site can make a browser send requests here, but not with this Host and Origin."""
            host, origin = self.headers.get("Host"), self.headers.get("Origin")
            if _same(host, loopback.origin[len("http://"):]) and (origin is None or _same(origin, loopback.origin)):
                return True
            self._turn_away(f"Host {str(host)[:100]}, Origin {str(origin)[:100]}")
            return False

        def _may_talk(self):
            if not self._is_from_here():
                return False
            if _same(self.headers.get("X-Bridge-Token"), loopback.secret):
                return True
            self._turn_away("a wrong token")
            return False

        def _turn_away(self, why):
            loopback.refuse(f"a request of the browser with {why}")
            # Its body, if there is one, is not read.
            self.close_connection = True
            self._say(403, {"reason": "not for you"})

        def _say(self, status, answer):
            self._answer(status, json.dumps(answer, ensure_ascii=True).encode("ascii"), "application/json")

        def _answer(self, status, content, kind):
            self.send_response(status)
            for name, value in (
                ("Content-Type", kind), ("Content-Length", str(len(content))), ("Cache-Control", "no-store"),
                ("Content-Security-Policy", POLICY), ("X-Content-Type-Options", "nosniff"),
                ("Referrer-Policy", "no-referrer"), ("Cross-Origin-Resource-Policy", "same-origin"),
            ):
                self.send_header(name, value)
            if self.close_connection:
                self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_args):
            """Nothing: addresses of polls are of no interest, and standard error may be closed in QGIS."""

    return Handler
