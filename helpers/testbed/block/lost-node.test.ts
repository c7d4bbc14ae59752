import fastify from "fastify";
import { expect, onTestFinished, test } from "vitest";
import { KaliumError } from "../../base/errors.ts";
import { createLookout, namingLostNodes } from "./lost-node.ts";

const refused = new KaliumError("E_MYSQL", "the database server no longer answers: connect ECONNREFUSED", {
  hint: "Check memory and disk space.",
  details: { endsRun: true },
});
const lookOut = (changes: () => Promise<readonly string[]>) => {
  const look = createLookout(() => Promise.resolve(refused), { everyMs: 0 });
  return look({ outcome: "error" }, { changes });
};

/** What a front process says of nodes that are ready. */
async function onCluster(ready: readonly string[]) {
  const app = fastify();
  const readyNodes = ready.map((name) => ({ name, since: "2026" }));
  app.get("/cluster/surroundings", () => ({ gateway: [], controller: [], readyNodes }));
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  onTestFinished(() => app.close());
  return { gateway: { url, user: "u", password: "p" }, cluster: { nodes: ["n-1", "n-2"] } };
}

test("a part that is lost ends the run at the first call that fails, unless the cluster has changed: then the block is void", async () => {
  await expect(lookOut(() => Promise.resolve([]))).rejects.toBe(refused);
  await expect(lookOut(() => Promise.resolve(["node n-1 was lost"]))).resolves.toBeUndefined();
  await expect(lookOut(() => Promise.reject(new Error("no API server")))).rejects.toBe(refused);
});

test("a part that stays away for 3 minutes ends the run although the cluster has changed", async () => {
  let lost: KaliumError | undefined = refused;
  let atMs = 0;
  const look = createLookout(() => Promise.resolve(lost), { everyMs: 0, nowMs: () => atMs });
  const failAt = (ms: number) => {
    atMs = ms;
    return look({ outcome: "error" }, { changes: () => Promise.resolve(["node n-1 was lost"]) });
  };
  await failAt(0);
  await failAt(170_000);
  lost = undefined;
  await failAt(175_000); // it was back: its time begins again
  lost = refused;
  await failAt(200_000);
  await failAt(379_000);
  await expect(failAt(380_000)).rejects.toBe(refused);
});

test("a call that went well asks nothing, and calls that fail do not ask all the time", async () => {
  let asked = 0;
  const look = createLookout(() => Promise.resolve(void asked++), { everyMs: 3_600_000 });
  const still = { changes: () => Promise.resolve([]) };
  await look({ outcome: "ok" }, still);
  expect(asked).toBe(0);
  for (let call = 0; call < 3; call++) await look({ outcome: "timeout" }, still);
  expect(asked).toBe(1);
});

test("the error names nodes that are not ready, and the command for a cluster", async () => {
  expect(await namingLostNodes(refused, await onCluster(["n-1"]))).toMatchObject({
    code: "E_MYSQL",
    message: expect.stringMatching(
      /^the database server no longer answers: connect ECONNREFUSED; node n-2 is not ready\n {2}-> .*cluster -- doctor.*npm run resume/,
    ) as string,
    details: { endsRun: true },
  });
});

test("without a lost node, without a cluster and without a front the error stays as it is", async () => {
  const cluster = await onCluster(["n-1", "n-2"]);
  expect(await namingLostNodes(refused, cluster)).toBe(refused);
  expect(await namingLostNodes(refused, { gateway: cluster.gateway })).toBe(refused);
  const silent = { ...cluster, gateway: { ...cluster.gateway, url: "http://127.0.0.1:1" } };
  expect(await namingLostNodes(refused, silent)).toBe(refused);
  expect(await namingLostNodes(undefined, cluster)).toBeUndefined();
});
