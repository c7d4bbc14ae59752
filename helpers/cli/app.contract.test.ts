import { chmod, cp, lstat, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makePicture } from "../../fixtures/images/picture.ts";
import type { LatencyRecord } from "../../reports/records/record.ts";
import { latestResults, readResults } from "../../reports/records/store.ts";
import { cgroupVersion } from "../sandboxes/cgroup-tree.ts";
import { noForeignImages } from "../gateway/image-gateway.test-support.ts";
import { noLocalServer } from "../services/mysql/test-server.ts";

/** An application file by our commands, from an empty folder to a figure: docs/your-own.md. */
const launcher = fileURLToPath(new URL("kalium-bench", import.meta.url));
const example = fileURLToPath(new URL("../../fixtures/examples/product-purchase", import.meta.url));
const timeout = 600_000;
let root = "";

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "kb-app-"));
  await cp(example, root, { recursive: true });
  await cp(fileURLToPath(new URL("../../fixtures/kalium/policy.json", import.meta.url)), join(root, "policy.json"));
  await change("../../kalium/policy.json", "policy.json");
});
afterAll(() => rm(root, { recursive: true, force: true }));

const file = (name = "stack.yml"): string => join(root, name);
const settings = () => ({
  ...{ KALIUM_PROFILE: "smoke", KALIUM_SYSTEMS: "native,kalium-native", KALIUM_SETUP: "never", NO_COLOR: "1" },
  ...{ KALIUM_MYSQL_SOURCE: "local", KALIUM_CALL_TIMEOUT_MS: "120000", KALIUM_READY_TIMEOUT_MS: "300000" },
  ...{ KALIUM_RESULTS: join(root, "results"), KALIUM_OUT: join(root, "out") },
});
const run = (words: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  execa(launcher, words, {
    ...{ cwd: root, reject: false, stdin: "ignore", timeout: timeout - 30_000 },
    env: { ...settings(), ...env },
  });
const change = async (from: string | RegExp, to: string, name = "stack.yml"): Promise<void> => {
  const text = await readFile(file(name), "utf8");
  expect(text).toMatch(from);
  await writeFile(file(name), text.replace(from, to));
};

/** Every block says what its sandboxes took beside time, and no counter was read beside a call. */
function expectPriced({ blocks, samples }: LatencyRecord): void {
  if (process.geteuid?.() !== 0 || cgroupVersion() === null) return; // nobody can tell then: docs/price.md
  for (const { block, price } of blocks) {
    expect(price?.systems.map(({ system }) => system).toSorted()).toEqual(["kalium-native", "native"]);
    for (const { calls, instances, cpuNs = 0, startedBytes = 0, peakBytes = 0, startNs = 0 } of price?.systems ?? []) {
      expect({ calls, instances }).toEqual({ calls: 3, instances: 1 });
      for (const figure of [cpuNs, startedBytes, peakBytes, startNs]) expect(figure).toBeGreaterThan(0);
    }
    for (const { receivedBytes = 0, sentPackets = 0, startNs, startStages } of price?.systems ?? []) {
      expect(receivedBytes).toBeGreaterThan(300); // three requests
      expect(sentPackets).toBeGreaterThanOrEqual(3);
      expect(Object.values(startStages ?? {}).reduce((sum, ns) => sum + ns, 0)).toBe(startNs);
    }
    expect(price?.shared?.map(({ part, calls }) => [part, calls])).toEqual([
      ["gateway", 6],
      ["database", 6],
      ["embedded", 3],
    ]);
    expect(price?.reads.map(({ at }) => at)).toEqual(["started", "before", "after", "idle"]);
    for (const read of price?.reads ?? []) {
      const beside = samples.filter(
        ({ startedAtNs, latencyNs }) =>
          startedAtNs < read.startedAtNs + read.tookNs && read.startedAtNs < startedAtNs + latencyNs,
      );
      expect(beside, `calls of block ${block} beside the read ${read.at}`).toEqual([]);
    }
  }
}

/** Functions of ours that call a stub, each other, the mail sink and the image server. */
const withServices = `provider: { name: openfaas }
functions:
  master:
    image: hello-retail/product-photos-master
    environment:
      URL_ASSIGN: \${BENCH_HTTP_STEPS_URL}/assign
      URL_MESSAGE: \${BENCH_FUNCTION_MESSAGE_URL}
      URL_RECORD: \${BENCH_HTTP_STEPS_URL}/record
  message:
    image: hello-retail/product-photos-2-message
    environment: { SMTP_HOST: "\${BENCH_SMTP_HOST}", SMTP_PORT: "\${BENCH_SMTP_PORT}" }
  picture:
    image: hello-retail/product-photos-1-microbench
    secrets: [token]
    environment: { NODE_EXTRA_CA_CERTS: "\${BENCH_IMAGE_CA_FILE}" }
kalium-bench:
  services:
    mail-sink: {}
    image-server: { picture: picture.jpg }
    http:
      steps:
        - method: POST
          path: /assign
          json: { data: { name: socks, merchantName: shop, photographer: { name: a, phone: "1" } } }
        - { path: /record, json: { recorded: true } }
  calls:
    chain: { function: master, callees: [message], path: /request, json: {}, expect: { json: { recorded: true } } }
    mail:
      function: message
      template: '{"data":{"name":"{{pick a b}}","merchantName":"{{hex 8}}","photographer":{"name":"c","phone":"{{random 1 9}}"}}}'
      expect: { matches: '"phone":"[1-9]"' }
    picture:
      function: picture
      template: '{"data":{"id":{{iteration}}},"MediaUrl0":"{{image-url}}","From":"1"}'
      expect: { json: { From: "1" } }
`;

const noWalk = [noLocalServer, noForeignImages].find((reason) => reason !== undefined && reason !== "");

/** The first fenced block of a language after the heading. */
function blockOf(page: string, heading: string, language: string): string {
  const [, after = ""] = page.split(`\n## ${heading}`);
  const [, block = ""] = new RegExp(`\n\`\`\`${language}\n(.*?)\`\`\``, "s").exec(after) ?? [];
  expect(block, `a block of ${language} after ${heading}`).not.toBe("");
  return block.replaceAll("/tmp/hello", join(root, "hello"));
}

test.skipIf(noWalk)(
  `the walk-through of docs/your-own.md ${noWalk ?? ""}`,
  { timeout: 2 * timeout },
  async ({ skip }) => {
    const project = fileURLToPath(new URL("../../", import.meta.url));
    const page = await readFile(join(project, "docs/your-own.md"), "utf8");
    const heading = "Ten minutes, with a function in Python";
    await mkdir(join(root, "hello"));
    await writeFile(join(root, "hello", "stack.yml"), blockOf(page, heading, "yaml"));
    for (const line of blockOf(page, heading, "sh").trimEnd().split("\n")) {
      if (line.startsWith("npm run setup")) continue; // it installs; what is missing has skipped this test
      const { exitCode, all } = await execa("sh", ["-c", line], {
        ...{ cwd: project, reject: false, all: true, stdin: "ignore", timeout },
        env: { ...settings(), KALIUM_SYSTEMS: "native" },
      });
      if (/E_SETUP/.test(all)) skip(all);
      expect(exitCode, `${line}\n${all}`).toBe(0);
    }
    const { latency } = await readResults(await latestResults(join(root, "results")));
    const [record] = latency;
    expect(record?.label).toBe("greet");
    expect(record?.samples.map(({ outcome }) => outcome)).toEqual(record?.samples.map(() => "ok"));
    expect(record?.proofs[0]).toMatchObject({
      seenBy: "program",
      image: { digest: expect.stringMatching(/^sha256:/) as string },
    });
  },
);

test.skipIf(noWalk)(
  `a function that ends with its first call is reported with the reason ${noWalk ?? ""}`,
  { timeout: 2 * timeout },
  async () => {
    const made = await run(["images", "examples", join(root, "ending")]);
    expect(made.exitCode, made.stdout + made.stderr).toBe(0);
    const stack = `provider: { name: openfaas }
functions:
  greet:
    image: oci:${join(root, "ending", "hello-python")}
    environment:
      fprocess: python3 -c 'import os, time; os.kill(1, 15); time.sleep(600)'
kalium-bench:
  calls:
    greet: { function: greet, body: you }
`;
    await writeFile(file("ending.yml"), stack);
    const { exitCode, stdout, stderr } = await run(["bench", "--app", "ending.yml"], { KALIUM_SYSTEMS: "native" });
    expect(exitCode, stdout + stderr).toBe(1);
    expect(stdout + stderr).toMatch(
      /greet under native, block 0: the first call failed: [^]*its instance ended: .*exited/,
    );
    expect(stdout + stderr).toContain("Correct the function or its limits in the stack file");
  },
);

describe.skipIf(noLocalServer !== undefined)("an application file", () => {
  test("is measured like ours: right answers, proofs, guard, records, report", { timeout }, async () => {
    const { exitCode, stdout, stderr } = await run(["bench", "--app", "stack.yml"]);
    expect(exitCode, stdout + stderr).toBe(0);
    const results = await readResults(await latestResults(join(root, "results")));
    const labels = ["authenticate", "getprice", "authorize-cc", "publish"];
    expect(results.run.selected).toEqual(labels);
    expect(results.run.application?.calls.map(({ label }) => label)).toEqual(labels);
    expect(results.latency).toHaveLength(labels.length);
    for (const { application, samples, proofs, voids, floors = [] } of results.latency) {
      expect(application).toEqual(results.run.application);
      expect(samples.filter(({ outcome }) => outcome !== "ok")).toEqual([]);
      expect(new Set(samples.map(({ system }) => system))).toEqual(new Set(["native", "kalium-native"]));
      expect(proofs.map(({ runtime }) => runtime)).toEqual(["native", "native"]);
      expect({ voids, floors: floors.length > 0 }).toEqual({ voids: [], floors: true });
    }
    for (const record of results.latency) expectPriced(record);
    expect(JSON.stringify(results.run)).not.toMatch(/creditCard|11-123456/);
    expect(await readFile(join(root, "out", "report.md"), "utf8")).toMatch(/^# product-purchase: relative latency/);
  });

  test("a call that fails at first shows what was expected and seen, with the next command", { timeout }, async () => {
    await change('gotPrice":"true","price":"123"}\'', 'gotPrice":"true","price":"999"}\'');
    const { exitCode, stdout, stderr } = await run(["bench", "getprice", "--app", "stack.yml"]);
    expect(exitCode).toBe(1);
    expect(stdout + stderr).toMatch(/getprice under [\w-]+, block 0: the first call failed: another body/);
    expect(stdout + stderr).toMatch(/ expected: .*"price":"999"}\n +seen: {5}.*"price":"123"}/);
    expect(stdout + stderr).toContain(`npm run bench -- --app ${file()} getprice`);
    const resumed = await run(["resume"]); // of the same file: the call is made again
    expect(resumed.exitCode, resumed.stdout).toBe(1);
    await change("999", "123");
    const refused = await run(["resume"]);
    expect(refused.stderr).toMatch(/application\.sha256 was/);
  });

  test("init writes a first section that holds, and refuses a second", { timeout }, async () => {
    await writeFile(
      file("first.yml"),
      "provider: { name: openfaas }\nfunctions:\n  publish:\n    image: hello-retail/product-purchase-4-publish\n",
    );
    const one = { KALIUM_SYSTEMS: "native" };
    await chmod(file("first.yml"), 0o600);
    await symlink("first.yml", file("link.yml"));
    const { exitCode, stdout, stderr } = await run(["init", "link.yml"]);
    expect(exitCode, stdout + stderr).toBe(0);
    expect((await lstat(file("link.yml"))).isSymbolicLink()).toBe(true);
    expect((await lstat(file("first.yml"))).mode & 0o777).toBe(0o600);
    expect(stdout).toMatch(/Next: npm run plan -- --app link\.yml$/);
    const again = await run(["init", "first.yml"]);
    expect(again.exitCode).toBe(2);
    expect(again.stderr).toMatch(/already has a section kalium-bench\n {2}-> See what it would measure: npm run plan/);
    const measured = await run(["bench", "--app", "first.yml"], { ...one, KALIUM_METRICS: "latency" });
    expect(measured.exitCode, measured.stdout + measured.stderr).toBe(0);
    const { latency } = await readResults(await latestResults(join(root, "results")));
    for (const { blocks } of latency) for (const block of blocks) expect(block).not.toHaveProperty("price");
  });

  test("functions find the services of the run, and their secrets", { timeout }, async () => {
    await writeFile(file("services.yml"), withServices.replace("{ picture: picture.jpg }", "{}"));
    const missing = await run(["bench", "--app", "services.yml"], { KALIUM_SYSTEMS: "native" });
    expect(missing.exitCode).not.toBe(0);
    expect(missing.stdout + missing.stderr).toMatch(
      /the secret token has no file: .*\.secrets\/token cannot be read\n +-> Put its value there/,
    );
    await writeFile(file("services.yml"), withServices);
    await mkdir(file(".secrets"));
    await writeFile(file(".secrets/token"), "hush");
    const absent = await run(["plan", "--app", "services.yml"], { KALIUM_SYSTEMS: "native" });
    expect(absent.stderr).toMatch(/image-server\.picture: expected a file that can be read, got .*picture\.jpg/);
    await writeFile(file("picture.jpg"), makePicture());
    const { exitCode, stdout, stderr } = await run(["bench", "--app", "services.yml"], { KALIUM_SYSTEMS: "native" });
    expect(exitCode, stdout + stderr).toBe(0);
    const { latency } = await readResults(await latestResults(join(root, "results")));
    expect(latency.map(({ label }) => label)).toEqual(["chain", "mail", "picture"]);
    for (const { samples, voids } of latency) {
      expect(voids).toEqual([]);
      expect(samples.filter(({ outcome }) => outcome !== "ok")).toEqual([]);
    }
  });

  test("what it is not for refuses it", { timeout }, async () => {
    const env = { KALIUM_APP: file() };
    const load = await run(["serve"], env);
    expect(load.stderr).toMatch(/KALIUM_APP is .*, but this command is about Hello, Retail!\n {2}-> Unset KALIUM_APP/);
    const valve = await run(["plan"], { ...env, KALIUM_SYSTEMS: "native,valve" });
    expect(valve.stderr).toMatch(/valve cannot run product-purchase: the variant valve is built from the sources/);
  });
});
