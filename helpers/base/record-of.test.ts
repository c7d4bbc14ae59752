import { expect, test } from "vitest";
import { z } from "zod";
import { recordOf } from "./record-of.ts";

const schema = recordOf(z.string());

test.each(["{}", '{"__proto__":"x","constructor":"y","toString":"z"}', '{"b":"1","a":"2"}'])("keeps %s", (text) => {
  const read = schema.parse(JSON.parse(text));
  expect(JSON.stringify(read)).toBe(text);
  expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
});

test.each([
  ['{"__proto__":1}', "__proto__"],
  ['{"a":"x","constructor":{}}', "constructor"],
])("names the entry of %s that is wrong", (text, name) => {
  const { error } = schema.safeParse(JSON.parse(text));
  expect(error?.issues).toMatchObject([
    { path: [name], message: expect.stringContaining("expected string") as unknown },
  ]);
});

test.each(["[]", '"text"', "1"])("refuses %s", (text) => {
  expect(schema.safeParse(JSON.parse(text)).error?.issues[0]?.message).toBe("expected an object");
});
