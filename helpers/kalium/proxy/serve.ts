/** The guard proxy as a part of a process: its own (`main.ts`), or the gateway's. */
import { createReadStream } from "node:fs";
import { z } from "zod";
import { KaliumError } from "../../base/errors.ts";
import { openControlDoor } from "../../base/control-door.ts";
import { recordOf } from "../../base/record-of.ts";
import { semanticsNames } from "../core/flow-graph.ts";
import { actionNames } from "../core/guard.ts";
import { normalisations } from "../core/normalise.ts";
import { maxPolicyBytes } from "../core/policy-json.ts";
import { openJsonLines } from "../json-lines.ts";
import { checked, hostSchema, keyPairSchema, keySchema, logPathSchema, policyFileSchema } from "../service-options.ts";
import { createCpuMeter } from "./cpu-meter.ts";
import type { GuardProxyInfo, GuardProxyStatus } from "./index.ts";
import { createInstances, type Instances } from "./instances.ts";
import { startHookListener } from "./listener.ts";
import { createPostponed } from "./postponed.ts";
import type { VerdictLogLine } from "./verdict-log.ts";

const fallback = z.enum(["deny", "allow"]).exactOptional();

const remoteSchema = <Peer extends string>(peer: Peer) =>
  z.strictObject({
    peer: z.literal(peer),
    address: z.string().regex(/^tcp:\/\/[^\s/]+:\d+$/, "tcp://host:port"),
    security: z.discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("curve"), own: keyPairSchema, controllerPublicKey: keySchema }),
      z.strictObject({ kind: z.literal("none") }),
    ]),
  });

const optionsSchema = z
  .strictObject({
    host: z.ipv4(),
    forPods: z.boolean().default(false),
    semantics: z.enum(semanticsNames),
    action: z.enum(actionNames),
    controller: z
      .discriminatedUnion("peer", [
        z.strictObject({ peer: z.literal("inside"), policy: policyFileSchema }),
        remoteSchema("embedded"),
        remoteSchema("artifact"),
      ])
      .exactOptional(),
    timeoutMs: z.int().min(1).max(4_000).exactOptional(),
    withoutPolicy: fallback,
    withoutAnswer: fallback,
    logPath: logPathSchema,
  })
  .refine(({ host, forPods }) => forPods || hostSchema.safeParse(host).success, {
    path: ["host"],
    message: "an address of loopback or of the run's bridge",
  })
  .refine(({ action, controller }) => action === "record" || controller !== undefined, "no controller to ask");

const instanceSchema = z.strictObject({
  functionName: z.string().regex(/^[!-9;-~]{1,200}$/, "printable ASCII without blanks and colons"),
  token: z.string().min(32).max(256),
  policy: z.string().exactOptional(),
  peers: recordOf(z.string()).exactOptional(),
  namePrefix: z.string().exactOptional(),
  normalise: z.enum(normalisations).exactOptional(),
  replicas: z.int().min(1).max(100).exactOptional(),
});

/** Byte to begin at. */
const logQuerySchema = z.strictObject({ start: z.coerce.number().int().min(0) });

const instanceIdSchema = z.string().regex(/^[!-9;-~]{1,128}$/, "printable ASCII without blanks and colons");

export interface ServedGuardProxy {
  readonly info: GuardProxyInfo;
  /** What the process's own gateway asks before it hands a call on. */
  readonly admit: Instances["admit"];
  stop(): Promise<void>;
}

/** @throws {KaliumError} E_CONFIG for unusable options, E_POLICY; nothing is left behind then */
export async function serveGuardProxy(given: unknown): Promise<ServedGuardProxy> {
  const options = checked(optionsSchema, given, "options of the guard proxy");
  const log = await openJsonLines<VerdictLogLine>(options.logPath);
  const cpu = createCpuMeter();
  const postponed = createPostponed(cpu);
  const instances = createInstances(options, log, postponed);
  const hooks = await startHookListener(options.host, instances.find, cpu);
  const control = await openControlDoor(
    (app) => {
      app.put<{ Params: { id: string } }>("/instances/:id", ({ params, body }) =>
        instances.register(
          checked(instanceIdSchema, params.id, "id of an instance"),
          checked(instanceSchema, body, "registration"),
        ),
      );
      app.delete<{ Params: { id: string } }>("/instances/:id", ({ params }) => {
        instances.unregister(params.id);
        return {};
      });
      app.get("/status", async (): Promise<GuardProxyStatus> => {
        postponed.settle();
        await log.flush();
        return { instances: instances.statuses(), refusedConnections: hooks.refused, cpuNs: cpu.spentNs };
      });
      app.get("/log", async ({ query }, reply) => {
        const { start } = checked(logQuerySchema, query, "request for the log");
        if (options.logPath === undefined) throw new KaliumError("E_CONFIG", "this guard proxy keeps no log");
        postponed.settle();
        await log.flush();
        return reply.type("application/x-ndjson").send(createReadStream(options.logPath, { start }));
      });
      app.post("/reset", () => {
        instances.reset();
        return {};
      });
    },
    { maxBodyBytes: 2 * maxPolicyBytes }, // JSON within JSON
  );
  const info: GuardProxyInfo = { address: hooks.address, control: control.door };
  return {
    info,
    admit: instances.admit,
    stop: async () => {
      await control.close();
      instances.close();
      await hooks.close();
      await log.close();
    },
  };
}
