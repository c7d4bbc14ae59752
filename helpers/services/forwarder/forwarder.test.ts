import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { buffer } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import type { Service } from "../../base/child-service.ts";
import { startForwarder, type Address } from "./index.ts";

async function listen(
  onConnection: (socket: Socket) => void,
): Promise<{ readonly server: Server; readonly address: Address }> {
  const server = createServer({ allowHalfOpen: true, noDelay: true }, onConnection).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return { server, address: { host: "127.0.0.1", port: (server.address() as { port: number }).port } };
}

async function forwardTo(target: Address): Promise<Service<Address>> {
  const forwarder = await startForwarder({ listen: { host: "127.0.0.1", port: 0 }, target });
  onTestFinished(() => forwarder.stop());
  return forwarder;
}

/** Unlike `once`, no failure when an error comes first: a connection that is cut may be reset. */
const closeOf = (socket: Socket): Promise<unknown> => new Promise((resolve) => socket.once("close", resolve));

test("bytes pass both ways, and the end of one direction leaves the other open", async () => {
  const { address } = await listen((socket) => {
    void buffer(socket).then((received) => socket.end(`got ${received.length}`)); // answers after the end only
  });
  const { info } = await forwardTo(address);
  const client = connect({ ...info, allowHalfOpen: true });
  client.end(Buffer.alloc(5_000_000, 1));
  expect((await buffer(client)).toString()).toBe("got 5000000");
});

test("a reader that is slow slows the writer, instead of filling memory", async () => {
  const { address } = await listen((socket) => socket.pause());
  const { info, pid } = await forwardTo(address);
  const client = connect(info);
  onTestFinished(() => void client.destroy());
  await once(client, "connect");
  const chunk = Buffer.alloc(1_000_000);
  let stalled = false;
  for (let sent = 0; sent < 64 && !stalled; sent++) {
    if (!client.write(chunk)) {
      stalled = await Promise.race([
        once(client, "drain").then(() => false),
        once(AbortSignal.timeout(500), "abort").then(() => true),
      ]);
    }
  }
  expect(stalled).toBe(true); // kernel buffers are full long before 64 MB
  expect(pid).toBeGreaterThan(0);
});

test("a target that refuses shows as a cut connection", async () => {
  const { server, address } = await listen(() => undefined);
  server.close();
  const { info } = await forwardTo(address);
  const client = connect(info);
  client.on("error", () => undefined);
  await closeOf(client);
  expect(client.bytesRead).toBe(0);
});

test("a target that cuts the connection cuts the client's", async () => {
  const { address } = await listen((socket) => socket.once("data", () => socket.resetAndDestroy()));
  const client = connect((await forwardTo(address)).info);
  client.on("error", () => undefined);
  client.write("x");
  await closeOf(client);
});

test("after its stop the port is closed and open connections are cut", async () => {
  const { address } = await listen(() => undefined);
  const forwarder = await forwardTo(address);
  const client = connect(forwarder.info);
  client.on("error", () => undefined);
  await once(client, "connect");
  const closed = closeOf(client);
  await forwarder.stop();
  await closed;
  const late = connect(forwarder.info);
  const [error] = (await once(late, "error")) as [Error];
  expect(error.message).toMatch(/ECONNREFUSED/);
});

test("a port that is taken is named", async () => {
  const { address } = await listen(() => undefined);
  await expect(startForwarder({ listen: address, target: address })).rejects.toThrow(/EADDRINUSE/);
});
