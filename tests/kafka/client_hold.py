"""A port of a broker that never answers the clients of one `client.id`; all others pass.

It stands for a broker that accepts connections and hangs. Clients learn the broker's own address here and go on there;
those that are held learn nothing.
"""
import contextlib
import socket
import struct
import threading

CLIENT_ID_AT = 12  # behind a frame's size (4 bytes), key and version (2 each) and correlation id (4)


class ClientHold:
    """`with ClientHold(port, client_id) as hold:` listens at `hold.address`; `hold.seen` is set once one is held."""

    def __init__(self, port, client_id):
        self._broker = ("127.0.0.1", port)
        self._client_id = client_id.encode()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._connections = []
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self.seen = threading.Event()

    def __enter__(self):
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        for one in (self._listener, *self._connections):
            with contextlib.suppress(OSError):  # the other side has gone
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _accept(self):
        with contextlib.suppress(OSError):  # the end
            while True:
                client, _ = self._listener.accept()
                self._connections.append(client)
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        with contextlib.suppress(OSError):  # either side has gone
            first = client.recv(1 << 16)  # a request so small comes whole
            if len(first) < CLIENT_ID_AT + 2:
                return
            size, = struct.unpack_from(">h", first, CLIENT_ID_AT)
            if first[CLIENT_ID_AT + 2:CLIENT_ID_AT + 2 + max(size, 0)] == self._client_id:
                self.seen.set()
                return  # it stays open
            server = socket.create_connection(self._broker)
            self._connections.append(server)
            server.sendall(first)
            threading.Thread(target=self._copy, args=(server, client), daemon=True).start()
            self._copy(client, server)

    @staticmethod
    def _copy(source, target):
        with contextlib.suppress(OSError):
            while chunk := source.recv(1 << 16):
                target.sendall(chunk)
            target.shutdown(socket.SHUT_WR)
