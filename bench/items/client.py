"""python3 bench/items/client.py REQUESTS PUBLICATIONS COUNT: client.mjs in Python, on pyzmq. ns a request and a publication."""

import json
import sys
import time

import zmq

requests, publications, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
context = zmq.Context()
context.setsockopt(zmq.LINGER, 0)
dealer = context.socket(zmq.DEALER)
dealer.set_hwm(0)
dealer.connect("tcp://127.0.0.1:" + requests)
subscriber = context.socket(zmq.SUB)
subscriber.set_hwm(0)
subscriber.connect("tcp://127.0.0.1:" + publications)
last = 0


def send(kind, target, payload=b""):
    global last
    last += 1
    dealer.send_multipart([b"a", b"%08x" % last, kind, target, b"", payload])


def ask(many, in_flight):
    """So many GETs, so many of them under way; how many good answers came."""
    sent = answered = acknowledged = good = 0
    while answered < many or acknowledged < many:
        while sent < many and sent - answered < in_flight:
            send(b"GET", b"bench.value")
            sent += 1
        frames = dealer.recv_multipart()
        if frames[2] == b"ACK":
            acknowledged += 1
            continue
        answered += 1
        good += b'"value"' in frames[5]
    return good


def hear(many):
    """Have so many values published, and hear them all."""
    send(b"SET", b"bench.burst", b'{"value": %d}' % many)
    for _ in range(many):
        json.loads(subscriber.recv_multipart()[2])["value"]
    for _ in range(2):
        dealer.recv_multipart()
    return many


ask(1000, 64)
subscriber.setsockopt(zmq.SUBSCRIBE, b"bench.value.")
ask(500, 1)  # Meanwhile the daemon hears of the subscription.
hear(2000)

rows, outputs = {}, []
for name, many, job in (
    ("pythonGet", count, lambda: ask(count, 1)),
    ("pythonGet64", count * 2, lambda: ask(count * 2, 64)),
    ("pythonPublish", count * 4, lambda: hear(count * 4)),
):
    start = time.perf_counter_ns()
    outputs.append(job())
    rows[name] = (time.perf_counter_ns() - start) / many
print(json.dumps({"rows": rows, "outputs": outputs}))
