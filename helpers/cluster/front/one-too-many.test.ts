/** OpenFaaS CE takes 15 functions at once; who asks for one more learns the limit and the next step, and nothing else changes. */
import { expect, test } from "vitest";
import { createClient } from "../../gateway/client.ts";
import { openClusterFront } from "./front-bed.test-support.ts";

const of = (service: string) => ({
  service,
  image: "kalium-bench/f:1",
  annotations: { "com.openfaas.profile": "runc" },
});
const names = Array.from({ length: 15 }, (_, at) => `f${at + 1}`);
const refused = {
  code: "E_DEPLOY",
  message: expect.stringMatching(
    /^deploy f16: the gateway takes 15 functions at once, and has as many \(status 400: .*maximum: 15\)\n {2}-> Remove functions of others .*KALIUM_SYSTEMS.*\(-t\)/,
  ) as string,
};

test("a measured run: the 16th is refused, the 15 stay, and a place that becomes free is taken", async () => {
  const { cluster, client } = await openClusterFront();
  for (const name of names) await client.deploy(of(name));
  await expect(client.deploy(of("f16"))).rejects.toMatchObject(refused);
  expect([...cluster.deployments.keys()]).toEqual(names);
  await client.deploy(of("f15")); // an update needs no place of its own
  const removing = client.remove("f15", { timeoutMs: 60_000 });
  await expect.poll(() => cluster.deployments.has("f15")).toBe(false);
  for (const pod of cluster.pods.keys()) if (pod.startsWith("f15-")) cluster.deletePod(pod);
  await removing;
  await client.deploy(of("f16"));
  expect([...cluster.deployments.keys()]).toEqual([...names.slice(0, -1), "f16"]);
});

test("a stack file: a client that asks the gateway directly gets the same error", async () => {
  const { cluster } = await openClusterFront();
  using client = createClient({ url: cluster.gatewayUrl });
  for (const name of names) await client.deploy(of(name));
  await expect(client.deploy(of("f16"))).rejects.toMatchObject(refused);
});
