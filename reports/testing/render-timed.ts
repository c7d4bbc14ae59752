/** Draws a results folder in this process and prints what it took: `node render-timed.ts <results> <out>`. */
import { renderReport } from "../render.ts";

const [results = "", out = ""] = process.argv.slice(2);
await renderReport(results, out);
// Both count from the start of the process, so loading is in them.
const { user, system } = process.cpuUsage();
const taken = {
  ms: performance.now(),
  processorMs: (user + system) / 1e3,
  peakBytes: process.resourceUsage().maxRSS * 1024,
};
process.stdout.write(`${JSON.stringify(taken)}\n`);
