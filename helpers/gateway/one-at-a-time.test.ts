import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { oneAtATime } from "./one-at-a-time.ts";

async function connected(handle: RequestListener): Promise<Socket> {
  const server = createServer(oneAtATime(handle)).listen(0, "127.0.0.1");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, "listening");
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1").setEncoding("utf8");
  await once(socket, "connect");
  onTestFinished(() => void socket.destroy());
  return socket;
}

const requests = (count: number, body = ""): string =>
  Array.from(
    { length: count },
    (_, at) => `POST /${at} HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  ).join("");

async function answersOf(socket: Socket, count: number): Promise<readonly string[]> {
  let text = "";
  socket.on("data", (chunk: string) => (text += chunk));
  await expect.poll(() => text.split("answer to /").length - 1).toBeGreaterThanOrEqual(count);
  return [...text.matchAll(/answer to \/(\d+)/g)].map(([, at = ""]) => at);
}

test("2,000 pipelined calls with bodies are answered in order, one under way at a time", async () => {
  let underWay = 0;
  let most = 0;
  const socket = await connected((incoming, outgoing) => {
    most = Math.max(most, ++underWay);
    incoming.resume().once("end", () => {
      setImmediate(() => {
        underWay--;
        outgoing.end(`answer to ${incoming.url ?? ""}`);
      });
    });
  });
  const answers = answersOf(socket, 2_000);
  socket.write(requests(2_000, "some text"));
  expect(await answers).toEqual(Array.from({ length: 2_000 }, (_, at) => `${at}`));
  expect(most).toBe(1);
});

test("while one call takes long, those behind it are not handled, and the rest is not read", async () => {
  const handled: string[] = [];
  let release = (): void => undefined;
  const socket = await connected(({ url = "" }, outgoing) => {
    handled.push(url);
    const answer = (): unknown => outgoing.end(`answer to ${url}`);
    if (url === "/0") release = answer;
    else answer();
  });
  const answers = answersOf(socket, 1_000);
  const taken = socket.write(requests(200_000));
  await expect.poll(() => handled).toEqual(["/0"]);
  expect(taken).toBe(false);
  expect(socket.writableLength).toBeGreaterThan(0);
  release();
  expect((await answers)[999]).toBe("999");
});

test("a client that leaves takes its waiting calls with it", async () => {
  const handled: string[] = [];
  let left = false;
  const socket = await connected(({ url = "", socket: own }, outgoing) => {
    handled.push(url);
    own.once("close", () => {
      outgoing.end();
      left = true;
    });
  });
  socket.write(requests(100));
  await expect.poll(() => handled).toEqual(["/0"]);
  socket.resetAndDestroy();
  await expect.poll(() => left).toBe(true);
  expect(handled).toEqual(["/0"]);
});
