#!/usr/bin/env python3
"""The functions of order.asl.json behind an HTTP endpoint, to try the example with.

usage: order_functions.py [PORT]    (9001 where none is given)

It answers POST /2015-03-31/functions/NAME/invocations as Lambda's Invoke API does:
  checkInventory   how many of an item there are; every fifth call is "busy", and a retry helps
  updateOrder      takes the order's new status
  updateInventory  takes items out of the stock
"""
import http.server
import itertools
import json
import sys
import threading
import urllib.parse

stock = {}
lock = threading.Lock()
calls = itertools.count(1)


class Busy(Exception):
    pass


def check_inventory(payload):
    if next(calls) % 5 == 0:
        raise Busy("the inventory is busy, try again")
    with lock:
        return {"in_stock": stock.setdefault(payload["item"], 1000)}


def update_order(payload):
    return {"order": payload["order"], "status": payload["status"]}


def update_inventory(payload):
    with lock:
        stock[payload["item"]] = stock.get(payload["item"], 1000) - payload["take"]
        return {"item": payload["item"], "left": stock[payload["item"]]}


FUNCTIONS = {"checkInventory": check_inventory, "updateOrder": update_order,
             "updateInventory": update_inventory}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        payload = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")
        name = urllib.parse.unquote(self.path.split("/")[3] if self.path.count("/") == 4 else "")
        function = FUNCTIONS.get(name)
        if function is None:
            self.reply(404, {"Message": f"Function not found: {name}"},
                       ("x-amzn-ErrorType", "ResourceNotFoundException"))
            return
        try:
            self.reply(200, function(payload))
        except Busy as error:
            self.reply(200, {"errorMessage": str(error), "errorType": "InventoryBusy"},
                       ("X-Amz-Function-Error", "Unhandled"))

    def reply(self, status, value, *headers):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        for name, text in headers:
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format, *args):
        pass


def main():
    if len(sys.argv) > 2 or "--help" in sys.argv[1:]:
        print(__doc__)
        return 0 if "--help" in sys.argv[1:] else 2
    port = int(sys.argv[1]) if len(sys.argv) == 2 else 9001
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
    print(f"functions at http://127.0.0.1:{server.server_address[1]}; Ctrl-C ends them", file=sys.stderr)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        return 0


if __name__ == "__main__":
    sys.exit(main())
