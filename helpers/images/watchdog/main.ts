/** The supervisor of the embedded gateway as the watchdog of a function image: of-watchdog's contract, one process per pod. */
let stop = (): void => process.exit(0);
// Before all else is loaded: an end may be asked for at any time, also of the first process of a container.
for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => stop());

const { messageOf } = await import("../../base/errors.ts");
try {
  const { startWatchdog } = await import("./watchdog.ts");
  const watchdog = await startWatchdog(process.env);
  stop = watchdog.stop;
  process.exit(await watchdog.ended);
} catch (error) {
  process.stderr.write(`watchdog: ${messageOf(error)}\n`);
  process.exit(1);
}
