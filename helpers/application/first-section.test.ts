import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { firstSection } from "./first-section.ts";
import { readApplication } from "./read-application.ts";

const stack = "provider: { name: openfaas }\nfunctions:\n  f: { image: x, environment: { A: '${BENCH_SMTP_HOST}' } }";

/** Reads the stack file with the section that one answer of its function leads to. */
async function checkOf(status: number, body: string) {
  const folder = mkdtempSync(join(tmpdir(), "first-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "stack.yml");
  writeFileSync(file, stack + firstSection(stack, [{ name: "f", answer: { status, body } }]));
  const { measured, services } = await readApplication(file, {});
  expect(services).toEqual({ "mail-sink": {} }); // its variable has no default
  const check = (answered: string, code = 200) =>
    measured[0]?.check({ status: code, contentType: undefined, body: answered }, { imageUrl: "" });
  return check;
}

test.for([
  ["JSON", '{"a":[1,{"b":"c: d # e"}]}'],
  ["text", 'hello: "you" # {x}'],
  ["a newline", "a\nb"],
  ["nothing", ""],
  ["what a stack file would replace", '{"price":"${X}","path":"a\\\\b"}'],
  ["an escape that holds a backslash", '{"path":"\\u005c","n":1}'],
  ["much", `{"a":"${"x".repeat(5_000)}"}`],
  ["no ASCII", "grüße"],
])("%s: the answer that was seen is right", async ([, body = ""]) => {
  const check = await checkOf(200, body);
  expect(check(body)).toBeUndefined();
  expect(check(body, 500)).toMatch(/^status 500/);
});

test("what is not JSON any more, or other text, is wrong", async () => {
  expect((await checkOf(200, '{"a":1}'))('{"a":2}')).toMatch(/^other JSON at \$\.a/);
  expect((await checkOf(200, "hello"))("bye")).toMatch(/^another body/);
});

test("an answer with another status becomes a comment: 200 stays right", async () => {
  const text = firstSection(stack, [{ name: "f", answer: { status: 500, body: "no ${X}\nbody" } }]);
  expect(text).toContain("with status 500: no ?{X} body");
  expect((await checkOf(500, "no ${X}\nbody"))("fine")).toBeUndefined();
});
