import type { SandboxSpec } from "../contracts/sandbox.ts";
import type { NetworkAttachment } from "./network.ts";

/**
 * glibc's allocator asks for memory in steps of 128 kB, and of one page beside the main arena: some 200 system calls
 * while Node starts, each of which gVisor answers in software. One arena that grows by 16 MB saves a quarter of the
 * processor time of a start (docs/runtimes.md). All systems get it, `native` too; an image may set its own.
 */
export const allocator = { GLIBC_TUNABLES: "glibc.malloc.arena_max=1:glibc.malloc.top_pad=16777216" };

/** The whole environment of a function: nothing of the harness' own gets in. */
export const environmentOf = (
  spec: SandboxSpec,
  place: { readonly PATH: string; readonly HOME: string; readonly attachment: NetworkAttachment },
): Readonly<Record<string, string>> => ({
  PATH: place.PATH,
  HOME: place.HOME,
  ...allocator,
  ...spec.env,
  ...portsOf(spec, place.attachment),
});

/** The instance's port is the watchdog's; behind it the function has one that nobody else reaches. */
function portsOf(
  { watchdogDirectory }: SandboxSpec,
  { netns, port, functionPort }: NetworkAttachment,
): Readonly<Record<string, string>> {
  if (watchdogDirectory === undefined) return { http_port: String(port) };
  return {
    ...(netns === undefined && { host: "127.0.0.1" }),
    port: String(port),
    upstream_url: `http://127.0.0.1:${functionPort}`,
    http_host: "127.0.0.1",
    http_port: String(functionPort),
  };
}
