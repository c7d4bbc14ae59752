import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { deployStack, readStackFile } from "./stack-file.ts";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "kb-stack-"));
  await writeFile(join(directory, "more.yml"), "environment: { B: file, C: 3 }");
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const write = async (text: string): Promise<string> => {
  const file = join(directory, "stack.yml");
  await writeFile(file, text);
  return file;
};
const withFunction = (body: string): string =>
  `version: 1.0\nprovider: { name: openfaas }\nfunctions:\n  foo:\n    image: kb/foo\n${body}`;

test("reads what a deployment needs, with variables and environment files", async () => {
  const file = await write(`
version: 1.0
provider: { name: openfaas, gateway: "http://127.0.0.1:\${PORT:-8080}" }
functions:
  foo:
    lang: node22
    handler: ./foo
    image: kb/foo:\${TAG}
    fprocess: node index.js
    environment: { A: inline, B: inline, write_timeout: 15, ON: true }
    environment_file: [more.yml]
    secrets: [key]
    annotations: { com.openfaas.profile: gvisor }
    limits: { memory: 128Mi }
`);
  expect(await readStackFile(file, { TAG: "v1" })).toEqual({
    gateway: "http://127.0.0.1:8080",
    deployments: [
      {
        service: "foo",
        image: "kb/foo:v1",
        envProcess: "node index.js",
        envVars: { A: "inline", B: "file", C: "3", write_timeout: "15", ON: "true" },
        secrets: ["key"],
        labels: {},
        annotations: { "com.openfaas.profile": "gvisor" },
        limits: { memory: "128Mi" },
      },
    ],
  });
});

test("deploys the functions in the file's order", async () => {
  const file = await write("provider: { name: openfaas }\nfunctions: { b: { image: x }, a: { image: y } }");
  const deployed: string[] = [];
  const deploy = ({ service }: { service: string }): Promise<void> => Promise.resolve(void deployed.push(service));
  await deployStack({ deploy }, file);
  expect(deployed).toEqual(["b", "a"]);
});

test.each([
  [
    "a timeout at function level",
    withFunction("    read_timeout: 500"),
    /functions\.foo\.read_timeout: timeouts belong under "environment"/,
  ],
  ["an unknown key", withFunction("    imgae: x"), /functions\.foo\.imgae: unknown key/],
  ["an unknown key at the top", `${withFunction("")}\nfunction: {}`, /stack\.yml: function: unknown key/],
  ["a missing image", "provider: { name: openfaas }\nfunctions: { foo: {} }", /functions\.foo\.image: /],
  ["another provider", "provider: { name: faas }", /provider\.name: /],
  ["another version", 'version: "2.0"\nprovider: { name: openfaas }', /version: only "1\.0" is valid/],
  ["an unset variable", withFunction("    fprocess: ${NOPE}"), /the variable NOPE is not set and has no default/],
  ["a function twice", `${withFunction("")}\n  foo: { image: y }`, /Map keys must be unique at line 7/],
  ["no YAML", "functions: [", /at line 1/],
  ["a list", "[]", /stack\.yml: the file: /],
  ["a bad environment file", withFunction("    environment_file: [stack.yml]"), /provider: unknown key/],
  ["an absent environment file", withFunction("    environment_file: [none.yml]"), /ENOENT.*none\.yml/],
])("refuses %s and says where", async (_, text, message) => {
  const reading = readStackFile(await write(text), {});
  await expect(reading).rejects.toMatchObject({ code: "E_CONFIG" });
  await expect(reading).rejects.toThrow(message);
});
