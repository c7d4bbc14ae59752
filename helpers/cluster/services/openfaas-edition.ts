import { z } from "zod";
import type { Check } from "../doctor/check.ts";
import type { ClusterFacts } from "../facts.ts";

/**
 * Functions at once that releases of faas-netes CE allow, by the first release of each limit, newest first. It is a
 * constant in their source, which `/system/info` does not give.
 */
const communityLimits: readonly (readonly [release: string, functions: number])[] = [
  ["0.18.12", 15],
  ["0.18.10", 10],
  ["0.18.0", 15],
  ["0.17.2", 30],
];

/** Absent: none known, as of a build that says no release; the provider refuses what is too much. */
function communityLimit(release: string): number | undefined {
  if (!/^\d+\.\d+\.\d+$/.test(release)) return undefined;
  return communityLimits.find(([first]) => release.localeCompare(first, "en", { numeric: true }) >= 0)?.[1];
}

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
  /** Our own gateway gives them. */
  limits: z.object({ functions: z.number().int().optional(), replicas: z.number().int().optional() }).optional(),
});

type Edition = Pick<
  ClusterFacts["gateway"],
  "kind" | "version" | "provider" | "functionLimit" | "replicaLimit" | "honoursProfiles"
>;

/**
 * What a gateway is, and its limits: those that it gives, else those of its release. The community edition takes at most
 * 5 replicas of a function and ignores `com.openfaas.profile`; the commercial ones honour it. Pure.
 */
export function editionOf(information: unknown): Edition {
  const {
    provider: { provider = "unknown", version: providerVersion } = {},
    version,
    limits = {},
  } = informationSchema.safeParse(information).data ?? {};
  const common = { provider, version: version?.release ?? providerVersion?.release ?? "unknown" };
  const isCommunity = provider === "faas-netes-ce";
  const functionLimit = limits.functions ?? (isCommunity ? communityLimit(providerVersion?.release ?? "") : undefined);
  const replicaLimit = limits.replicas ?? (isCommunity ? 5 : undefined);
  const limited = {
    ...common,
    ...(functionLimit !== undefined && { functionLimit }),
    ...(replicaLimit !== undefined && { replicaLimit }),
  };
  if (provider === "kalium-bench") return { ...limited, kind: "kalium-bench", honoursProfiles: false };
  if (isCommunity) return { ...limited, kind: "faas-netes-ce", honoursProfiles: false };
  if (provider.startsWith("faas-netes")) return { ...common, kind: "faas-netes-pro", honoursProfiles: true };
  return { ...common, kind: "unknown", honoursProfiles: false };
}
