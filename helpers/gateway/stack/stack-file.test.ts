import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Deployment } from "../deployment.ts";
import { deployStack, readStackFile } from "./stack-file.ts";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "kb-stack-"));
  await writeFile(join(directory, "more.yml"), "environment: { B: file, C: 3.10, V: '${X}', D: }\nother: 1\n");
  await writeFile(join(directory, "empty.yml"), "");
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const write = async (text: string | Buffer): Promise<string> => {
  const file = join(directory, "stack.yml");
  await writeFile(file, text);
  return file;
};
const withFunction = (body: string): string =>
  `version: 1.0\nprovider: { name: openfaas }\nfunctions:\n  foo:\n    image: kb/foo\n${body}`;
const read = async (text: string | Buffer, env = {}): ReturnType<typeof readStackFile> =>
  readStackFile(await write(text), env);
const deploymentOf = async (body: string): Promise<Deployment | undefined> =>
  (await read(withFunction(body))).deployments[0];
test("sees the path of an image from the file's folder", async () => {
  const images = ["oci:./hello:1", "oci-archive:/hello.tar:1"];
  const found = [];
  for (const image of images) found.push((await read(withFunction("").replace("kb/foo", image))).deployments[0]?.image);
  expect(found).toEqual([`oci:${directory}/hello:1`, "oci-archive:/hello.tar:1"]);
});

const bare = { service: "foo", image: "kb/foo:latest", labels: {}, annotations: {} };

test("reads what a deployment needs, with variables and environment files", async () => {
  const stack = await read(
    `
version: 1.0
provider: { name: openfaas, gateway: "http://127.0.0.1:\${PORT:-8080}" }
functions:
  foo:
    lang: node22
    handler: ./foo
    image: kb/foo:\${TAG}
    fprocess: node index.js
    environment: { A: inline, B: inline, write_timeout: 15, ON: true }
    environment_file: [more.yml, empty.yml]
    secrets: [key]
    constraints: [disk=ssd]
    annotations: { com.openfaas.profile: gvisor }
    limits: { memory: 128Mi, cpu: }
    requests: { cpu: 010m }
    readonly_root_filesystem: yes
    namespace: dev
    build_args: { A: 1.10 }
configuration: { copy: [./common], templates: [{ name: a, source: b }] }
`,
    { TAG: "v1" },
  );
  expect(stack).toEqual({
    gateway: "http://127.0.0.1:8080",
    environmentFiles: [join(directory, "more.yml"), join(directory, "empty.yml")],
    deployments: [
      {
        service: "foo",
        image: "kb/foo:v1",
        namespace: "dev",
        envProcess: "node index.js",
        envVars: { A: "inline", B: "file", C: "3.10", D: "", V: "${X}", write_timeout: "15", ON: "true" },
        constraints: ["disk=ssd"],
        secrets: ["key"],
        labels: {},
        annotations: { "com.openfaas.profile": "gvisor" },
        limits: { memory: "128Mi" },
        requests: { cpu: "010m" },
        readOnlyRootFilesystem: true,
      },
    ],
    warnings: [`${join(directory, "more.yml")}: other has no effect (line 2)`],
  });
});

// Each as faas-cli 0.18.12 hands it on.
const scalars = [
  ...["1.10", "007", "0755", "0x1F", "0o17", "0b11", "1e3", "1_000", "190:20:30", "+1", ".5", "1.", "-0"],
  ...["12345678901234567890", "1234567e8", ".inf", "-.Inf", ".NaN", "yes", "No", "True", "off", "y", "nULL"],
  ...["2001-01-01", "2001-12-14t21:59:43.10-05:00", "12:30:45", "a#b", "http://x:80/y", "!!str null".slice(6)],
];

test("hands scalars on as they are written, as values and as keys", async () => {
  const plain = scalars.filter((scalar) => scalar !== "null");
  const block = plain.map((scalar) => `      ${JSON.stringify(scalar)}: ${scalar}\n`).join("");
  const keys = plain.map((scalar) => `      ? ${scalar}\n      : x\n`).join("");
  const items = plain.map((scalar) => `    - ${scalar}\n`).join("");
  const body = `    environment:\n${block}    annotations:\n${block}    labels:\n${keys}    secrets:\n${items}    constraints:\n${items}`;
  expect(await deploymentOf(body)).toEqual({
    ...bare,
    envVars: Object.fromEntries(plain.map((scalar) => [scalar, scalar])),
    annotations: Object.fromEntries(plain.map((scalar) => [scalar, scalar])),
    labels: Object.fromEntries(plain.map((scalar) => [scalar, "x"])),
    secrets: plain,
    constraints: plain,
  });
});

describe("reads", () => {
  test.each<[string, string, Partial<Deployment>]>([
    ["null as nothing", "    environment:\n    secrets:\n    labels: ~\n    limits: null\n    fprocess:", {}],
    ["empty maps and lists as nothing", "    environment: {}\n    secrets: []\n    limits: { memory: '' }", {}],
    [
      "a value that is null as empty",
      "    environment: { A: , B: ~, C: NULL, D, E: !!null '' }",
      { envVars: { A: "", B: "", C: "", D: "", E: "" } },
    ],
    [
      "quoted words as text",
      `    environment: { A: "null", B: '~', "<<": x }`,
      { envVars: { A: "null", B: "~", "<<": "x" } },
    ],
    [
      "tags",
      "    environment: { A: !!str null, B: !!int '1', C: !!float 1, D: !!binary aGVsbG8=, E: !x y }",
      { envVars: { A: "null", B: "1", C: "1", D: "hello", E: "y" } },
    ],
    [
      "block scalars",
      "    environment:\n      A: |\n        a\n         b\n      B: >-\n        a\n        b",
      { envVars: { A: "a\n b\n", B: "a b" } },
    ],
    ["no text as a flag", "    readonly_root_filesystem: off", {}],
    ["a quoted word as a flag", '    readonly_root_filesystem: "Yes"', { readOnlyRootFilesystem: true }],
    ["a tagged word as a flag", "    readonly_root_filesystem: !!str on", { readOnlyRootFilesystem: true }],
    [
      "names of an object's own",
      "    environment: { __proto__: x, constructor: y }",
      { envVars: { ["__proto__"]: "x", constructor: "y" } },
    ],
    [
      "a merge",
      "    environment: &e { A: 1.10, B: 2 }\n    labels: { B: 3, <<: *e }",
      { envVars: { A: "1.10", B: "2" }, labels: { A: "1.10", B: "3" } },
    ],
    [
      "a merge of several, where the first wins",
      "    environment: &e { A: 1 }\n    labels: { <<: [*e, { A: 2, B: 3 }] }",
      { envVars: { A: "1" }, labels: { A: "1", B: "3" } },
    ],
    [
      "a merge into the function, where its own null wins",
      "    x: &x { labels: { A: b }, environment: { C: d } }\n    <<: *x\n    labels:",
      { envVars: { C: "d" } },
    ],
    [
      "aliases of scalars",
      "    fprocess: &s 1.10\n    environment: { A: *s, *s : B }",
      { envProcess: "1.10", envVars: { A: "1.10", "1.10": "B" } },
    ],
    [
      "an anchor that is used again",
      "    x-a: &s one\n    fprocess: *s\n    x-b: &s two\n    namespace: *s",
      { envProcess: "one", namespace: "two" },
    ],
    ["a key twice where nothing reads it", "    x-a: { a: 1, a: 2 }", {}],
  ])("%s", async (_, body, expected) => {
    expect(await deploymentOf(body)).toEqual({ ...bare, ...expected });
  });

  test.each([
    ["x", "x:latest"],
    ["localhost:5000/x", "localhost:5000/x:latest"],
    ["a/x:1", "a/x:1"],
    ["x@sha256:12", "x@sha256:12"],
    ["1.10", "1.10:latest"],
  ])("the image %s as %s", async (image, expected) => {
    const { deployments } = await read(`provider: { name: openfaas }\nfunctions: { foo: { image: "${image}" } }`);
    expect(deployments[0]?.image).toBe(expected);
  });
});

test("deploys the functions in the file's order, whatever their names", async () => {
  const file = await write(
    "provider: { name: openfaas }\nfunctions: { b: { image: x }, 10: { image: y }, __proto__: { image: z } }",
  );
  const deployed: string[] = [];
  const deploy = ({ service }: { service: string }): Promise<void> => Promise.resolve(void deployed.push(service));
  await deployStack({ deploy }, file);
  expect(deployed).toEqual(["b", "10", "__proto__"]);
});

test("warns of what has no effect or may be a mistake, once each", async () => {
  const { deployments, warnings } = await read(
    withFunction(`    read_timeout: 500
    limits: { memory: 1, gpu: 2 }
    secrets: [a, ~]
    fprocess: "\${NOPE}\${EMPTY}"
    # \${REGISTRY}/\${TAG} \\\\
  bar:
    image: x\${NOPE}
    read_timeout: 500
x-anything: 1
---
functions: {`),
    { EMPTY: "" },
  );
  const file = join(directory, "stack.yml");
  expect(deployments[0]).toEqual({ ...bare, limits: { memory: "1" }, secrets: ["a"] });
  expect(warnings).toEqual([
    `${file}: functions.*.read_timeout has no effect: of-watchdog reads it under "environment" (lines 6, 13)`,
    `${file}: functions.foo.limits.gpu has no effect (line 7)`,
    `${file}: functions.foo.secrets.1 has no effect (line 8)`,
    `${file}: the variable NOPE is not set, so it is empty (lines 9, 12)`,
    `${file}: only the first document of the file is read (line 16)`,
  ]);
});

test.each([
  ["a missing image", "provider: { name: openfaas }\nfunctions: { foo: {} }", /functions\.foo: image is missing/],
  ["no function", "provider: { name: openfaas }\nfunctions:", /functions: expected at least one, got none/],
  ["another provider", "provider: { name: faas }", /provider\.name: expected openfaas, got faas/],
  ["an empty file", "", /provider\.name: expected openfaas, got nothing/],
  ["another version", 'version: "2.0"\nprovider: { name: openfaas }', /version: expected 1\.0, got 2\.0/],
  ["a version as a number", "version: 1\nprovider: { name: openfaas }", /version: expected 1\.0, got 1\n  -> Correct/],
  ["a function twice", `${withFunction("")}\n  foo: { image: y }`, /line 7: functions: the key "foo" appears twice/],
  ["a variable twice", withFunction(`    environment: { A: 1, "A": 2 }`), /line 6: .*the key "A" appears twice/],
  ["no YAML", "functions: [", /stack\.yml: line 1: /],
  ["a list", "[]", /stack\.yml: line 1: expected a map, got a list/],
  [
    "all that is wrong",
    withFunction("    secrets: x\n    environment: [A]"),
    /line 6: functions\.foo\.secrets: expected a list, got text; line 7: functions\.foo\.environment: expected a map, got a list/,
  ],
  [
    "a map for a text",
    withFunction("    environment: { A: { B: c } }"),
    /functions\.foo\.environment\.A: expected text, got a map/,
  ],
  [
    "a quoted flag",
    withFunction('    skip_build: "true"'),
    /skip_build: expected true or false without quotes, got text/,
  ],
  [
    "a value that its tag does not fit",
    withFunction("    environment: { A: !!int x }"),
    /the value does not fit its tag !!int/,
  ],
  [
    "base64 that is not text",
    withFunction("    environment: { A: !!binary /w== }"),
    /!!binary is not base64 of a text/,
  ],
  [
    "an alias without an anchor",
    withFunction("    fprocess: *nope"),
    /line 6: the alias \*nope has no anchor before it/,
  ],
  ["such an alias where nothing reads it", withFunction("    x-a: [*nope]"), /the alias \*nope has no anchor/],
  ["a map that merges itself", withFunction("    environment: &e { <<: *e }"), /line 6: .*a map merges itself/],
  ["a merge of a text", withFunction("    environment: { <<: x }"), /<< merges a map, or a list of maps/],
  ["a bad environment file", withFunction("    environment_file: [bad.yml]"), /cannot read .*bad\.yml: not found/],
  ["a variable without its end", withFunction("    fprocess: ${NOPE"), /stack\.yml: line 6: cannot replace "\$\{NOPE"/],
  ["a control character", withFunction("    fprocess: a\u0007b"), /line 6: the character U\+0007/],
  ["what ends a line in YAML 1.1 alone", withFunction("    fprocess: a\u2028b"), /line 6: the character U\+2028/],
  ["half of a character", withFunction('    fprocess: "\\ud83d"'), /half of a character/],
  ["YAML 1.2", `%YAML 1.2\n---\n${withFunction("")}`, /only YAML 1\.1 is read/],
  ["a nesting without end", `x-a: ${"[".repeat(50_000)}`, /stack\.yml: /],
])("refuses %s and says where", async (_, text, message) => {
  await expect(read(text)).rejects.toMatchObject({
    code: "E_CONFIG",
    message: expect.stringMatching(message) as string,
  });
});

test("refuses aliases that multiply", async () => {
  const level = (name: string, of: string): string =>
    `  ${name}: &${name} { <<: [${Array(10).fill(`*${of}`).join(", ")}] }\n`;
  const maps = `x:\n  a: &a { A: x, B: x }\n${level("b", "a")}${level("c", "b")}${level("d", "c")}${level("e", "d")}${level("f", "e")}`;
  await expect(read(`${maps}${withFunction("    environment: *f")}`)).rejects.toThrow(/aliases are excessive/);
  expect((await read(`${maps}${withFunction("")}`)).deployments).toEqual([bare]);
});

test("refuses what is not UTF-8, with the command that converts it", async () => {
  const refused = read(Buffer.from(withFunction(""), "utf16le"));
  await expect(refused).rejects.toThrow(/stack\.yml: it is not UTF-8|the character U\+0000/);
  await expect(read(Buffer.from(`\xff\xfe`, "latin1"))).rejects.toThrow(/not UTF-8\n {2}-> Convert it, .*iconv/);
});

test("reads CRLF and a byte order mark", async () => {
  const text = withFunction("    environment:\n      A: |\n        a\n        b\n");
  expect((await read(`\ufeff${text.replaceAll("\n", "\r\n")}`)).deployments).toEqual([
    { ...bare, envVars: { A: "a\nb\n" } },
  ]);
});
