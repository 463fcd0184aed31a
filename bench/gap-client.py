"""Asks a VIP every INTERVAL seconds over a fresh TLS connection, for SECONDS, and tells what a client would have noticed.

usage: python3 - ADDRESS PORT SECONDS INTERVAL   (the script on stdin)
Prints "ready" after the first answer, and at the end one JSON line. The requests do not wait for each other: one that
hangs does not hide the next one's success, and a gap is a time in which no request was answered at all.
"""

import json
import socket
import ssl
import sys
import threading
import time

ADDRESS, PORT, SECONDS, INTERVAL = sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), float(sys.argv[4])
PATIENCE = 2.0
CONTEXT = ssl.create_default_context()
CONTEXT.check_hostname = False
CONTEXT.verify_mode = ssl.CERT_NONE
answered, failures, lock = [], [], threading.Lock()


def ask(since):
    began = time.monotonic()
    try:
        with socket.create_connection((ADDRESS, PORT), timeout=PATIENCE) as plain:
            with CONTEXT.wrap_socket(plain) as stream:
                stream.settimeout(PATIENCE)
                stream.sendall(b"GET /readyz HTTP/1.0\r\n\r\n")
                if b" 200 " not in stream.recv(4096):
                    raise OSError("not 200")
        with lock:
            answered.append((time.monotonic() - since, time.monotonic() - began))
    except (OSError, ssl.SSLError) as error:
        with lock:
            failures.append((began - since, type(error).__name__))


start = time.monotonic()
told = False
threads = []
count = 0
while time.monotonic() - start < SECONDS:
    thread = threading.Thread(target=ask, args=(start,), daemon=True)
    thread.start()
    threads.append(thread)
    count += 1
    if not told and answered:
        told = True
        print("ready", flush=True)
    time.sleep(max(0.0, start + count * INTERVAL - time.monotonic()))
for thread in threads:
    thread.join(PATIENCE * 2)
times = sorted(at for at, _ in answered)
gaps = [after - before for before, after in zip(times, times[1:])]
slow = sorted(took for _, took in answered)
longest = max(gaps, default=SECONDS)
print(json.dumps({
    "requests": count,
    "failed": len(failures),
    "gap": round(longest, 3),
    "gapAt": round(times[gaps.index(longest)], 3) if gaps else 0,
    "median": round(slow[len(slow) // 2], 3) if slow else None,
    "slowest": round(slow[-1], 3) if slow else None,
    "errors": {name: sum(1 for _, one in failures if one == name) for name in {one for _, one in failures}},
}), flush=True)
