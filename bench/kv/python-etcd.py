"""python3 bench/kv/python-etcd.py HOST:PORT COUNT: the same with Debian's python3-etcd3, one after the other."""
import json
import os
import sys
import time

import etcd3

where, count = sys.argv[1], int(sys.argv[2])
host, port = where.split(":")
client = etcd3.client(host=host, port=int(port))
value = "v" * 200


def create(path):
    assert client.get(path)[0] is None
    client.transaction([client.transactions.version(path) == 0], [client.transactions.put(path, value)], [])


def change(path):
    found, meta = client.get(path)
    client.transaction([client.transactions.mod(path) == meta.mod_revision], [client.transactions.put(path, found)], [])


def nanoseconds(job):
    for i in range(count // 10):
        job(f"2/bench/p-{os.getpid()}-{-1 - i}")
    start = time.perf_counter_ns()
    for i in range(count):
        job(f"2/bench/p-{os.getpid()}-{i}")
    return (time.perf_counter_ns() - start) / count


print(json.dumps({"create": nanoseconds(create), "get": nanoseconds(client.get), "change": nanoseconds(change)}))
