import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { errorCodes, exitCodeOf, exitCodes } from "../base/exit-code.ts";

const page = readFileSync(new URL("../../docs/errors.md", import.meta.url), "utf8");
const rows = [...page.matchAll(/^\| `(E_\w+)` \| (\d(?: or \d)?) \|/gm)];

test("docs/errors.md explains exactly the codes that exist", () => {
  expect(rows.map(([, code]) => code).toSorted()).toEqual([...errorCodes].toSorted());
});

test("docs/errors.md states the exit status of each code", () => {
  for (const code of errorCodes) {
    const stated = rows.find(([, named]) => named === code)?.[2];
    expect(stated?.split(" or "), code).toContain(String(exitCodeOf(code)));
  }
});

test("docs/errors.md and docs/commands.md list every exit status", () => {
  const commands = readFileSync(new URL("../../docs/commands.md", import.meta.url), "utf8");
  for (const text of [page, commands]) {
    const listed = [...text.matchAll(/^\| (\d+) \|/gm)].map(([, status]) => Number(status));
    expect(listed.toSorted()).toEqual(Object.values(exitCodes).toSorted());
  }
});
