import { expect, test } from "vitest";
import { removeFunctions } from "./remove-functions.ts";

/** A gateway that fails to remove a function as often as it says. */
function failing(times: Readonly<Record<string, number>>) {
  const asked: string[] = [];
  const left = new Map(Object.entries(times));
  const remove = (name: string): Promise<void> => {
    asked.push(name);
    const failures = left.get(name) ?? 0;
    left.set(name, failures - 1);
    return failures > 0 ? Promise.reject(new Error(`no answer for ${name}`)) : Promise.resolve();
  };
  return { client: { remove }, asked };
}

test("what failed once is removed by a second attempt, and nothing else is asked for again", async () => {
  const { client, asked } = failing({ b: 1 });
  await removeFunctions(client, ["a", "b", "c"]);
  expect(asked).toEqual(["a", "b", "c", "b"]);
});

test("a failure that repeats is thrown once all others are removed", async () => {
  const { client, asked } = failing({ a: 9, c: 1 });
  await expect(removeFunctions(client, ["a", "b", "c"])).rejects.toThrow("no answer for a");
  expect(asked).toEqual(["a", "b", "c", "a", "c"]);
});
