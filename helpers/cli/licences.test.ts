import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";

/** Of everything that `npm ci` installs, as its package says. A new one is read before it is added here. */
const reviewed = new Set([
  ...["MIT", "MIT-0", "ISC", "0BSD", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "BlueOak-1.0.0", "Unlicense"],
  ...["MPL-2.0", "MIT AND MPL-2.0", "(MIT OR EUPL-1.1+)", "PSF-2.0"],
]);

/** Packages that do not name a licence of the list, and what their own files say. */
const readByHand: Readonly<Record<string, string>> = {
  buildcheck: "MIT",
  "cpu-features": "MIT",
  memorystream: "MIT",
  "png-js": "MIT",
  ssh2: "MIT",
  "dejavu-fonts-ttf": "Bitstream Vera, Arev, public domain",
};

interface Lock {
  readonly packages: Readonly<Record<string, { readonly license?: string; readonly resolved?: string }>>;
}

const lock = JSON.parse(await readFile(new URL("../../package-lock.json", import.meta.url), "utf8")) as Lock;
const installed = Object.entries(lock.packages).filter(([path]) => path !== "");
const nameOf = (path: string): string => path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);

test("every dependency has a licence that was reviewed", () => {
  const unknown = installed
    .filter(([path, { license = "" }]) => !reviewed.has(license) && !(nameOf(path) in readByHand))
    .map(([path, { license = "none" }]) => `${nameOf(path)}: ${license}`);
  expect(unknown).toEqual([]);
});

test("no package that was reviewed by hand has gone or names its licence now", () => {
  const needed = installed.filter(([, { license = "" }]) => !reviewed.has(license)).map(([path]) => nameOf(path));
  expect(Object.keys(readByHand).filter((name) => !needed.includes(name))).toEqual([]);
});

test("the lock file names no registry", () => {
  expect(installed.filter(([, { resolved }]) => resolved !== undefined).map(([path]) => path)).toEqual([]);
});
