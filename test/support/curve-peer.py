"""A client of pyzmq under CURVE, which asks once as it is and once with the proof of its key. See docs/security.md."""
import base64
import json
import sys

import zmq
import zmq.auth
import zmq.utils.z85 as z85
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

port, own, servers = sys.argv[1:]
public, secret = zmq.auth.load_certificate(own)
server, _ = zmq.auth.load_certificate(servers)

socket = zmq.Context.instance().socket(zmq.DEALER)
socket.linger = 0
socket.curve_publickey, socket.curve_secretkey, socket.curve_serverkey = public, secret, server
socket.connect(f'tcp://127.0.0.1:{port}')


def prove(request, kind, target):
    private, other = X25519PrivateKey.from_private_bytes(z85.decode(secret)), X25519PublicKey.from_public_bytes(z85.decode(server))
    key = HKDF(hashes.SHA256(), 32, b'', b'deadbeat wire proof 1' + public + server).derive(private.exchange(other))
    code = hmac.HMAC(key, hashes.SHA256())
    code.update(json.dumps([request, kind, target], separators=(',', ':')).encode())
    return public.decode() + base64.urlsafe_b64encode(code.finalize()).decode().rstrip('=')


def get(request, payload):
    socket.send_multipart([b'a', request.encode(), b'GET', b'lab.a', b'\x01', json.dumps(payload).encode()])
    return json.loads(socket.recv_multipart()[5])['value']


print(get('1', {}), get('2', {'_auth': prove('2', 'GET', 'lab.a')}))
