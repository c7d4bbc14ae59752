import { CustomObjectsApi } from "@kubernetes/client-node";
import { z } from "zod";
import { profileAnnotation, type FunctionDeployment } from "../../gateway/deployment.ts";
import { refusal, statusOf } from "../../gateway/refusal.ts";
import type { Cluster } from "../api/connect.ts";
import { runtimeClassAnnotation } from "../names.ts";
import type { AskApi } from "./api-errors.ts";
import type { PodProfile } from "./function-objects.ts";

/** Where OpenFaaS keeps its `Profile` objects. */
export const profileNamespace = "openfaas";

const profileSchema = z.object({
  spec: z
    .object({
      runtimeClassName: z.string().optional(),
      tolerations: z.array(z.looseObject({})).optional(),
      affinity: z.looseObject({}).optional(),
      podSecurityContext: z.looseObject({}).optional(),
    })
    .default({}),
});

/** Our own annotation names a RuntimeClass without a `Profile` object, and wins over one. */
export function ownProfileOf({ annotations }: FunctionDeployment): PodProfile {
  const runtimeClassName = annotations?.[runtimeClassAnnotation];
  return runtimeClassName === undefined ? {} : { runtimeClassName };
}

/**
 * What the annotation `com.openfaas.profile` asks for, as faas-netes honoured it until 0.14.1: names of `Profile` objects
 * separated by commas, of which a later one wins.
 * @throws {KaliumError} a 400 that names the unknown profile
 */
export async function profileOf(
  cluster: Cluster,
  ask: AskApi,
  { annotations }: FunctionDeployment,
): Promise<PodProfile> {
  const custom = cluster.config.makeApiClient(CustomObjectsApi);
  const names = (annotations?.[profileAnnotation] ?? "").split(",").map((name) => name.trim());
  let profile: PodProfile = {};
  for (const name of names.filter((given) => given !== "")) {
    const found: unknown = await ask(`read the profile ${name}`, () =>
      custom.getNamespacedCustomObject({
        group: "openfaas.com",
        version: "v1",
        namespace: profileNamespace,
        plural: "profiles",
        name,
      }),
    ).catch((error: unknown) => {
      throw statusOf(error) === 404 ? refusal(400, `unknown profile ${JSON.stringify(name)}`) : error;
    });
    profile = { ...profile, ...profileSchema.parse(found).spec };
  }
  return profile;
}
