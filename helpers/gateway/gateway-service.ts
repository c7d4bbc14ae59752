import { z } from "zod";
import type { Runtime } from "../contracts/runtime.ts";
import type { ControlDoor } from "../base/control-door.ts";
import { KaliumError } from "../base/errors.ts";
import { declarationsSchema } from "../runtimes/declaration-schema.ts";
import { declaredRuntimes } from "../runtimes/declared.ts";
import { openGuardSeat } from "./guard-seat.ts";
import { createGateway } from "./server.ts";

const milliseconds = z.number().int().nonnegative().exactOptional();

const networkSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("bridge"),
    bridge: z.string(),
    hostAddress: z.ipv4(),
    prefixLength: z.number().int(),
    unfiltered: z.string().exactOptional(),
  }),
  z.strictObject({
    kind: z.literal("loopback"),
    hostAddress: z.literal("127.0.0.1"),
    reason: z.string().exactOptional(),
  }),
]);

/** Options of the gateway's process. */
export const gatewayServiceSchema = z.strictObject({
  host: z.ipv4(),
  port: z.number().int().min(0).max(65_535).default(0),
  metricsHost: z.ipv4().optional(),
  metricsPort: z.number().int().min(0).max(65_535).default(0),
  basicAuth: z.strictObject({ user: z.string().min(1), password: z.string().min(1) }).optional(),
  imagesDirectory: z.string().startsWith("/"),
  registries: z.array(z.string().min(1)).readonly().optional(),
  runtimeSettings: z.strictObject({
    runId: z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, "a run id consists of a-z, 0-9 and inner hyphens"),
    runDirectory: z.string().startsWith("/"),
    network: networkSchema,
    nodeBinary: z.string().startsWith("/"),
    runscBinary: z.string().optional(),
    runcBinary: z.string().optional(),
    runscReference: z.string().optional(),
    runcReference: z.string().optional(),
    runscFlags: z.array(z.string().startsWith("--")).readonly().optional(),
    runscReferenceFlags: z.array(z.string().startsWith("--")).readonly().optional(),
    declared: declarationsSchema.optional(),
    kaliumBuild: z.string().startsWith("/").optional(),
    gvisorPlatform: z.enum(["auto", "systrap", "ptrace", "kvm"]),
    gvisorNetwork: z.enum(["sandbox", "host"]),
  }),
  defaultRuntime: z.enum(["native", "runc", "gvisor"]),
  timeouts: z
    .strictObject({
      upstreamMs: milliseconds,
      readyMs: milliseconds,
      stopGraceMs: milliseconds,
      logFollowMs: milliseconds,
    })
    .optional(),
  holdUntilReady: z.boolean().optional(),
  callbackHosts: z.array(z.string().min(1)).readonly().optional(),
  /** Leaves room for the guard proxy in the gateway's process: `startInGateway`. */
  seatsGuard: z.boolean().optional(),
});

export type GatewayServiceOptions = z.input<typeof gatewayServiceSchema>;

/** What the gateway's process says when it is ready. */
export interface GatewayInfo {
  readonly url: string;
  readonly metricsUrl: string;
  /** Holds a secret: never record it. */
  readonly guardDoor?: ControlDoor;
}

/** For `runService`. @throws {KaliumError} E_CONFIG for unusable options */
export async function startGatewayService(
  options: unknown,
  runtimes: readonly Runtime[],
): Promise<{ readonly info: GatewayInfo; stop(): Promise<void> }> {
  const parsed = gatewayServiceSchema.safeParse(options);
  if (!parsed.success) {
    throw new KaliumError("E_CONFIG", `unusable options of the gateway: ${z.prettifyError(parsed.error)}`);
  }
  await using stack = new AsyncDisposableStack();
  const seat = parsed.data.seatsGuard === true ? await openGuardSeat() : undefined;
  stack.defer(() => seat?.close());
  const gateway = await createGateway({
    ...parsed.data,
    admit: seat?.admit,
    runtimes: [...runtimes, ...declaredRuntimes(parsed.data.runtimeSettings)],
  }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    throw new KaliumError("E_CONFIG", `port ${parsed.data.port} of ${parsed.data.host} is in use`, {
      hint: "Set KALIUM_GATEWAY_PORT to another port; 0 takes a free one.",
      cause: error,
    });
  });
  stack.defer(gateway.close);
  const owned = stack.move();
  return {
    info: { url: gateway.url, metricsUrl: gateway.metricsUrl, ...(seat && { guardDoor: seat.door }) },
    stop: () => owned.disposeAsync(),
  };
}
