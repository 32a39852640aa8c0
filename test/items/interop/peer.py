"""A client of mKTL in Python that knows nothing of ours: raw frames over ZeroMQ, arrays by numpy.

One command a line on stdin, as JSON [NAME, ARGS...]; one answer a line on stdout.
"""

import json
import sys

import numpy
import zmq

rep_port, pub_port = sys.argv[1], sys.argv[2]
context = zmq.Context()
context.setsockopt(zmq.LINGER, 0)
dealer = context.socket(zmq.DEALER)
dealer.setsockopt(zmq.IDENTITY, b"request.Client.4711")
dealer.connect("tcp://127.0.0.1:" + rep_port)
subscriber = context.socket(zmq.SUB)
subscriber.connect("tcp://127.0.0.1:" + pub_port)
last = 0
PATIENCE_MS = 10000


def receive(socket, patience=PATIENCE_MS):
    if not socket.poll(patience):
        return None
    return socket.recv_multipart()


def array_of(payload, bulk):
    array = numpy.frombuffer(bulk, dtype=getattr(numpy, payload["dtype"])).reshape(payload["shape"])
    return {"dtype": array.dtype.name, "shape": list(array.shape), "text": str(array.tolist())}


def shown(frames, at):
    payload = json.loads(frames[at]) if frames[at] else None
    if len(frames) > at + 1:
        payload["array"] = array_of(payload, frames[at + 1])
    return payload


def ask(kind, target, payload=None, array=None, flags=""):
    """Answers [type, target, flags, payload] of each message about this request, up to its REP."""
    global last
    last += 1
    identity = b"%08x" % last
    frames = [b"a", identity, kind.encode(), target.encode(), bytes.fromhex(flags)]
    if array is not None:
        made = numpy.array(array["values"], dtype=array["dtype"]).reshape(array["shape"])
        payload = dict(payload or {}, shape=list(made.shape), dtype=made.dtype.name)
    frames.append(b"" if payload is None else json.dumps(payload).encode())
    if array is not None:
        frames.append(made.tobytes())
    dealer.send_multipart(frames)
    answers = []
    while True:
        got = receive(dealer)
        if got is None:
            return answers + [None]
        if got[1] != identity:
            return answers + ["an answer to another request: %r" % got[1]]
        answers.append([got[2].decode(), got[3].decode(), got[4].hex(), shown(got, 5)])
        more = (answers[-1][3] or {}).get("more") is True
        if got[2] == b"REP" and not more:
            return answers


def send(frames):
    """Send frames as they are, in hex."""
    dealer.send_multipart([bytes.fromhex(frame) for frame in frames])
    return True


def heard(replies):
    """All that comes until so many REPs have, as text."""
    messages = []
    while sum(message[2] == "REP" for message in messages) < replies:
        got = receive(dealer)
        if got is None:
            return messages
        messages.append([frame.decode("utf-8", "replace") for frame in got])
    return messages


def burst(count, target):
    """Ask so many GETs without waiting; answers how many ACKs and REPs came, and whether each id had one of each."""
    ids = [b"b%07x" % n for n in range(count)]
    acks, reps = [], []
    for identity in ids:
        dealer.send_multipart([b"a", identity, b"GET", target.encode(), b"", b""])
    while len(reps) < count:
        got = receive(dealer)
        if got is None:
            break
        (acks if got[2] == b"ACK" else reps).append(got[1])
    return [len(acks), len(reps), sorted(acks) == ids, sorted(reps) == ids]


def subscribe(topic):
    subscriber.setsockopt(zmq.SUBSCRIBE, topic.encode())
    return True


def publication(patience=PATIENCE_MS):
    got = receive(subscriber, patience)
    if got is None:
        return None
    return [got[0].decode(), got[1].decode(), shown(got, 2)]


COMMANDS = {f.__name__: f for f in (ask, send, heard, burst, subscribe, publication)}

for line in sys.stdin:
    name, *arguments = json.loads(line)
    print(json.dumps(COMMANDS[name](*arguments)), flush=True)
