/** Many functions and many asynchronous calls at one gateway: `npm run test:stats -- sizes`. */
import { readdir, readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { poll } from "../../base/deadline.ts";
import { createClient } from "../../gateway/client.ts";
import { startEmptyGateway, type EmptyGateway } from "./empty-gateway.test-support.ts";

/** Each native function takes 30 MB: a thousand would need 30 GB. */
const sizes = [10, 30, 100];

async function gatewayUse({ pid }: EmptyGateway): Promise<{ cpuS: number; rssMb: number; descriptors: number }> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return {
    cpuS: (Number(fields[11]) + Number(fields[12])) / 100,
    rssMb: Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1024,
    descriptors: (await readdir(`/proc/${pid}/fd`)).length,
  };
}

const inWords = ({ cpuS, rssMb, descriptors }: Awaited<ReturnType<typeof gatewayUse>>): string =>
  `${cpuS.toFixed(1)} s of processor time, ${rssMb.toFixed(0)} MB, ${descriptors} descriptors`;

test.each(sizes)("%d functions are deployed, listed, called and removed, and nothing of them stays", async (count) => {
  await using gateway = await startEmptyGateway();
  const idle = await gatewayUse(gateway);
  const names = Array.from({ length: count }, (_, index) => `f${index}`);
  {
    using client = createClient({ url: gateway.url });
    for (const service of names) await client.deploy({ service, image: "empty" });
    for (const name of names) await client.waitReady(name, { timeoutMs: 600_000 });
    expect(await client.list()).toHaveLength(count);
    for (const name of names) expect((await client.invoke(name, { body: "{}" })).status).toBe(200);
    process.stdout.write(`${count} functions: ${inWords(await gatewayUse(gateway))} (idle: ${inWords(idle)})\n`);
    await Promise.all(names.map((name) => client.remove(name, { timeoutMs: 600_000 })));
    expect(await client.list()).toEqual([]);
  }
  await poll(
    { what: "the descriptors of removed functions to be closed", timeoutMs: 120_000, intervalMs: 100 },
    async () => ((await gatewayUse(gateway)).descriptors <= idle.descriptors + 15 ? true : undefined),
  );
});

test("of 10,000 asynchronous calls, those that are taken are made, and memory stays bounded", async () => {
  await using gateway = await startEmptyGateway();
  using client = createClient({ url: gateway.url });
  await client.deploy({ service: "f", image: "empty" });
  await client.waitReady("f", { timeoutMs: 600_000 });
  const before = await gatewayUse(gateway);
  const body = "x".repeat(10_000);
  const statuses: number[] = [];
  let next = 0;
  const sender = async (): Promise<void> => {
    while (next++ < 10_000) {
      const { status } = await fetch(`${gateway.url}/async-function/f`, { method: "POST", body });
      statuses.push(status);
    }
  };
  await Promise.all(Array.from({ length: 200 }, sender));
  const taken = statuses.filter((status) => status === 202).length;
  const full = await gatewayUse(gateway);
  expect(statuses.filter((status) => status !== 202 && status !== 500)).toEqual([]);
  await poll({ what: `${taken} calls to be made`, timeoutMs: 600_000, intervalMs: 100 }, async () =>
    (await client.describe("f"))?.invocationCount === taken ? true : undefined,
  );
  process.stdout.write(
    `10,000 asynchronous calls: ${taken} taken and made; ${inWords(full)} (before: ${inWords(before)})\n`,
  );
  expect(taken).toBeGreaterThanOrEqual(1_000);
  expect(full.rssMb).toBeLessThan(before.rssMb + 200); // a queue of 1000 such calls has 10 MB
});
