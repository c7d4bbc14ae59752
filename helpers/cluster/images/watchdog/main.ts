/** The supervisor of the embedded gateway as the watchdog of a function image: of-watchdog's contract, one process per pod. */
import { messageOf } from "../../../errors.ts";
import { startWatchdog } from "./watchdog.ts";

try {
  const { stop, ended } = await startWatchdog(process.env);
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  process.exit(await ended);
} catch (error) {
  process.stderr.write(`watchdog: ${messageOf(error)}\n`);
  process.exit(1);
}
