import { captureCheckout } from "./checkout.ts";
import { captureMachine } from "./machine.ts";

/**
 * What a result depends on besides the settings, as recorded with every run: the machine, Node, and the exact code.
 * Quick; what cannot be learnt is `null`. No name of a host or user, no address, no secret. Runtimes prove
 * themselves, and the parts of the testbed add their own facts.
 */
export async function captureEnvironment(): Promise<Record<string, unknown>> {
  const [machine, checkout] = await Promise.all([captureMachine(), captureCheckout()]);
  const { node, v8, uv, openssl } = process.versions;
  return { machine, node: { version: node, v8, uv, openssl, arch: process.arch }, ...checkout };
}

export { availableMemoryBytes, captureLoad } from "./machine.ts";
