/** What the pods of a run write to the network. The artifact's sentry sees it in the system call; here it is seen on the bridge. */
import { spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";

export interface Write {
  /** Last number of the pod's address. */
  readonly host: number;
  /** Where it goes. */
  readonly peer: string;
  readonly port: number;
  /** First bytes, as text. */
  readonly head: string;
}

/** Prints each TCP payload that reaches a bridge, once it is there, as a line of JSON. Node has no such sockets. */
const listener = `
import json, socket, sys, time
def there():
    try: return socket.if_nametoindex(sys.argv[1]) > 0
    except OSError: return False
while not there(): time.sleep(0.02)
wire = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(0x0800))
wire.bind((sys.argv[1], 0x0800))
seen = {}
while True:
    try: packet, (_, _, direction, *_) = wire.recvfrom(65535)
    except OSError: # it is down: not yet up, or removed
        if not there(): break
        continue
    ip = (packet[0] & 15) * 4
    if direction == 4 or packet[9] != 6: continue
    tcp = packet[ip:int.from_bytes(packet[2:4], "big")]
    data = tcp[(tcp[12] >> 4) * 4:]
    connection, number = packet[12:20] + tcp[0:4], int.from_bytes(tcp[4:8], "big")
    if not data or (connection in seen and (number - seen[connection]) % 2**32 > 2**31): continue
    seen[connection] = number + 1
    peer, port = socket.inet_ntoa(packet[16:20]), int.from_bytes(tcp[2:4], "big")
    print(json.dumps({"host": packet[15], "peer": peer, "port": port, "head": data[:40].decode("latin1")}), flush=True)
`;

/** Why nothing can be seen; absent where it can. */
export const whyNoWire = (): string | undefined =>
  spawnSync("python3", ["-c", "import socket; socket.AF_PACKET"]).status === 0
    ? undefined
    : "needs python3, for packet sockets";

/** Until disposal. */
export function watchWire(bridge: string, onWrite: (write: Write) => void): Disposable {
  const child = spawn("python3", ["-c", listener, bridge], { stdio: ["ignore", "pipe", "inherit"] });
  createInterface({ input: child.stdout }).on("line", (line) => onWrite(JSON.parse(line) as Write));
  return { [Symbol.dispose]: () => void child.kill("SIGKILL") };
}
