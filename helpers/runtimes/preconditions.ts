import type { RuntimeSettings } from "../contracts/runtime.ts";

/** Why no OCI runtime can work in this environment, before its binary is looked at. */
export function missingPrecondition(
  settings: RuntimeSettings,
): { readonly reason: string; readonly hint: string } | undefined {
  const hint = "Run as root (`sudo -E npm run bench`), or in a user namespace: docs/runtimes.md";
  if (process.geteuid?.() !== 0) return { reason: "sandboxes with their own network need root", hint };
  if (settings.network.kind === "loopback") {
    const reason = settings.network.reason ?? "this machine or user allows none";
    return {
      reason: `sandboxes need the run's bridge: ${reason}`,
      hint: "Free a private range or name one in KALIUM_NETWORK_RANGE; docs/runtimes.md, Network",
    };
  }
  return undefined;
}
