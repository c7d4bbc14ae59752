import { expect, test } from "vitest";
import { fillTemplate, templateProblem } from "./template.ts";

const around = { seed: 1, label: "hello", block: 2, iteration: 3, imageUrl: "http://i/" };

test("the same call has the same text, another call another one", () => {
  const text = "{{ iteration }} {{block}} {{hex 16}} {{random 1 6}} {{image-url}}";
  const filled = fillTemplate(text, around);
  expect(filled).toMatch(/^3 2 [\da-f]{16} [1-6] http:\/\/i\/$/);
  expect(fillTemplate(text, { ...around })).toBe(filled);
  for (const other of [{ seed: 2 }, { label: "b" }, { block: 3 }, { iteration: 4 }]) {
    expect(fillTemplate("{{hex 16}}", { ...around, ...other })).not.toBe(fillTemplate("{{hex 16}}", around));
  }
  const [one, two] = fillTemplate("{{hex 16}} {{hex 16}}", around).split(" ");
  expect(one).not.toBe(two);
});

test("what would stay as it is written is a mistake", () => {
  expect(templateProblem('{"n": {{iteration}, "m": 1}')).toBe('{{iteration}, "m": 1} has no }} behind it');
  expect(templateProblem("{{hex 0}}")).toBe("{{hex 0}} should look like {{hex 16}}");
  expect(templateProblem('{"a":{"b":{{iteration}}}}')).toBeUndefined();
});

test("all values of a range and of a choice occur, and no others", () => {
  const values = Array.from({ length: 300 }, (_, iteration) =>
    fillTemplate("{{random -1 2}}{{pick a b}}", { ...around, iteration }),
  );
  expect(new Set(values)).toEqual(new Set(["-1", "0", "1", "2"].flatMap((n) => [`${n}a`, `${n}b`])));
});
