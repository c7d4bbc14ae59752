import { z } from "zod";
import type { Check } from "../doctor/check.ts";
import type { ClusterFacts } from "../facts.ts";

/** What a gateway means for where images come from; nothing to say of one that takes those of the nodes. Pure. */
export function pullingOf({ kind }: Pick<Edition, "kind">): readonly Check[] {
  if (kind !== "faas-netes-ce") return [];
  const found =
    "this edition always pulls, which needs a registry; runs patch its Deployments (IfNotPresent), so `npm run images -- load` is enough. Its releases since February 2024 also ask the image's registry before they accept a function";
  const next =
    "If deployments are refused for their image: npm run images -- push --registry REGISTRY, and KALIUM_IMAGE_REGISTRY";
  return [{ subject: "images", state: "note", found, next }];
}

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
