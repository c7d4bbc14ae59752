import { z } from "zod";
import type { ClusterFacts } from "../facts.ts";

/** `GET /system/info`; gateways differ in what they leave out. */
const informationSchema = z.object({
  provider: z
    .object({ provider: z.string().optional(), version: z.object({ release: z.string().optional() }).optional() })
    .optional(),
  version: z.object({ release: z.string().optional() }).optional(),
  /** Our own gateway's. */
  limits: z.object({ functions: z.number().int().optional(), replicas: z.number().int().optional() }).optional(),
});

type Edition = Pick<
  ClusterFacts["gateway"],
  "kind" | "version" | "provider" | "functionLimit" | "replicaLimit" | "honoursProfiles"
>;

/**
 * What a gateway is, and its limits, from its own information. The community edition takes 15 functions of at most 5
 * replicas and ignores `com.openfaas.profile`; the commercial ones honour it. Pure.
 */
export function editionOf(information: unknown): Edition {
  const {
    provider: { provider = "unknown", version: providerVersion } = {},
    version,
    limits: { functions: functionLimit, replicas: replicaLimit } = {},
  } = informationSchema.safeParse(information).data ?? {};
  const common = { provider, version: version?.release ?? providerVersion?.release ?? "unknown" };
  if (provider === "kalium-bench") {
    return {
      ...common,
      kind: "kalium-bench",
      ...(functionLimit !== undefined && { functionLimit }),
      ...(replicaLimit !== undefined && { replicaLimit }),
      honoursProfiles: false,
    };
  }
  if (provider === "faas-netes-ce") {
    return { ...common, kind: "faas-netes-ce", functionLimit: 15, replicaLimit: 5, honoursProfiles: false };
  }
  if (provider.startsWith("faas-netes")) return { ...common, kind: "faas-netes-pro", honoursProfiles: true };
  return { ...common, kind: "unknown", honoursProfiles: false };
}
