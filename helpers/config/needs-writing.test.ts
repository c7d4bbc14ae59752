import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import { refuseUnwritable } from "./needs-writing.ts";

test("a folder that cannot be written to is named, with the setting for another one", () => {
  const closed = "/proc/checkout/reports/results"; // closed to root, too
  expect(() => refuseUnwritable({ resultsDirectory: closed, outDirectory: tmpdir() })).toThrow(
    "cannot write to /proc/checkout/reports/results\n" +
      "  -> Use a checkout of your own, or name other folders: KALIUM_RESULTS=~/kalium-bench/results",
  );
  expect(() => refuseUnwritable({ resultsDirectory: closed, outDirectory: "/proc/out" })).toThrow(
    /cannot write to \/proc\/out\n.*KALIUM_RESULTS=\S+ KALIUM_OUT=~\/kalium-bench\/out$/,
  );
  expect(() => refuseUnwritable({ resultsDirectory: tmpdir(), outDirectory: tmpdir() })).not.toThrow();
});
