/** Counters of a sandbox's network interface, with a process in its place that sends and receives a known amount. */
import { execFile } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { createRunNetwork, openNetwork } from "../network.ts";
import { readInterfaces } from "./read.ts";

const run = promisify(execFile);
const sent = 300_000;
const received = 700_000;
/** Headers of segments and acknowledgements; a segment has 1448 bytes or more. */
const overhead = 1.1;

/** Sends so much, and ends when it has got the answer. */
const sender = (host: string, port: number): string => `
  const socket = require("node:net").connect(${port}, ${JSON.stringify(host)}, () => socket.end(Buffer.alloc(${sent})));
  socket.resume();
`;

test.skipIf(process.geteuid?.() !== 0)(
  "what a process sends and receives through its own interface is in its counters, and not in those of others",
  async ({ skip }) => {
    const network = await createRunNetwork(`e${process.pid.toString(16).padStart(5, "0").slice(-5)}`);
    onTestFinished(() => network.remove());
    if (network.info.kind !== "bridge") return skip(network.info.reason);
    const opened = openNetwork(network.info);
    const [own, other] = [await opened.attach(), await opened.attach()];
    onTestFinished(() => Promise.all([own.detach(), other.detach()]).then(() => undefined));
    const server = createServer((socket) => {
      socket.resume();
      socket.end(Buffer.alloc(received));
    }).listen(0, network.info.hostAddress);
    onTestFinished(() => void server.close());
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const read = () => [own, other].map(({ netns }) => readInterfaces().get(netns?.hostInterface ?? ""));
    const [before, otherBefore] = read();
    const enter = `--net=${own.netns?.path ?? ""}`;
    await run("nsenter", [enter, process.execPath, "-e", sender(network.info.hostAddress, port)]);
    const [after, otherAfter] = read();
    if (before === undefined || after === undefined)
      throw new Error("the interface is not among those of this machine");
    const sentBytes = after.sentBytes - before.sentBytes;
    const receivedBytes = after.receivedBytes - before.receivedBytes;
    expect(sentBytes).toBeGreaterThan(sent);
    expect(sentBytes).toBeLessThan(overhead * sent + 20_000);
    expect(receivedBytes).toBeGreaterThan(received);
    expect(receivedBytes).toBeLessThan(overhead * received + 20_000);
    // Up to 64 KB are one packet; each side acknowledges what it gets.
    expect(after.sentPackets - before.sentPackets).toBeGreaterThanOrEqual(Math.floor(sent / 65_536));
    expect(after.receivedPackets - before.receivedPackets).toBeGreaterThanOrEqual(Math.floor(received / 65_536));
    expect((otherAfter?.sentBytes ?? NaN) - (otherBefore?.sentBytes ?? NaN)).toBeLessThan(sent / 100);
  },
);
