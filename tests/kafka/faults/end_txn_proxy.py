"""A proxy before a broker that holds one EndTxn request back past its successor.

It stands for a network that delays a packet: the connection that carried the request breaks, the client
sends the request again by another, goes on with its next transaction, and then the first one arrives.
Not here: which run this belongs to (zombie_commit.py). Everything else passes through unchanged.
"""
import asyncio
import struct
import threading

PRODUCE, END_TXN = 0, 26
SUCCESSOR_REQUESTS = 2
LEAD_S = 0.005


def transactional_id(api_key, frame):
    """The transactional id of a request of these two kinds, None where it has none or is of another kind.

    A frame is a size (4 bytes), key and version (2 each), correlation id (4), the client's id and a body that
    begins with the transactional id; both are texts of a 16-bit length.
    """
    if api_key not in (PRODUCE, END_TXN):
        return None
    size, = struct.unpack_from(">h", frame, 12)
    at = 14 + max(size, 0)
    size, = struct.unpack_from(">h", frame, at)
    return None if size < 0 else bytes(frame[at + 2:at + 2 + size]).decode()


async def next_frame(stream):
    size = await stream.readexactly(4)
    return size + await stream.readexactly(struct.unpack(">i", size)[0])


class Zombie:
    """A request that was held back, with the connection on which it will arrive."""

    def __init__(self, name, frame, server_out):
        self.name = name
        self.frame = frame
        self.correlation_id = frame[8:12]
        self.server_out = server_out
        self.successor_requests = None  # what the next transaction has written; None: it has not begun


class Connection:
    """Two directions; the client's may end in a zombie, and the broker's then goes on until it is answered."""

    def __init__(self, proxy, client_out, server_out):
        self.proxy = proxy
        self.client_out = client_out
        self.server_out = server_out
        self.zombie = None

    async def pass_requests(self, client_in):
        while self.zombie is None:
            frame = await next_frame(client_in)
            api_key, = struct.unpack_from(">h", frame, 4)
            name = transactional_id(api_key, frame)
            if api_key == END_TXN and self.proxy.wants_zombie():
                self.zombie = Zombie(name, frame, self.server_out)
                self.proxy.zombie = self.zombie
                return
            self.server_out.write(frame)
            await self.server_out.drain()
            if name is not None:
                self.proxy.look(api_key, name)

    async def pass_answers(self, server_in):
        while True:
            frame = await next_frame(server_in)
            if self.zombie is None:
                self.client_out.write(frame)
                await self.client_out.drain()
            elif frame[4:8] == self.zombie.correlation_id:
                # Correlation id and throttle time, 4 bytes each, stand before the error code.
                code, = struct.unpack_from(">h", frame, 12)
                self.proxy.answers[code] = self.proxy.answers.get(code, 0) + 1
                return


class EndTxnProxy:
    """`with EndTxnProxy(port, target) as proxy:` serves in a thread of its own; `proxy.hold()` asks for one zombie."""

    def __init__(self, port, target):
        self._port = port
        self._target = target
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._wanted = False
        self.zombie = None
        self.answers = {}  # what the broker answered to zombies, by error code

    def __enter__(self):
        self._thread.start()
        self._call(asyncio.start_server(self._serve, "127.0.0.1", self._port))
        return self

    def __exit__(self, *_):
        self._call(self._cancel_all())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def hold(self):
        """The next EndTxn of any producer becomes a zombie."""
        self._loop.call_soon_threadsafe(setattr, self, "_wanted", True)

    def delivered(self):
        """How many zombies arrived after their successor had begun, and were answered."""
        return sum(self.answers.values())

    def wants_zombie(self):
        wanted, self._wanted = self._wanted and self.zombie is None, False
        return wanted

    def look(self, api_key, name):
        """The zombie comes when its successor has written something and is likely to write more."""
        zombie = self.zombie
        if zombie is None or zombie.name != name:
            return
        if api_key == END_TXN:
            zombie.successor_requests = 0
        elif zombie.successor_requests is not None:
            zombie.successor_requests += 1
            if zombie.successor_requests < SUCCESSOR_REQUESTS:
                return
            self.zombie = None
            # Requests of two connections are read in any order: this leaves the other one the lead.
            self._loop.call_later(LEAD_S, zombie.server_out.write, zombie.frame)

    def _call(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    async def _cancel_all(self):
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()

    async def _serve(self, client_in, client_out):
        try:
            server_in, server_out = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            client_out.close()
            return
        connection = Connection(self, client_out, server_out)
        answers = asyncio.ensure_future(connection.pass_answers(server_in))
        requests = asyncio.ensure_future(connection.pass_requests(client_in))
        # Either side may go first; one that ends with its zombie leaves the other direction open for it.
        await asyncio.wait({answers, requests}, return_when=asyncio.FIRST_COMPLETED)
        client_out.close()
        if connection.zombie is not None:
            await asyncio.wait({answers})
        server_out.close()
        for task in (answers, requests):
            task.cancel()
        # What broke a connection is seen by its ends; here it is only taken note of.
        await asyncio.gather(answers, requests, return_exceptions=True)
