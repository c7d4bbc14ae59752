import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readApplication } from "./read-application.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "shop-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const stack = `version: 1.0
provider:
  name: openfaas
functions:
  greet:
    image: registry.example/greet:1.0
    environment:
      DB: \${BENCH_MYSQL_HOST:-db}
  price:
    image: hello-retail/product-purchase-2-get-price
`;
const calls = `kalium-bench:
  calls:
    hello:
      function: greet
      callees: [price]
      path: /hello?who=me
      json: { name: you }
      headers: { x-token: "\${TOKEN}" }
      expect: { status: 201, json: { greeting: hi } }
    raw:
      function: greet
      method: PUT
      template: '{"n": {{iteration}}}'
`;

function write(text: string, name = "stack.yml"): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

const read = (text: string) => readApplication(write(text), { TOKEN: "secret" });
const at = { seed: 1, block: 0, iteration: 7 };
const testbed = { imageUrl: "" };

test("calls become measured functions, in the order of the file", async () => {
  const { measured, record, functions } = await read(stack + calls);
  const [hello, raw] = measured;
  expect(measured.map(({ label, entry, callees, path }) => ({ label, entry, callees, path }))).toEqual([
    { label: "hello", entry: "greet", callees: ["price"], path: "/hello?who=me" },
    { label: "raw", entry: "greet", callees: [], path: "" },
  ]);
  expect(hello?.request?.(testbed, at)).toEqual({
    method: "POST",
    headers: { "x-token": "secret", "content-type": "application/json" },
    body: '{"name":"you"}',
  });
  expect(raw?.request?.(testbed, at)).toEqual({
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: '{"n": 7}',
  });
  expect(functions.map(({ own }) => own)).toEqual([undefined, "product-purchase-2-get-price"]);
  expect(record.name).toMatch(/^shop-/); // of the folder: every stack file is called stack.yml
  expect(record.calls.map(({ label }) => label)).toEqual(["hello", "raw"]);
});

test("a record holds no header's value, no query and no body", async () => {
  const { record } = await read(stack + calls);
  expect(JSON.stringify(record)).not.toMatch(/secret|who=me|you/);
  expect(record.calls[0]).toMatchObject({ path: "/hello?...", headers: ["x-token"], body: { kind: "json" } });
});

test("a policy that cannot be used is found with the file's other mistakes", async () => {
  write("{}", "policy.json");
  const text = `${stack + calls.replace("callees: [price]", "callees: [prize]")}  policy: policy.json\n`;
  await expect(read(text)).rejects.toThrow(
    /kalium-bench\.policy: .*policy\.json is not a policy:\n[^]*did you mean price/,
  );
});

test("aliases that are missing, or that grow beyond measure, are refused", async () => {
  await expect(read(stack + calls.replace("json: { name: you }", "json: *you"))).rejects.toThrow(
    /stack\.yml: its aliases cannot be resolved: .*you\n  -> Correct the file/,
  );
  const nine = (of: string): string => `[${Array.from({ length: 9 }, () => of).join(", ")}]`;
  const bomb = `x-a: &a ${nine("1")}\nx-b: &b ${nine("*a")}\nx-c: &c ${nine("*b")}\n`;
  const text = bomb + stack + calls.replace("json: { name: you }", `json: ${nine("*c")}`);
  await expect(read(text)).rejects.toThrow(/stack\.yml: its aliases cannot be resolved/);
  const merged = "functions: { a: { image: a } }\nkalium-bench:\n  <<: word\n  calls: {}\n";
  await expect(read(merged)).rejects.toThrow(/stack\.yml: (its aliases cannot be resolved|.*<<)/);
});

test("the section may be in a file of its own, and its digest covers the stack file", async () => {
  const file = write(calls.replace("  calls:", "  name: shop\n  stack: stack.yml\n  calls:"), "bench.yml");
  write(stack);
  const before = (await readApplication(file, {})).record;
  expect(before.name).toBe("shop");
  write(`${stack}# changed\n`);
  expect((await readApplication(file, {})).record.sha256).not.toBe(before.sha256);
});

test("another value of a variable is another digest: the run would be another one", async () => {
  const file = write((stack + calls).replace("greet:1.0", "greet:${TAG}"));
  const digestOf = async (TAG: string) => (await readApplication(file, { TAG })).record.sha256;
  expect(await digestOf("1.0")).toBe(await digestOf("1.0"));
  expect(await digestOf("2.0")).not.toBe(await digestOf("1.0"));
});

test("deployments get the services' values, and defaults without them", async () => {
  const { deployments } = await read(stack + calls.replace("  calls:", "  services: { mysql: }\n  calls:"));
  expect((await deployments({ BENCH_MYSQL_HOST: "10.0.0.1" })).get("greet")?.envVars).toEqual({ DB: "10.0.0.1" });
  expect((await deployments({})).get("greet")?.envVars).toEqual({ DB: "db" });
});

describe("what is wrong is refused with file, line, value and the next command", () => {
  const changed = (from: string, to: string): string => {
    expect(stack + calls).toContain(from);
    return (stack + calls).replace(from, to);
  };
  test.for<[string, string, string, RegExp]>([
    [
      "an unknown key",
      "    raw:\n      function",
      "    raw:\n      funktion",
      /line 21: .*raw\.funktion: no setting has this name; did you mean function\?/,
    ],
    [
      "a function that is absent",
      "function: greet\n      method",
      "function: gret\n      method",
      /line 21: .*no function is called gret; did you mean greet\?/,
    ],
    [
      "an absent callee",
      "[price]",
      "[prices]",
      /line 15: .*callees: no function is called prices; did you mean price\?/,
    ],
    ["a callee twice", "[price]", "[price, price]", /price is named twice/],
    ["a label with a slash", "    raw:", "    raw/1:", /expected a name of up to 80 letters.*got "raw\/1"/],
    ["two labels the same", "    raw:", "    hello:", /line \d+: .*unique/i],
    ["a status", "status: 201", "status: OK", /line 19: .*expect\.status: expected an HTTP status, got "OK"/],
    [
      "a path",
      "path: /hello",
      "path: hello",
      /path: expected a path that begins with \/ or \?, without spaces and #, got "hello/,
    ],
    [
      "a path out of the function",
      "path: /hello",
      "path: /../../system/functions",
      /without the parts \. and \.\., which/,
    ],
    ["a path in disguise", "path: /hello", "path: /a/%2E./b", /without the parts \. and \.\./],
    [
      "a method that is not known",
      "method: PUT",
      "method: BREW",
      /method: expected an HTTP method in capitals, .*got "BREW"/,
    ],
    [
      "a header of the connection",
      "x-token:",
      "Content-Length:",
      /expected a header that the connection .*"Content-Length"/,
    ],
    ["a header of two lines", '"${TOKEN}"', '"a\\nb"', /x-token: expected text without line breaks .*got string/],
    [
      "a call that is a word",
      "raw:\n      function: greet\n      method: PUT\n      template: '{\"n\": {{iteration}}}'",
      "raw: greet",
      /calls\.raw: expected a map, got "greet"/,
    ],
    ["two bodies", "method: PUT", "body: x", /body and template exclude each other/],
    [
      "a file that is absent",
      "template: '{\"n\": {{iteration}}}'",
      "file: absent.bin",
      /file: expected a file that can be read, got .*absent\.bin/,
    ],
    ["a template", "{{iteration}}", "{{iterate}}", /{{iterate}} is not known; there are {{iteration}}/],
    ["a template's words", "{{iteration}}", "{{random 1}}", /{{random 1}} should look like {{random 1 100}}/],
    ["a picture without its server", "{{iteration}}", "{{image-url}}", /needs the service image-server/],
    [
      "a pattern",
      "json: { greeting: hi }",
      "matches: '('",
      /matches: expected a regular expression of JavaScript, got "\("/,
    ],
    ["a digest", "json: { greeting: hi }", "sha256: abc", /expected a SHA-256 in hexadecimal, 64 digits, got "abc"/],
    [
      "a variable of a service that is absent",
      ":-db",
      "",
      /line 8: \${BENCH_MYSQL_HOST} needs the service mysql: add it under kalium-bench\.services/,
    ],
    [
      "an image of ours that is absent",
      "2-get-price",
      "2-get-prise",
      /has no image hello-retail.*did you mean hello-retail\/product-purchase-2-get-price\?/,
    ],
    ["no calls", calls, "kalium-bench: { calls: {} }\n", /calls: expected at least one measured call/],
    [
      "a dump",
      "  calls:",
      "  services: { mysql: { dump: no.sql } }\n  calls:",
      /dump: expected a file that can be read, .*got .*no\.sql/,
    ],
    [
      "a stack beside functions",
      "  calls:",
      "  stack: other.yml\n  calls:",
      /line 12: .*this file is a stack file itself/,
    ],
  ])("%s", async ([, from, to, error]) => {
    const reading = read(changed(from, to));
    await expect(reading).rejects.toThrow(error);
    await expect(reading).rejects.toThrow(/stack\.yml: line \d+|functions\./);
    await expect(reading).rejects.toThrow(/-> Correct the file, then: npm run plan -- --app .*stack\.yml/);
  });

  test("a header's value is not shown", async () => {
    const reading = read(changed('"${TOKEN}"', "[secret]"));
    await expect(reading).rejects.toThrow(/x-token: expected text; put it in quotes, got a list/);
  });

  test("no section, and a source without an image", async () => {
    await expect(read(stack)).rejects.toThrow(
      /the section kalium-bench.* is missing\n  -> Write a first one: npm run init -- /,
    );
    const source = stack.replace("image: registry.example/greet:1.0", "lang: node\n    handler: ./greet");
    await expect(read(source + calls)).rejects.toThrow(
      /functions\.greet: image is missing\n  -> Build an image of the source in \.\/greet: .*faas-cli build -f/,
    );
  });
});
