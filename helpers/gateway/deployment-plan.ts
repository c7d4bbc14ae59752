import { checkVariables } from "./check-variables.ts";
import { profileAnnotation, defaultNamespace, type FunctionDeployment } from "./deployment.ts";
import { findImage, type StoredImage } from "./image-store.ts";
import { parseMemoryBytes } from "./quantity.ts";
import { refusal } from "./refusal.ts";
import type { AvailableRuntime, RuntimeChoice } from "./runtime-choice.ts";
import type { SecretStore } from "./secret-store.ts";
import { readWatchdogSettings, type WatchdogSettings } from "./watchdog-settings.ts";

/** A deployment with everything looked up that its instances need. */
export interface DeploymentPlan {
  readonly deployment: FunctionDeployment;
  readonly image: StoredImage;
  /** Of the image, and above it what the deployment says. */
  readonly env: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
  readonly memoryLimitBytes: number;
  readonly watchdog: WatchdogSettings;
  readonly runtime: AvailableRuntime;
  readonly replicas: number;
  /** Equal for equal plans. Holds secrets: never leaves the process. */
  readonly fingerprint: string;
}

export interface Stores {
  readonly imagesDirectory: string;
  readonly secrets: SecretStore;
  readonly chooseRuntime: RuntimeChoice;
}

const defaultMemoryBytes = 2 ** 30;

/** @throws {KaliumError} a 400 that says which part of the deployment is unusable */
export async function planDeployment(deployment: FunctionDeployment, stores: Stores): Promise<DeploymentPlan> {
  checkNamespace(deployment.namespace);
  checkVariables(deployment.envVars ?? {});
  const secrets = stores.secrets.read(deployment.secrets ?? []);
  const memoryLimitBytes = memoryLimit(deployment);
  const image = await findImage(stores.imagesDirectory, deployment.image);
  const process = deployment.envProcess ? { function_process: deployment.envProcess } : {};
  const env = { ...image.env, ...deployment.envVars, ...process };
  const watchdog = readWatchdogSettings(env, undefined);
  const runtime = await stores.chooseRuntime(deployment.annotations?.[profileAnnotation]);
  return {
    deployment,
    image,
    env,
    secrets,
    memoryLimitBytes,
    watchdog,
    runtime,
    replicas: clampReplicas(Number(deployment.labels?.["com.openfaas.scale.min"] ?? 1)),
    fingerprint: JSON.stringify([deployment, image, secrets, runtime.identity]),
  };
}

/** @throws {KaliumError} 400 for any namespace but the one there is */
export function checkNamespace(namespace: string | null | undefined): void {
  if (namespace !== undefined && namespace !== null && namespace !== "" && namespace !== defaultNamespace) {
    throw refusal(400, `namespace must be: ${defaultNamespace}`);
  }
}

/** OpenFaaS Community Edition allows 1 to 5 replicas. */
export const clampReplicas = (wanted: number, limit = 5): number =>
  Number.isFinite(wanted) ? Math.min(limit, Math.max(1, Math.trunc(wanted))) : 1;

function memoryLimit({ limits }: FunctionDeployment): number {
  const text = limits?.memory;
  if (text === undefined || text === null || text === "") return defaultMemoryBytes;
  const bytes = parseMemoryBytes(text);
  if (bytes === undefined) throw refusal(400, `limits.memory: ${JSON.stringify(text)} is not a memory quantity`);
  return bytes;
}
