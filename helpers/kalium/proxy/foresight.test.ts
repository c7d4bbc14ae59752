import { expect, test } from "vitest";
import {
  cartPeers,
  cartPolicy,
  done,
  elsewhere,
  gateway,
  invoked,
  mysql,
  mysqlAnswer,
} from "../testing/cart-policy.ts";
import { chance } from "../testing/chance.ts";
import { createCpuMeter } from "./cpu-meter.ts";
import type { HookEvent } from "./hook-message.ts";
import type { HookVerdict } from "./instance.ts";
import { createInstances } from "./instances.ts";
import { createPostponed } from "./postponed.ts";
import type { VerdictLogLine } from "./verdict-log.ts";

const ids = ["cart-a", "cart-b"] as const;
const tokenOf = (id: string): string => `${id} `.padEnd(32, "x");

/** Two instances of one function, whose requests may share sessions. */
async function start() {
  const lines: VerdictLogLine[] = [];
  const log = {
    write: (line: VerdictLogLine) => void lines.push(line),
    flush: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
  const policy = { path: "policy.json", text: cartPolicy("strict") };
  const postponed = createPostponed(createCpuMeter());
  const instances = createInstances(
    { host: "127.0.0.1", semantics: "strict", action: "enforce", controller: { peer: "inside", policy } },
    log,
    postponed,
  );
  const hangUps: string[] = [];
  const connect = async (id: string) => {
    await instances.register(id, { functionName: "cart", token: tokenOf(id), peers: cartPeers, normalise: "path" });
    const greeting = { token: tokenOf(id), instance: id, admissionKey: "k".repeat(22) };
    const connection = instances.find(greeting)?.attach(greeting, () => hangUps.push(id));
    if (connection === undefined) throw new TypeError("it has been registered");
    return connection;
  };
  const [a, b] = [await connect("cart-a"), await connect("cart-b")];
  const decide = (id: string, event: HookEvent): string => {
    const verdict = (id === "cart-a" ? a : b).decide(event) as HookVerdict | undefined;
    return `${verdict?.verdict} ${verdict?.reason}`;
  };
  return { instances, decide, lines, postponed, hangUps };
}

/** Without durations, and without the ids of events, which the hook and the gateway count apart. */
const saidBy = (lines: readonly VerdictLogLine[]): unknown[] =>
  lines.map((line) => {
    if (line.kind === "hook-timings") return line;
    const { requestId, sessionId, event, url, verdict, reason, local, global, permitted } = line;
    return { requestId, sessionId, event, url, verdict, reason, local, global, permitted };
  });

test("what is decided later is decided as if at once: random calls, events and turns of the event loop", async () => {
  const [tested, oracle] = [await start(), await start()];
  const { integer, pick } = chance(7);
  const events = [mysql, mysqlAnswer, gateway, done, done, done, elsewhere];
  const open: { id: string; request: string; session: string }[] = [];
  const counts = new Map<string, number>();
  for (let step = 1; step <= 20_000; step++) {
    const id = pick(ids);
    if (open.length === 0 || integer(3) === 0) {
      const count = (counts.get(id) ?? 0) + 1;
      counts.set(id, count);
      const session = integer(4) === 0 && open.length > 0 ? pick(open).session : `session-${step}`;
      const path = integer(8) === 0 ? "/other" : "/";
      const request = `g${count}`;
      const value = tested.instances.admit(id, { ...invoked, path, session })?.value.split(" ");
      const answer = oracle.decide(id, { id: -step, request, session, ...invoked, path });
      expect(value?.slice(1, 5).join(" ")).toBe(`${request} ${session} ${answer}`);
      if (value?.[3] === "allow") open.push({ id, request, session });
    } else if (integer(6) === 0) {
      await new Promise((resolve) => setImmediate(resolve));
    } else {
      const at = integer(open.length);
      const { id: of, request, session } = open[at] ?? pick(open);
      const event = { id: step, request, session, ...pick(events) };
      expect(tested.decide(of, event)).toBe(oracle.decide(of, event));
      if (event.event === "ENDE") open.splice(at, 1);
    }
  }
  tested.postponed.settle();
  expect(saidBy(tested.lines)).toEqual(saidBy(oracle.lines));
  const foreseen = tested.lines.filter((line) => line.kind === "verdict" && line.foreseen === true);
  expect(foreseen.length).toBeGreaterThan(1_000);
  expect(foreseen.length).toBeLessThan(tested.lines.filter((line) => line.kind === "verdict" && line.id < 0).length);
  expect(tested.hangUps).toEqual([]);
});

test("counters and a reset see what was foreseen", async () => {
  const { instances } = await start();
  const call = { ...invoked };
  instances.admit("cart-a", { ...call, session: "1" });
  instances.admit("cart-a", { ...call, session: "2" });
  instances.admit("cart-a", { ...call, session: "3" });
  expect(instances.statuses()["cart-a"]).toMatchObject({ events: { GETE: 3 }, openRequests: 3 });
  instances.admit("cart-a", { ...call, session: "4" });
  instances.reset();
  expect(instances.statuses()["cart-a"]).toMatchObject({ events: { GETE: 0 }, openRequests: 0 });
});
