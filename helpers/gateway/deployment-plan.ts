import type { SandboxSpec } from "../contracts/sandbox.ts";
import type { FetchedImage } from "../image-cache/cache.ts";
import { checkVariables } from "./check-variables.ts";
import { profileAnnotation, defaultNamespace, type FunctionDeployment } from "./deployment.ts";
import { findImage, type DeployedImage, type ImageSources, type StoredImage } from "./image-store.ts";
import { parseMemoryBytes } from "./quantity.ts";
import { refusal } from "./refusal.ts";
import type { AvailableRuntime, RuntimeChoice } from "./runtime-choice.ts";
import type { SecretStore } from "./secret-store.ts";
import { guessWatchdogSettings, readWatchdogSettings, type WatchdogSettings } from "./watchdog-settings.ts";

/** A deployment with everything looked up that its instances need. */
export interface DeploymentPlan {
  readonly deployment: FunctionDeployment;
  readonly image: DeployedImage;
  /** Of the image, and above it what the deployment says. */
  readonly env: Readonly<Record<string, string>>;
  readonly secrets: SandboxSpec["secrets"];
  readonly memoryLimitBytes: number;
  readonly watchdog: WatchdogSettings;
  readonly runtime: AvailableRuntime;
  readonly replicas: number;
  /** The fewest that it may be scaled to. */
  readonly fewestReplicas: 0 | 1;
  /** Equal for equal plans. Holds secrets: never leaves the process. */
  readonly fingerprint: string;
}

export interface Stores extends ImageSources {
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
  const image = await findImage(stores, deployment.image);
  const { env, watchdog } = image.kind === "stored" ? ownStart(image, deployment) : foreignStart(image, deployment);
  const runtime = await stores.chooseRuntime(deployment.annotations?.[profileAnnotation]);
  return {
    deployment,
    image,
    env,
    secrets,
    memoryLimitBytes,
    watchdog,
    runtime,
    fewestReplicas: deployment.labels?.["com.openfaas.scale.zero"] === "true" ? 0 : 1,
    replicas: clampReplicas(Number(deployment.labels?.["com.openfaas.scale.min"] ?? 1)),
    fingerprint: JSON.stringify([deployment, image.kind, image.digest, secrets, runtime.identity]),
  };
}

type Start = Pick<DeploymentPlan, "env" | "watchdog">;

function ownStart(image: StoredImage, { envVars, envProcess }: FunctionDeployment): Start {
  const process = envProcess ? { function_process: envProcess } : {};
  const env = { ...image.env, ...envVars, ...process };
  return { env, watchdog: readWatchdogSettings(env, undefined) };
}

/** The watchdog is the image's: what it makes of its variables is its own business. */
function foreignStart({ config }: FetchedImage, { envVars, envProcess }: FunctionDeployment): Start {
  const env = { ...config.env, ...envVars, ...(envProcess ? { fprocess: envProcess } : {}) };
  return { env, watchdog: guessWatchdogSettings(env) };
}

/** @throws {KaliumError} 400 for any namespace but the one there is */
export function checkNamespace(namespace: string | null | undefined): void {
  if (namespace !== undefined && namespace !== null && namespace !== "" && namespace !== defaultNamespace) {
    throw refusal(400, `namespace must be: ${defaultNamespace}`);
  }
}

/** OpenFaaS Community Edition allows 1 to 5 replicas; none where the function's label `com.openfaas.scale.zero` says so. */
export const clampReplicas = (wanted: number, limit = 5, fewest: 0 | 1 = 1): number =>
  Number.isFinite(wanted) ? Math.min(limit, Math.max(fewest, Math.trunc(wanted))) : 1;

function memoryLimit({ limits }: FunctionDeployment): number {
  const text = limits?.memory;
  if (text === undefined || text === null || text === "") return defaultMemoryBytes;
  const bytes = parseMemoryBytes(text);
  if (bytes === undefined) throw refusal(400, `limits.memory: ${JSON.stringify(text)} is not a memory quantity`);
  return bytes;
}
