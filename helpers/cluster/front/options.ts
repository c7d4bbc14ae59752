import { z } from "zod";
import type { RuntimeName } from "../../contracts/system.ts";
import { identitySchema } from "../../gateway/runtime-proof.ts";

const credentials = z.strictObject({ user: z.string().min(1), password: z.string().min(1) });

/** The harness has checked the name, which may be of the user's file. */
const identity = identitySchema.extend({
  runtime: z.custom<RuntimeName>((name) => typeof name === "string" && name !== "", "a runtime's name"),
});

/** Options of the front process. */
export const frontOptionsSchema = z.strictObject({
  /** Absent: as kubectl finds it. */
  kubeconfig: z.string().optional(),
  /** Of the functions. */
  namespace: z.string(),
  /** Of `cluster up`. */
  upRunId: z.string(),
  /** Of this run of the benchmark. */
  labId: z.string(),
  /** Shown by the harness to the front. */
  basicAuth: credentials,
  /** The cluster's gateway: `url` for its REST API and for calls of functions. */
  gateway: z.strictObject({
    url: z.string(),
    basicAuth: credentials.optional(),
    /** Where its pods are; absent: unknown, so its restarts go unseen. */
    service: z.object({ namespace: z.string(), name: z.string() }).optional(),
    /** Pods get runtime class and node from the start. Any other gateway's are held back until we have set them. */
    setsRuntimeClass: z.boolean(),
  }),
  /** `runtimeClass` is absent for the node's default. */
  runtimes: z.array(z.object({ identity, runtimeClass: z.string().exactOptional() })),
  nodes: z.array(z.object({ name: z.string(), kernel: z.string() })),
  /** An image of ours: a program of it looks from inside pods whose own image is not ours. */
  lookImage: z.string(),
  readyTimeoutMs: z.number().int().positive(),
  /**
   * Longest wait for what the gateway accepted to be in the Deployment. The provider may write after it has answered, and a
   * busy API server is slow: 10 s were too short for 12 deployments at a load of 30. Shorter than our client's patience,
   * which also has to outlast the gateway's answer.
   */
  appliedMs: z.number().int().positive().default(60_000),
});

export type FrontOptions = z.input<typeof frontOptionsSchema>;
export type FrontSettings = z.output<typeof frontOptionsSchema>;
