"""A daemon of mKTL in Python, no more than a client needs, that knows nothing of ours: raw frames over ZeroMQ.

It has the manners of daemons that are not ours: no numbers in publications, errors without a code, hashes of 128 bits, an ACK twice,
a REP before its ACK or without one, publications without a time or of no use at all, errors where no answer was wanted, slow looks.
It prints its ports, and obeys one command a line on stdin, as JSON [NAME, ARGS...].

Arguments: the ports to take, 0 for any.
"""

import json
import sys
import time

import zmq

STORE, ALIAS, UUID = "plant", "main", "06c90ede-ca4f-4aa3-9729-037e3b75d93d"
HASH = 154987922404031534025949415833612942143

context = zmq.Context()
context.setsockopt(zmq.LINGER, 0)


def bind(kind, port):
    socket = context.socket(kind)
    socket.bind("tcp://127.0.0.1:" + ("*" if port == "0" else port))
    return socket, int(socket.getsockopt(zmq.LAST_ENDPOINT).decode().rsplit(":", 1)[1])


router, rep = bind(zmq.ROUTER, sys.argv[1])
publisher, pub = bind(zmq.PUB, sys.argv[2])

items = {
    "level": {"type": "numeric", "units": "m", "format": "%.1f"},
    "mode": {"type": "enumerated", "enumerators": {"0": "off", "1": "on"}},
    "count": {"type": "numeric"},
    "slow": {"type": "numeric"},
    "broken": {"settable": True},
    "clear": {},
}
values = {"level": 1.5, "mode": 1, "count": 12345678901234567890123, "slow": 7, "broken": None, "clear": None}
taken = dict.fromkeys(values, 1795294140.5)
block = {
    "store": STORE,
    "alias": ALIAS,
    "uuid": UUID,
    "time": 1795294147.8,
    "hash": HASH,
    "items": items,
    "provenance": [{"stratum": 0, "hostname": "127.0.0.1", "rep": rep, "pub": pub}],
}

waiting = []  # Answers that are given later: [when, peer, id, target, payload].
errors = 0


def send(peer, identity, kind, target=b"", payload=None):
    text = b"" if payload is None else json.dumps(payload).encode()
    router.send_multipart([peer, b"a", identity, kind, target, b"", text])


def publish(key, payload):
    publisher.send_multipart([("%s.%s." % (STORE, key)).encode(), b"a", json.dumps(payload).encode()])


def failure(kind, text):
    return {"error": {"type": kind, "text": text}}


def answer(kind, target, payload):
    """What is answered; no code and no more than there must be."""
    store, _, key = target.partition(".")
    if target == "_hash" or (store == STORE and key == "_hash"):
        return {"value": {STORE: {UUID: HASH}}}
    if store != STORE:
        return failure("ValueError", "this daemon serves " + STORE)
    if key == "_catalog":
        return {"value": {UUID: block}}
    if key == "_%scat" % ALIAS:
        return {"value": block, "time": block["time"]}
    if key not in items:
        return failure("KeyError", "no such key: " + key)
    if kind == b"GET":
        return {"value": values[key], "time": taken[key]}
    if key == "broken":
        return failure("RuntimeError", "it is broken")
    if values[key] != payload["value"]:
        values[key], taken[key] = payload["value"], time.time()
        publish(key, {"value": values[key], "time": taken[key]})
    return {"value": True}


def take(peer, frames):
    global errors
    _, identity, kind, target, flags, text = frames[:6]
    flags = flags[-1] if flags else 0
    key = target.decode().partition(".")[2]
    payload = json.loads(text) if text else {}
    reply = answer(kind, target.decode(), payload)
    is_early = kind == b"SET" and key == "mode"  # Its REP comes before its ACK.
    is_bare = kind == b"GET" and key == "level"  # No ACK at all.
    if not flags & 1 and not is_early and not is_bare:
        send(peer, identity, b"ACK")
        send(peer, identity, b"ACK")
    if key == "slow" and payload.get("refresh"):
        waiting.append([time.time() + 0.7, peer, identity, target, reply])
        return
    if "error" in reply and flags & 2:
        errors += 1
    if not flags & 2 or "error" in reply:
        send(peer, identity, b"REP", target, reply)
    if is_early:
        send(peer, identity, b"ACK")


def obey(name, *args):
    if name == "set":
        values[args[0]], taken[args[0]] = args[1], time.time()
        publish(args[0], {"value": args[1], "time": taken[args[0]]})
    elif name == "timeless":
        values[args[0]] = args[1]
        publish(args[0], {"value": args[1]})
    elif name == "malformed":
        topic = ("%s.%s." % (STORE, args[0])).encode()
        for frames in ([topic], [topic, b"a"], [topic, b"b", b'{"value": 1}'], [topic, b"a", b"{"], [topic, b"a", b"[1]"]):
            publisher.send_multipart(frames)
        publisher.send_multipart([topic, b"a", b'{"shape": [9], "dtype": ">i2", "time": 1}', b"ab"])
    print(json.dumps({"errors": errors}), flush=True)


print(json.dumps([rep, pub]), flush=True)
poller = zmq.Poller()
poller.register(router, zmq.POLLIN)
poller.register(sys.stdin, zmq.POLLIN)
while True:
    limit = min([one[0] for one in waiting], default=None)
    ready = dict(poller.poll(None if limit is None else max(0, (limit - time.time()) * 1000)))
    for one in [one for one in waiting if one[0] <= time.time()]:
        waiting.remove(one)
        send(one[1], one[2], b"REP", one[3], one[4])
    if router in ready:
        peer, *frames = router.recv_multipart()
        take(peer, frames)
    if sys.stdin.fileno() in ready:
        line = sys.stdin.readline()
        if line == "":
            break
        obey(*json.loads(line))
