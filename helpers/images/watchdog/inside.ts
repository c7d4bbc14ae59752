/**
 * The watchdog without a process of its own: preloaded into the function's, before everything else. A second Node would
 * cost half of a start again, a worker thread nearly as much (docs/runtimes.md). It opens its door when the function's
 * program has been loaded, so that it delays nothing.
 */
import { createRequire } from "node:module";
import { Socket } from "node:net";
import { isMainThread } from "node:worker_threads";
import { holdSignals } from "./hold-signals.ts";
import type { WatchdogParts } from "../../contracts/own-parts.ts";
import type { ServeInside } from "./inside-door.ts";
import { prefixOutput } from "./prefix-output.ts";

if (isMainThread) watch();

function watch(): void {
  const { FUNCTION_NODE_OPTIONS: nodeOptions = "", prefix_logs: prefixLogs } = process.env;
  delete process.env["FUNCTION_NODE_OPTIONS"];
  if (nodeOptions === "") delete process.env["NODE_OPTIONS"];
  else process.env["NODE_OPTIONS"] = nodeOptions; // processes of the function have no watchdog
  // What the function's process loads later, such as a guard, may replace it: calls to the function are not the function's.
  // oxlint-disable-next-line typescript/unbound-method -- called with a socket of its own
  const { connect } = Socket.prototype;
  const parts = offerParts();
  const listening = prefixOutput(prefixLogs !== "false");
  const signals = holdSignals();
  const load = createRequire(__filename);
  setImmediate(() => {
    parts.withdraw();
    const { serveInside } = load("./inside-door.cjs") as { readonly serveInside: ServeInside };
    signals.drainBy(serveInside({ connect, listening, parts }));
  });
}

/** A guard that is loaded after this takes them: what is in them is not the function's. */
function offerParts(): WatchdogParts & { readonly withdraw: () => void } {
  const key = Symbol.for("kalium-bench.watchdog");
  const known = new WeakSet<object>();
  const parts: WatchdogParts = { add: (part) => known.add(part), has: (part) => known.has(part) };
  Object.defineProperty(process, key, { value: parts, configurable: true });
  return Object.assign(parts, { withdraw: () => Reflect.deleteProperty(process, key) });
}
