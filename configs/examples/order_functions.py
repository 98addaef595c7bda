#!/usr/bin/env python3
"""The functions of the order examples behind an HTTP endpoint: a shop with a fixed stock.

usage: order_functions.py [PORT]    (9001 where none is given)

It answers POST /2015-03-31/functions/NAME/invocations as Lambda's Invoke API does:
  checkInventory   adds to an order how many of its item there are
  updateOrder      gives the order's new status
  updateInventory  gives how many are left
"""
import http.server
import json
import sys
import urllib.parse

STOCK = {"apple": 100, "pear": 7, "quince": 0}
OTHER_STOCK = 10


class FunctionError(Exception):
    """The function fails: its error's type and message go to the caller."""

    def __init__(self, error_type, message):
        super().__init__(message)
        self.error_type = error_type


def check_inventory(payload):
    """Without an order it is one of three apples."""
    item = payload.get("item") or {"id": "apple", "num_of_items": 3}
    if item["num_of_items"] < 1:
        raise FunctionError("InvalidOrder", f"{item['num_of_items']} items of '{item['id']}' were ordered")
    return {"order_id": payload.get("order_id", "none"), "item": item,
            "inventory": {"num_of_items": STOCK.get(item["id"], OTHER_STOCK)}}


def update_order(payload):
    enough = payload["item"]["num_of_items"] <= payload["inventory"]["num_of_items"]
    return {"order_id": payload.get("order_id", "none"), "status": "COMPLETE" if enough else "CANCELLED"}


def update_inventory(payload):
    wanted, there = payload["item"]["num_of_items"], payload["inventory"]["num_of_items"]
    if wanted > there:
        raise FunctionError("OutOfStock", f"{wanted} wanted, {there} there")
    return {"item_id": payload["item"]["id"], "num_of_items": there - wanted}


FUNCTIONS = {"checkInventory": check_inventory, "updateOrder": update_order,
             "updateInventory": update_inventory}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        payload = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")
        name = urllib.parse.unquote(self.path.split("/")[3] if self.path.count("/") == 4 else "")
        name = name.split(":")[6] if name.count(":") >= 6 else name  # of an ARN
        function = FUNCTIONS.get(name)
        if function is None:
            self.reply(404, {"Message": f"Function not found: {name}"},
                       ("x-amzn-ErrorType", "ResourceNotFoundException"))
            return
        try:
            self.reply(200, function(payload))
        except FunctionError as error:
            self.reply(200, {"errorMessage": str(error), "errorType": error.error_type},
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


class Server(http.server.ThreadingHTTPServer):
    # Many orders call at once; the default of 5 would keep connections waiting.
    request_queue_size = 1024
    daemon_threads = True


def main():
    if len(sys.argv) > 2 or "--help" in sys.argv[1:]:
        print(__doc__)
        return 0 if "--help" in sys.argv[1:] else 2
    port = int(sys.argv[1]) if len(sys.argv) == 2 else 9001
    server = Server(("127.0.0.1", port), Handler)
    print(f"functions at http://127.0.0.1:{server.server_address[1]}; Ctrl-C ends them", file=sys.stderr)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        return 0


if __name__ == "__main__":
    sys.exit(main())
