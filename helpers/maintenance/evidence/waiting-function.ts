/**
 * A function that answers after WAIT_NS and up to a millisecond more, drawn for each call: a system whose median
 * latency is known. Without the random part, a delay would be longer or shorter by how it meets the one-millisecond
 * timers of client and gateway. It sleeps, and computes only for the last millisecond, to meet the end exactly: had it
 * computed all the time, a longer wait would use up more of its share of a busy machine and be let run late, which is a
 * slow-down that nobody planted. Runs as its own process.
 *
 * A consumer of known size where it is asked to be: CPU_NS is the processor time that its process uses for each call
 * besides, by the kernel's own count; HOLD_BYTES is memory that the first call takes and no call gives back.
 */
import { createServer } from "node:http";

const port = Number(process.env["http_port"]);
const waitNs = Number(process.env["WAIT_NS"] ?? "0");
const cpuUs = Number(process.env["CPU_NS"] ?? "0") / 1e3;
const holdBytes = Number(process.env["HOLD_BYTES"] ?? "0");
let held: Buffer | undefined;
const computeNs = 1e6;
const spreadNs = 1e6;
const never = new Int32Array(new SharedArrayBuffer(4));

let sum = 0;
const compute = (): void => {
  for (let step = 0; step < 20_000; step++) sum = (sum + step) % 65_521;
};

createServer({ keepAliveTimeout: 75_000 }, (incoming, outgoing) => {
  incoming.resume().on("end", () => {
    const ns = waitNs + Math.floor(spreadNs * Math.random());
    const endNs = process.hrtime.bigint() + BigInt(ns);
    Atomics.wait(never, 0, 0, Math.max(0, ns - computeNs) / 1e6);
    while (process.hrtime.bigint() < endNs);
    held ??= Buffer.alloc(holdBytes, 1); // written to, so that it is there
    const before = process.cpuUsage();
    for (let used = 0; used < cpuUs;) {
      compute(); // some 20 us: to ask all the time would leave garbage, and what collects it is nobody's plan
      const { user, system } = process.cpuUsage(before);
      used = user + system;
    }
    outgoing.writeHead(200, { "Content-Type": "text/plain", "Content-Length": 2 }).end("ok");
  });
}).listen(port, process.env["http_host"] ?? "127.0.0.1", () => {
  process.stdout.write(`listening on ${port}\n`);
});
