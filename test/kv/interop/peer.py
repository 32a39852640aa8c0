"""A peer of kv written from its specification alone, over Debian's python3-etcd3: one JSON request a line on stdin, one
JSON answer a line on stdout. It shares no code with the project, so that both must mean the same to understand each other."""
import json
import sys
import threading

import etcd3


def key_of(path, level=0):
    return (str(path.count("/") + level) + path).encode()


class Peer:
    def __init__(self, host, port):
        self.host, self.port = host, port
        self.client = etcd3.client(host=host, port=port)

    def get(self, path):
        value, meta = self.client.get(key_of(path))
        return None if meta is None else [value.decode(), meta.mod_revision]

    def create(self, path, value):
        done, _ = self.client.transaction(
            [self.client.transactions.version(key_of(path)) == 0],
            [self.client.transactions.put(key_of(path), value.encode())],
            [],
        )
        return done

    def update(self, path, value):
        done, _ = self.client.transaction(
            [self.client.transactions.version(key_of(path)) > 0],
            [self.client.transactions.put(key_of(path), value.encode())],
            [],
        )
        return done

    def delete(self, path):
        return self.client.delete(key_of(path))

    def list(self, path, levels):
        found = []
        for level in levels:
            for _, meta in self.client.get_prefix(key_of(path, level)):
                key = meta.key.decode()
                found.append(key[key.index("/") :])
        return sorted(found)

    def raw(self):
        return sorted(meta.key.hex() for _, meta in self.client.get_all())

    def increment(self, path, times, threads):
        def work():
            client = etcd3.client(host=self.host, port=self.port)
            done = 0
            while done < times:
                value, meta = client.get(key_of(path))
                ok, _ = client.transaction(
                    [client.transactions.mod(key_of(path)) == meta.mod_revision],
                    [client.transactions.put(key_of(path), str(int(value) + 1))],
                    [],
                )
                done += ok

        workers = [threading.Thread(target=work) for _ in range(threads)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        return times * threads


peer = Peer(sys.argv[1], int(sys.argv[2]))
for line in sys.stdin:
    method, *arguments = json.loads(line)
    print(json.dumps(getattr(peer, method)(*arguments)), flush=True)
