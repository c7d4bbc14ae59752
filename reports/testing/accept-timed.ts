/** What the reporter does when a function is measured, and what that took: `node accept-timed.ts <journal> <sha256>`. */
import { acceptJournal } from "../reporter/accept-journal.ts";

const [path = "", sha256 = ""] = process.argv.slice(2);
await acceptJournal(path, sha256);
const { user, system } = process.cpuUsage();
const taken = { processorMs: (user + system) / 1e3, peakBytes: process.resourceUsage().maxRSS * 1024 };
process.stdout.write(`${JSON.stringify(taken)}\n`);
