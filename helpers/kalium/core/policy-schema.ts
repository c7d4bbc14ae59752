/**
 * Policy files as JSON: the keys of the artifact's controller in both spellings its readers want, and one key of ours,
 * `KALIUM_BENCH`, which they ignore. Other unknown keys are ignored, as by the artifact. docs/policy.md has the format.
 */
import { z } from "zod";
import { eventNames } from "./event.ts";
import { normalisations } from "./normalise.ts";

const int32 = z.int().min(0).max(0x7fffffff);
const index = z.int().min(0);

const eventIds = z.array(z.object({ h: z.int().min(0).max(0xffffffff), e: int32 }));
const nodes = z.array(z.object({ id: int32, cnt: int32 }));
const edges = z.array(z.object({ "0": index, "1": z.array(z.int().min(-1)) }));

/** What the artifact's format cannot say about a graph. */
const graphExtension = {
  entries: z.array(index).optional(),
  terminals: z.array(index).optional(),
  mayBeEmpty: z.boolean().optional(),
  /** The texts behind the hashes, for people. */
  events: z
    .array(
      z
        .strictObject({ function: z.string(), event: z.enum(eventNames), url: z.string(), method: z.string() })
        .readonly(),
    )
    .optional(),
};
const normalise = z.enum(normalisations).optional();

const graph = { ns: nodes.optional(), es: edges.optional(), NS: nodes.optional(), ES: edges.optional() };

export const localGraphSchema = z.object({
  NAME: z.string().min(1).max(255),
  EVENTID: eventIds,
  ...graph,
  KALIUM_BENCH: z.strictObject({ normalise, ...graphExtension }).optional(),
});

const whitelists = {
  URL: z.array(z.string()),
  IP: z.array(z.string()),
  IO: z.array(z.string()),
  IOR: z.int(),
  NETR: z.int(),
};

export const policySchema = z.object({
  NAME: z.string(),
  EVENTID: eventIds,
  GLOBALGRAPH: z.object(graph),
  LOCALGRAPH: z.array(localGraphSchema),
  ...whitelists,
  KALIUM_BENCH: z.strictObject({ version: z.literal(1), normalise, ...graphExtension }).optional(),
});

export const localPolicySchema = z.object({ ...whitelists, GRAPH: localGraphSchema });

export type PolicyJson = z.infer<typeof policySchema>;
export type LocalPolicyJson = z.infer<typeof localPolicySchema>;
export type LocalGraphJson = z.infer<typeof localGraphSchema>;
export type GraphJson = Pick<LocalGraphJson, "ns" | "es" | "NS" | "ES">;
export type GraphExtension = Pick<
  NonNullable<LocalGraphJson["KALIUM_BENCH"]>,
  "entries" | "terminals" | "mayBeEmpty" | "events"
>;
