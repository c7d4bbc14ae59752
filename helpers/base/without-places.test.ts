import { homedir } from "node:os";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { withoutPlaces } from "./without-places.ts";

test("this checkout and the home folder are not in a record; other paths stay", () => {
  const here = fileURLToPath(import.meta.url);
  expect(withoutPlaces(here)).toBe("<project>/helpers/base/without-places.test.ts");
  expect(withoutPlaces(`${homedir()}/.cache/kalium-bench/runsc`)).toBe("~/.cache/kalium-bench/runsc");
  expect(withoutPlaces(`--root=${homedir()}/x ${homedir()}`)).toBe("--root=~/x ~");
  expect(withoutPlaces(`/backup${homedir()}/x`)).toBe(`/backup${homedir()}/x`);
});
