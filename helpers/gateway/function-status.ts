import type { FunctionRevision } from "./function-revision.ts";
import type { DeployedImage } from "./image-store.ts";
import {
  defaultNamespace,
  endpointsAnnotation,
  imageAnnotation,
  lastExitAnnotation,
  proofAnnotation,
  type FunctionStatus,
} from "./deployment.ts";

/** An item of the list, and what describe answers. Like OpenFaaS CE it leaves the environment out. */
export function statusOfFunction(deployed: FunctionRevision, invocationCount: number): FunctionStatus {
  const { deployment } = deployed.plan;
  const available = deployed.available();
  const lastExit = deployed.lastExit();
  const endpoints = available.map((instance) => instance.endpoints);
  return {
    name: deployment.service,
    image: deployment.image,
    namespace: defaultNamespace,
    ...(deployment.envProcess ? { envProcess: deployment.envProcess } : {}),
    ...(deployment.secrets?.length ? { secrets: deployment.secrets } : {}),
    ...(deployment.limits ? { limits: deployment.limits } : {}),
    ...(deployment.requests ? { requests: deployment.requests } : {}),
    labels: { ...deployment.labels, faas_function: deployment.service },
    annotations: {
      ...deployment.annotations,
      [proofAnnotation]: JSON.stringify(deployed.proofs()),
      [endpointsAnnotation]: JSON.stringify(endpoints),
      [imageAnnotation]: JSON.stringify(imageIdentity(deployed.plan.image)),
      ...(lastExit === undefined ? {} : { [lastExitAnnotation]: JSON.stringify(lastExit) }),
    },
    createdAt: deployed.createdAt.toISOString(),
    replicas: deployed.replicas(),
    availableReplicas: available.length,
    invocationCount,
  };
}

/** What was deployed, whatever its name means by now. */
function imageIdentity(image: DeployedImage): Readonly<Record<string, unknown>> {
  if (image.kind === "stored") return { digest: image.digest };
  const { bytes, files } = image.unpacked() ?? {};
  return { digest: image.digest, source: image.source, ...(bytes !== undefined && { bytes, files }) };
}
