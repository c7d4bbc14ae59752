/**
 * Loaded by a process before all else: its wall clock differs from the machine's by the milliseconds in the file
 * CHAOS_CLOCK_STEP, from when the file is there.
 */
import { readFileSync } from "node:fs";

const file = process.env["CHAOS_CLOCK_STEP"] ?? "";
const realNow = Date.now;
let stepMs = 0;
setInterval(() => {
  try {
    stepMs = Number(readFileSync(file, "utf8"));
  } catch {
    // not yet
  }
}, 20).unref();
Date.now = () => realNow() + stepMs;
