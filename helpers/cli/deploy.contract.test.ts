import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createClient, type GatewayClient } from "../gateway/client.ts";
import { echoImage, startTestGateway, type TestGateway } from "../gateway/test-gateway.test-support.ts";
import { exitCodes } from "../base/exit-code.ts";

const launcher = fileURLToPath(new URL("kalium-bench", import.meta.url));
const field = fileURLToPath(new URL("../../../shared/data/field/", import.meta.url));

vi.setConfig({ testTimeout: 600_000 }); // for a test that hangs, not for one on a machine that is busy

let gateway: TestGateway;
let client: GatewayClient;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kb-deploy-"));
  gateway = await startTestGateway();
  client = createClient({ url: gateway.url });
});
afterAll(async () => {
  client.close();
  await gateway.close();
  await rm(folder, { recursive: true, force: true });
});

const deploy = async (file: string, args: readonly string[] = [], env: Readonly<Record<string, string>> = {}) => {
  const { exitCode, stdout, stderr } = await execa(launcher, ["deploy", file, ...args], { env, reject: false });
  return { exitCode, stdout, stderr };
};
const write = async (functions: string): Promise<string> => {
  const file = join(folder, "stack.yml");
  const provider = "provider: { name: openfaas, gateway: http://127.0.0.1:8080 }";
  await writeFile(file, `${provider}\nfunctions:\n${functions}`);
  return file;
};
const variable = async (name: string, of: string): Promise<string> =>
  (await client.invoke(name, { path: `/env?name=${of}` })).body.toString();

test("deploys to OPENFAAS_URL, with a slash at its end, and hands each value on as it is written", async () => {
  const file = await write(`
  one: &one
    image: ${echoImage}
    environment: { A: 1.10, B: 007, C: , E: 0x1F, D: "\${WHO:-nobody}" }
  two:
    <<: *one
    environment: { A: True }
`);
  const deployed = await deploy(file, [], { OPENFAAS_URL: `${gateway.url}/` });
  expect(deployed).toEqual({
    exitCode: 0,
    stdout: `one is ready: ${gateway.url}/function/one\ntwo is ready: ${gateway.url}/function/two`,
    stderr: "",
  });
  const values = await Promise.all(["A", "B", "C", "E", "D"].map((name) => variable("one", name)));
  expect([...values, await variable("two", "A")]).toEqual(["1.10", "007", "", "0x1F", "nobody", "True"]);
});

test("warns once per key; --strict deploys nothing", async () => {
  const body = `    image: ${echoImage}\n    read_timeout: 500\n    write_debug: true\n`;
  const file = await write(`  loose-1:\n${body}  loose-2:\n${body}`);
  const why = 'has no effect: of-watchdog reads it under "environment"';
  const lines = [
    `${file}: functions.*.read_timeout ${why} (lines 5, 9)`,
    `${file}: functions.*.write_debug ${why} (lines 6, 10)`,
  ];
  const strict = await deploy(file, ["--strict", "-g", gateway.url]);
  expect(strict).toMatchObject({ exitCode: exitCodes.usage, stdout: "" });
  for (const line of lines) expect(strict.stderr).toContain(line);
  expect(await client.describe("loose-1")).toBeUndefined();
  const deployed = await deploy(file, ["-g", `${gateway.url}/`]);
  expect(deployed).toMatchObject({ exitCode: 0, stderr: lines.map((line) => `warning: ${line}`).join("\n") });
  expect(await client.describe("loose-2")).toMatchObject({ availableReplicas: 1 });
});

describe.skipIf(!existsSync(field))("stack files of the field, from ../shared/data/field, which may be absent", () => {
  const deployField = (name: string) =>
    deploy(join(field, name), ["-g", gateway.url], { IMAGE: echoImage, ECHO: join(field, "echo.cjs") });
  const environmentOf = async (name: string): Promise<unknown> =>
    (JSON.parse((await client.invoke(name)).body.toString()) as { env: unknown }).env;

  test.each<[string, string, Readonly<Record<string, string>>]>([
    ["s00-echo.yml", "echo", {}],
    [
      "s01-number-like-values.yml",
      "s-values",
      {
        ...{ F_API: "1.10", F_MODEL: "007", F_SHA: "1234567e8", F_BIG: "12345678901234567890", F_YES: "yes" },
        ...{ F_HEX: "0x1F", F_TRUE: "True", F_OCT: "0755", F_EMPTY: "" },
      },
    ],
    ["s02-empty-maps.yml", "s-null", {}],
    ["s03-empty-value.yml", "s-nullvalue", { F_TOKEN: "", F_A: "x" }],
    ["s04-anchors.yml", "s-derived", { F_DB: "prod", F_EXTRA: "more" }],
    ["s05-variable-in-comment.yml", "s-comment", { F_A: "x" }],
  ])("%s deploys without a warning", async (file, name, environment) => {
    expect(await deployField(file)).toMatchObject({ exitCode: 0, stderr: "" });
    expect(await environmentOf(name)).toEqual(environment);
  });

  test("s08-artifact-style.yml deploys with a warning for each of its four keys", async () => {
    const { exitCode, stderr } = await deployField("s08-artifact-style.yml");
    const keys = ["read_timeout", "write_timeout", "exec_timeout", "write_debug"];
    expect(stderr.split("\n")).toEqual(
      keys.map((key) => expect.stringContaining(`functions.s-artifact.${key} has no effect`) as string),
    );
    expect([exitCode, await environmentOf("s-artifact")]).toEqual([0, {}]);
  });
});
if (!existsSync(field)) process.stderr.write("stack files of the field are skipped: ../shared/data/field is absent\n");
