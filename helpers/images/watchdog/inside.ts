/**
 * The watchdog without a process of its own: preloaded into the function's, before everything else. A second Node would
 * cost half of a start again, a worker thread nearly as much (docs/runtimes.md). Its door opens before the function
 * listens, so that the first call finds it open.
 */
import { Socket } from "node:net";
import { holdSignals } from "./hold-signals.ts";
import type { WatchdogParts } from "../../contracts/own-parts.ts";
import { serveInside } from "./inside-door.ts";
import { prefixOutput, printsOnly } from "./prefix-output.ts";

// The image's starter sets it, for the first thread alone: those that the function starts do not have it any more.
const { FUNCTION_NODE_OPTIONS: given, NODE_OPTIONS: withWatchdog = "", prefix_logs: prefixLogs } = process.env;
if (given !== undefined) {
  delete process.env["FUNCTION_NODE_OPTIONS"];
  if (given === "") delete process.env["NODE_OPTIONS"];
  else process.env["NODE_OPTIONS"] = given; // processes of the function have no watchdog
  if (printsOnly in process.env) print();
  else watch({ NODE_OPTIONS: withWatchdog, FUNCTION_NODE_OPTIONS: given, [printsOnly]: "1" });
}

function print(): void {
  Reflect.deleteProperty(process.env, printsOnly);
  prefixOutput(prefixLogs !== "false");
}

function watch(printing: Readonly<Record<string, string>>): void {
  // What the function's process loads later, such as a guard, may replace it: calls to the function are not the function's.
  // oxlint-disable-next-line typescript/unbound-method -- called with a socket of its own
  const { connect } = Socket.prototype;
  const parts = offerParts(printing);
  const listening = prefixOutput(prefixLogs !== "false");
  holdSignals().drainBy(serveInside({ connect, listening, parts }));
  setImmediate(parts.withdraw);
}

/** A guard that is loaded after this takes them: what is in them is not the function's. */
function offerParts(printing: WatchdogParts["printing"] & object): WatchdogParts & { readonly withdraw: () => void } {
  const key = Symbol.for("kalium-bench.watchdog");
  const known = new WeakSet<object>();
  const parts: WatchdogParts = { add: (part) => known.add(part), has: (part) => known.has(part), printing };
  Object.defineProperty(process, key, { value: parts, configurable: true });
  return Object.assign(parts, { withdraw: () => Reflect.deleteProperty(process, key) });
}
