/** Defects of the artifact's `display_per_syscall_overheads.py` that reading durations could have, too. */
import { expect, test } from "vitest";
import { durationNs, formatDuration } from "./go-duration.ts";

test("D-A21: 500ns is not 500 s, 1.2s is not 1 s, and 0s is not an error", () => {
  const read = ["500ns", "850ns", "1.2s", "1.5s", "12.345s", "2s", "0s", "1m2.5s", "1h1m1s"].map(durationNs);
  expect(read).toEqual([500, 850, 1.2e9, 1.5e9, 12.345e9, 2e9, 0, 62.5e9, 3661e9]);
});

test("D-A24: what is shorter than a microsecond is printed with all its digits", () => {
  expect([1, 999, 1_500].map(formatDuration)).toEqual(["1ns", "999ns", "1.5\u00b5s"]);
});

test("D-A25: both micro signs are read", () => {
  expect(["1.5\u00b5s", "1.5\u03bcs"].map(durationNs)).toEqual([1_500, 1_500]);
});
