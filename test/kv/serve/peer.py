"""What Debian's python3-etcd3 can do at a server of etcd's API, tried in turn; what came of it, as one line of JSON. It
shares no code with the project."""
import json
import queue
import sys

import etcd3

host, port = sys.argv[1], int(sys.argv[2])
client = etcd3.client(host=host, port=port)
said = {}


def text(value):
    return None if value is None else value.decode()


client.put("/k/b", "2")
client.put("/k/é", "3")
previous = client.put("/k/b", "4", prev_kv=True)
said["previous"] = text(previous.prev_kv.value)
said["descending"] = [text(value) for value, _ in client.get_prefix("/k/", sort_order="descend")]
said["by modification"] = [text(meta.key) for _, meta in client.get_prefix("/k/", sort_order="ascend", sort_target="mod")]
said["missing"] = client.get("/none")[0]
said["replaced"] = [client.replace("/k/b", "wrong", "x"), client.replace("/k/b", "4", "5")]
said["new"] = [client.put_if_not_exists("/k/n", "1"), client.put_if_not_exists("/k/n", "1")]

done, (put, got) = client.transaction(
    compare=[client.transactions.value("/k/b") == "5", client.transactions.version("/none") == 0],
    success=[client.transactions.put("/k/t", "6"), client.transactions.get("/k/t")],
    failure=[client.transactions.delete("/k/t")],
)
said["transaction"] = [done, [text(value) for value, _ in got]]

heard = queue.Queue()
watch = client.add_watch_prefix_callback("/w/", heard.put, prev_kv=True)
client.put("/w/a", "1")
client.put("/w/a", "2")
client.delete("/w/a")
events = []
while len(events) < 3:
    events += heard.get(timeout=30).events
said["watched"] = [[type(event).__name__, text(event.key), text(event.value)] for event in events]
client.cancel_watch(watch)

revision = client.get("/k/t")[1].mod_revision
past, cancel = client.watch_prefix("/k/", start_revision=revision)
said["watched from then"] = text(next(past).key)
cancel()

lease = client.lease(60)
client.put("/l", "1", lease)
said["lease"] = [lease.granted_ttl, [text(key) for key in lease.keys], lease.refresh()[0].TTL]
lease.revoke()
said["revoked"] = client.get("/l")[0]

with client.lock("here", ttl=60) as lock:
    said["locked"] = lock.is_acquired()

said["members"] = [member.name for member in client.members]
said["status"] = client.status().leader.name
client.compact(client.get("/k/t")[1].mod_revision)
said["deleted"] = client.delete_prefix("/k/").deleted
print(json.dumps(said))
