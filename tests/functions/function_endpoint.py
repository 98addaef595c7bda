"""Function endpoints for tests: the Lambda Invoke API on loopback, with behaviour that a test sets.

    with FunctionEndpoint() as endpoint:
        endpoint.behave("checkInventory", succeed({"in_stock": 3}))
        ... endpoint.url ... endpoint.calls("checkInventory") ...

A behaviour is a function of the payload that returns an Answer; `in_order` gives one to each call.
`POST /2015-03-31/functions/NAME/invocations` takes a name or an ARN, percent-encoded or not.
"""
import http.server
import json
import re
import socket
import threading
import urllib.parse

INVOCATION = re.compile(r"^/2015-03-31/functions/([^/]+)/invocations$")


class Answer:
    """What one call gets: a status, a body and headers; or nothing, or a closed connection."""

    def __init__(self, status=200, body=b"", headers=(), hang=False, close=False):
        self.status = status
        self.body = body
        self.headers = headers
        self.hang = hang
        self.close = close


def succeed(payload):
    return lambda _: Answer(body=json.dumps(payload).encode())


def compute(function):
    """Succeeds with what the function makes of the payload."""
    return lambda payload: Answer(body=json.dumps(function(payload)).encode())


def function_error(error_type, message):
    """The function itself failed: status 200, and a header says so."""
    body = json.dumps({"errorMessage": message, "errorType": error_type}).encode()
    return lambda _: Answer(body=body, headers=[("X-Amz-Function-Error", "Unhandled")])


def service_error(status, error_type, message):
    """The service refused or failed: a 4xx or 5xx with the error's type in a header."""
    body = json.dumps({"Message": message}).encode()
    return lambda _: Answer(status=status, body=body, headers=[("x-amzn-ErrorType", error_type)])


def hang():
    """Never answers."""
    return lambda _: Answer(hang=True)


def held_until(event, behaviour):
    """Answers once the event (threading.Event) is set."""

    def wait(payload):
        event.wait()
        return behaviour(payload)

    return wait


def close_connection():
    """Closes the connection without an answer."""
    return lambda _: Answer(close=True)


def in_order(*behaviours):
    """The first behaviour for the first call and so on; the last one stays."""
    left = list(behaviours)
    lock = threading.Lock()

    def next_behaviour(payload):
        with lock:
            behaviour = left.pop(0) if len(left) > 1 else left[0]
        return behaviour(payload)

    return next_behaviour


def short_name(function):
    """`checkInventory` of a name, or of an ARN with or without a qualifier."""
    parts = function.split(":")
    return parts[6] if len(parts) > 6 else parts[0]


class Server(http.server.ThreadingHTTPServer):
    """Takes many connections at once: the default of 5 leaves the rest waiting for their retransmissions."""
    request_queue_size = 1024
    daemon_threads = True


class FunctionEndpoint:
    def __init__(self):
        self._behaviours = {}
        self._calls = {}
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._server = Server(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def behave(self, name, behaviour):
        with self._lock:
            self._behaviours[name] = behaviour

    def calls(self, name):
        """The payloads that the function was called with, in order."""
        with self._lock:
            return list(self._calls.get(name, []))

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stopped.set()
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, name, payload):
        with self._lock:
            self._calls.setdefault(name, []).append(payload)
            behaviour = self._behaviours.get(name)
            if behaviour is None:
                behaviour = service_error(404, "ResourceNotFoundException", f"Function not found: {name}")
        return behaviour(payload)

    def _handler(self):
        endpoint = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_POST(self):
                size = int(self.headers.get("Content-Length") or 0)
                data = self.rfile.read(size)
                match = INVOCATION.match(urllib.parse.urlsplit(self.path).path)
                if match is None:
                    self.reply(Answer(404, b'{"Message":"no such path"}'))
                    return
                name = short_name(urllib.parse.unquote(match.group(1)))
                answer = endpoint._answer(name, json.loads(data) if data else None)
                if answer.hang:
                    endpoint._stopped.wait()
                if answer.hang or answer.close:
                    self.close_connection = True
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                self.reply(answer)

            def reply(self, answer):
                self.send_response(answer.status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer.body)))
                for name, value in answer.headers:
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(answer.body)

            def handle_one_request(self):
                try:
                    super().handle_one_request()
                except OSError:  # the client went away, as clients that time out do
                    self.close_connection = True

            def log_message(self, format, *args):
                pass

        return Handler
