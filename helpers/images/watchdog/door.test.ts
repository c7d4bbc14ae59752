import { once } from "node:events";
import { createServer } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { freePort } from "../../base/free-port.ts";
import type { TakeCall } from "../../contracts/own-parts.ts";
import { readWatchdogSettings } from "../../gateway/watchdog-settings.ts";
import { openDoor } from "./door.ts";

/** A function that notes what it is asked for, behind a door. @param status of its answers to questions after its health */
async function startBehindDoor({
  listens = true,
  status = 200,
  taker,
}: { readonly listens?: boolean; readonly status?: number; readonly taker?: () => TakeCall | undefined } = {}) {
  const asked: string[] = [];
  const target = createServer(({ url = "" }, outgoing) => {
    asked.push(url);
    outgoing.writeHead(url === "/_/health" ? status : 200).end();
  });
  const functionPort = await freePort();
  const listen = (): Promise<unknown> => once(target.listen(functionPort, "127.0.0.1"), "listening");
  if (listens) await listen();
  const port = await freePort();
  const listening = new AbortController();
  const door = await openDoor({
    env: { host: "127.0.0.1", port: String(port) },
    settings: readWatchdogSettings({}, undefined),
    target: { host: "127.0.0.1", port: functionPort },
    listening: listening.signal,
    gone: new AbortController().signal,
    taker,
  });
  onTestFinished(() => {
    door.close();
    target.closeAllConnections();
    target.close();
  });
  const statusOf = async (path: string): Promise<number> => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`);
    await answer.arrayBuffer();
    return answer.status;
  };
  return { asked, statusOf, listen, says: () => listening.abort() };
}

test("a function that says that it listens gets the first call, and no question before it", async () => {
  const { asked, statusOf, says } = await startBehindDoor();
  says();
  expect(await statusOf("/a")).toBe(200);
  expect(await statusOf("/_/health")).toBe(200); // the call has shown it
  expect(asked).toEqual(["/a"]);
});

test("a function that says nothing is asked once, before the first call", async () => {
  const { asked, statusOf } = await startBehindDoor();
  expect(await Promise.all([statusOf("/a"), statusOf("/b")])).toEqual([200, 200]);
  expect(await statusOf("/_/ready")).toBe(200);
  expect(asked.filter((url) => url === "/_/health")).toHaveLength(1);
  expect(asked).toHaveLength(3);
});

test("a call is refused while nobody listens, and handed on as soon as somebody does", async () => {
  const { statusOf, listen } = await startBehindDoor({ listens: false });
  expect([await statusOf("/a"), await statusOf("/_/health"), await statusOf("/_/ready")]).toEqual([503, 503, 503]);
  await listen();
  expect(await statusOf("/a")).toBe(200);
});

test("an answer of 500 is not a function that is ready", async () => {
  const { asked, statusOf } = await startBehindDoor({ status: 500 });
  expect([await statusOf("/a"), await statusOf("/_/health")]).toEqual([503, 503]);
  expect(asked).toEqual(["/_/health", "/_/health"]);
});

test("a program in the same process that takes calls gets them from then on, and its answers are the function's", async () => {
  const program: { take?: TakeCall } = {};
  const { asked, statusOf, says } = await startBehindDoor({ taker: () => program.take });
  says();
  expect(await statusOf("/a")).toBe(200);
  program.take = ({ incoming }) => {
    asked.push(`taken: ${incoming.url}`);
    return Promise.resolve({ status: 201, statusMessage: undefined, headers: [], body: Buffer.alloc(0) });
  };
  expect(await statusOf("/b")).toBe(201);
  expect(asked).toEqual(["/a", "taken: /b"]);
});

test("an answer that was taken shows that the function is there", async () => {
  const answer = { status: 200, statusMessage: undefined, headers: [], body: Buffer.alloc(0) };
  const { asked, statusOf, says } = await startBehindDoor({ status: 500, taker: () => () => Promise.resolve(answer) });
  says();
  expect([await statusOf("/_/ready"), await statusOf("/a"), await statusOf("/_/ready")]).toEqual([503, 200, 200]);
  expect(asked).toEqual(["/_/health"]);
});
