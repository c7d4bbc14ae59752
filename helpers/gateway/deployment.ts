/** The REST API's bodies for functions, as OpenFaaS writes them. Unknown keys are tolerated, as OpenFaaS does. */
import { z } from "zod";
import { recordOf } from "../base/record-of.ts";

export const defaultNamespace = "openfaas-fn";

/** Annotations by which a deployment chooses, and the gateway reports. */
export const profileAnnotation = "com.openfaas.profile";
export const proofAnnotation = "kalium-bench.runtime-proof";
export const lastExitAnnotation = "kalium-bench.last-exit";
export const endpointsAnnotation = "kalium-bench.endpoints";
/** What the image's name meant: `{ digest, source?, bytes?, files? }`. */
export const imageAnnotation = "kalium-bench.image";
/** `true`: runsc writes all system calls of its instances into their logs, on this machine. For one look at them: it is slow. */
export const traceAnnotation = "kalium-bench.trace-calls";
/** On a cluster: the image is not ours, so the function cannot be asked what it runs on. */
export const othersImageAnnotation = "kalium-bench.image-of-others";
/** On a cluster only. */
export const placementAnnotation = "kalium-bench.placement";

/** Path of a secret inside an instance. */
export const mountedSecret = (name: string): string => `/var/openfaas/secrets/${name}`;

// Go writes an absent slice or map as null.
const strings = recordOf(z.string()).nullish();
const list = z.array(z.string()).nullish();
const resources = z.object({ memory: z.string().nullish(), cpu: z.string().nullish() }).nullish();

/** At most 63 characters, because names become labels and host names. */
const functionName = z
  .string()
  .max(63)
  .regex(/^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/, "a name consists of a-z, 0-9 and inner hyphens");

export const deploymentSchema = z.object({
  service: functionName,
  image: z.string().min(1, "an image is required"),
  namespace: z.string().nullish(),
  envProcess: z.string().nullish(),
  envVars: strings,
  secrets: list,
  labels: strings,
  annotations: strings,
  limits: resources,
  requests: resources,
  constraints: list,
  readOnlyRootFilesystem: z.boolean().nullish(),
});

/** Body of POST and PUT /system/functions. */
export type FunctionDeployment = z.infer<typeof deploymentSchema>;

/** The same as clients write it; `FunctionDeployment` is what the gateway reads of it. */
export interface Deployment {
  readonly service: string;
  readonly image: string;
  readonly namespace?: string;
  readonly envProcess?: string;
  readonly envVars?: Readonly<Record<string, string>>;
  readonly secrets?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly limits?: { readonly memory?: string | undefined; readonly cpu?: string | undefined };
  readonly requests?: { readonly memory?: string | undefined; readonly cpu?: string | undefined };
  readonly constraints?: readonly string[];
  readonly readOnlyRootFilesystem?: boolean;
}

export const deleteSchema = z.object({ functionName: z.string().min(1), namespace: z.string().nullish() });

export const scaleSchema = z.object({
  serviceName: z.string().nullish(),
  replicas: z.number().int().nonnegative(),
  namespace: z.string().nullish(),
});

/** An item of GET /system/functions. OpenFaaS omits counts that are zero. */
export const statusSchema = z.object({
  name: z.string(),
  image: z.string(),
  namespace: z.string().optional(),
  envProcess: z.string().optional(),
  secrets: list,
  labels: strings,
  annotations: strings,
  limits: resources,
  requests: resources,
  createdAt: z.string().optional(),
  replicas: z.number().default(0),
  availableReplicas: z.number().default(0),
  invocationCount: z.number().default(0),
});

export type FunctionStatus = z.infer<typeof statusSchema>;
