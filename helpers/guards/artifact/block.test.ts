import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fastify from "fastify";
import { expect, onTestFinished, test } from "vitest";
import type { ProofRecord } from "../../../reports/records/record.ts";
import { systemNamed } from "../../config/systems.ts";
import type { GuardedRun } from "../guard.ts";
import { watchArtifactBlock } from "./block.ts";

const registered = "I0101 00:00:00 1 x.go:1] [SendHostnameGuard] Received reply\n";

/** A front process that knows these boot logs by pod, and a controller that has been restarted as often as it says. */
async function onCluster(logs: Readonly<Record<string, string>>) {
  const restarts = { of: 0 };
  const app = fastify();
  app.get("/cluster/surroundings", () => ({ gateway: [], controller: [`ctr/${restarts.of}`], readyNodes: [] }));
  app.get<{ Params: { pod: string } }>("/cluster/boot-log/:pod", (request, reply) => {
    const log = logs[request.params.pod];
    return log === undefined ? reply.code(500).send("node n has no sandbox of it") : reply.send(log);
  });
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  const resultsDirectory = await mkdtemp(join(tmpdir(), "kalium-boot-"));
  onTestFinished(async () => {
    await app.close();
    await rm(resultsDirectory, { recursive: true });
  });
  const gateway = { url, user: "u", password: "p" };
  const run = { resultsDirectory, gateway, cluster: { nodes: ["n"] } } as unknown as GuardedRun;
  const systems = ["gvisor", "gvisor-stock", "kalium-artifact"].map((name) => systemNamed(name));
  const block = await watchArtifactBlock({ label: "publish" }, { run, systems }, 2);
  const proofs = systems.map(({ name }) => ({ system: name, function: "f", instance: `${name}-pod` }) as ProofRecord);
  const kept = (system: string): Promise<string> =>
    readFile(join(resultsDirectory, "boot", "publish", `2.${system}.f.${system}-pod.boot`), "utf8");
  return { block, proofs, kept, restarts };
}

test("on a cluster the boot logs of the artifact's pods are kept, by system", async () => {
  const { block, proofs, kept } = await onCluster({ "kalium-artifact-pod": registered, "gvisor-stock-pod": "plain\n" });
  expect((await block.inspect(proofs, [])).voids).toEqual([]);
  expect(await kept("kalium-artifact")).toBe(registered);
  expect(await kept("gvisor-stock")).toBe("plain\n");
  await expect(kept("gvisor")).rejects.toThrow(/ENOENT/);
});

test.each([
  ["a log without a registration", { "kalium-artifact-pod": "plain\n" }, /guard of f never registered it/],
  ["no log", {}, /guard of f has no boot log: node n has no sandbox of it/],
])("%s voids the block of the guarded system alone", async (_, logs, reason) => {
  const { block, proofs } = await onCluster({ "gvisor-stock-pod": "plain\n", ...logs });
  const { voids } = await block.inspect(proofs, []);
  expect(voids).toEqual([{ system: "kalium-artifact", block: 2, reason: expect.stringMatching(reason) as string }]);
});

test("a controller that was restarted voids the block of the guarded system", async () => {
  const { block, proofs, restarts } = await onCluster({ "kalium-artifact-pod": registered });
  restarts.of = 1;
  expect((await block.inspect(proofs, [])).voids).toEqual([
    { system: "kalium-artifact", block: 2, reason: "the artifact's controller was restarted in this block" },
  ]);
});
