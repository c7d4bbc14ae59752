import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { semanticsNames } from "../core/flow-graph.ts";
import { cartPolicy, done, elsewhere, gateway, invoked, mysql, mysqlAnswer } from "../testing/cart-policy.ts";
import { chance } from "../testing/chance.ts";
import { newInstance, startGuarded, verdicts } from "./guarded-cart.test-support.ts";
import { type GuardProxyOptions, readGuardStatus, resetGuards, startGuardProxy } from "./index.ts";

let directory = "";
let policyPath = "";
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "guard-inside-"));
  policyPath = join(directory, "policy.json");
  await writeFile(policyPath, cartPolicy("strict"));
});
afterAll(() => rm(directory, { recursive: true }));

async function proxyInside(options: Partial<GuardProxyOptions> = {}) {
  const controller = { peer: "inside", policyPath } as const;
  const service = await startGuardProxy({
    host: "127.0.0.1",
    semantics: "strict",
    action: "enforce",
    controller,
    ...options,
  });
  onTestFinished(() => service.stop());
  return service.info;
}

const flow = [invoked, mysql, mysqlAnswer, gateway, done];

test.for(semanticsNames)(
  "%s: a controller inside decides as one behind ZeroMQ, for random events",
  async (semantics) => {
    await using remote = await startGuarded({ semantics });
    const path = join(directory, `${semantics}.json`);
    await writeFile(path, cartPolicy(semantics === "strict" ? "strict" : "reference"));
    const inside = await proxyInside({ semantics, controller: { peer: "inside", policyPath: path } });
    const { many, pick, integer } = chance(16);
    // But for `strict`, guards tell the controller most events without waiting: it orders those of one instance only.
    const instances = semantics === "strict" ? [1, 2] : [1];
    const pairs = await Promise.all(
      instances.map(async () => [await newInstance(remote.info), await newInstance(inside)] as const),
    );
    const seen = new Set<string>();
    for (let round = 0; round < 40; round++) {
      const events = integer(3) === 0 ? flow : many(6, () => pick([...flow, elsewhere]));
      for (const [one, other] of pairs) {
        const answers = await verdicts(one, events, String(round));
        expect(await verdicts(other, events, String(round))).toEqual(answers);
        for (const answer of answers) seen.add(answer);
      }
    }
    expect([...seen]).toEqual(expect.arrayContaining(["ok", "deny unknown-event"]));
  },
);

test("a reset forgets requests in both graphs", async () => {
  const info = await proxyInside();
  const cart = await newInstance(info);
  expect(await verdicts(cart, [invoked, mysql])).toEqual(["ok", "ok"]);
  await resetGuards(info);
  expect(await verdicts(cart, flow)).toEqual(flow.map(() => "ok"));
  expect((await readGuardStatus(info)).instances[cart.id]).toMatchObject({ openRequests: 0, denied: 0 });
});

test("a policy that is not valid, or cannot be read, starts nothing", async () => {
  const broken = join(directory, "broken.json");
  await writeFile(broken, "{}");
  await expect(proxyInside({ controller: { peer: "inside", policyPath: broken } })).rejects.toThrow(/broken\.json/);
  const absent = join(directory, "absent.json");
  await expect(proxyInside({ controller: { peer: "inside", policyPath: absent } })).rejects.toThrow(/cannot read/);
});

test.for(["0.0.0.0", "93.184.216.34"])("a proxy does not listen on %s", async (host) => {
  await expect(proxyInside({ host })).rejects.toThrow("an address of loopback or of the run's bridge");
});
