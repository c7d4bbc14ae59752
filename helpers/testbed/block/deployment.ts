/** How a function of the application becomes a deployment of one system. Pure; the names are unique per system. */
import { variantNamed } from "../../../fixtures/variants/index.ts";
import { isArtifactRuntime } from "../../kalium/artifact/build-folder.ts";
import { podName } from "../../kalium/artifact/pod.ts";
import { serviceName } from "../../config/systems.ts";
import type { DeployedFunction, VariantSurroundings, Workload } from "../../contracts/application.ts";
import type { System } from "../../contracts/system.ts";
import { type Deployment, mountedSecret } from "../../gateway/deployment.ts";
import type { GuardedDeployment } from "../../guards/guard.ts";

/** What a function's environment points at. `undefined` where no measured function of the suite needs it. */
export interface Surroundings extends Pick<VariantSurroundings, "tlsVersion" | "proxied" | "measured"> {
  /** Gateway URL as sandboxes reach it. */
  readonly gatewayUrl: string;
  readonly database?: { readonly host: string; readonly port: number; readonly name: string; readonly user: string };
  /** `user`: of its account, whose password and CA are `mailSecrets`; absent: it has none. */
  readonly mail?: { readonly host: string; readonly port: number; readonly user?: string };
  /** The image server's certificate was signed by the run's own CA, which functions must trust. */
  readonly privateCa: boolean;
  readonly imageUrl?: string;
  /** Name of the image server where it is not an address: `name=address`, because sandboxes have no DNS. */
  readonly resolve?: string;
  /** Names of the secrets that every instance of the system's variant gets. */
  readonly variantSecrets: readonly string[];
  /** Absent without a guard. */
  readonly guard?: GuardedDeployment;
  readonly workload: Workload;
  /** Equal for all systems of a block, so that they draw the same charges. */
  readonly chargeSeed: number;
  /** Bytes added to the environment, equal for all systems of a block. */
  readonly paddingBytes: number;
  readonly memoryMiB: number;
  readonly callTimeoutMs: number;
  /** Absent: 1. */
  readonly replicas?: number;
  /** Of a cluster; absent: any, or there is no cluster. */
  readonly node?: string;
}

/** What this project uses of a deployment, all of it present. */
export type SystemDeployment = Deployment &
  Required<Pick<Deployment, "envVars" | "secrets" | "labels" | "annotations" | "limits">>;

export const imageServerCaSecret = "image-server-ca";

/** Of the mail sink's account: its password, and the CA of its certificate. */
export const mailSecrets = { password: "mail-password", ca: "mail-ca" } as const;

export const databasePasswordSecret = (system: System): string => `${system.name}-database-password`;
export function deploymentOf(
  definition: DeployedFunction,
  system: System,
  image: string,
  surroundings: Surroundings,
): SystemDeployment {
  const timeout = `${surroundings.callTimeoutMs}ms`;
  const replicas = String(surroundings.replicas ?? 1);
  const variant = variantNamed(system.variant);
  const needsDatabase = [...definition.needs, ...(variant.needs ?? [])].includes("mysql");
  const needsImages = definition.needs.includes("image-server");
  const needsCa = needsImages && surroundings.privateCa;
  const around = {
    gatewayUrl: surroundings.gatewayUrl,
    functionUrls: functionUrls(definition, system, surroundings.gatewayUrl),
    ...(needsImages && surroundings.imageUrl !== undefined && { imageUrl: surroundings.imageUrl }),
    tlsVersion: surroundings.tlsVersion,
    proxied: surroundings.proxied,
    ...(surroundings.measured && { measured: surroundings.measured }),
    secretPath: mountedSecret,
    ...(surroundings.privateCa && { imageServerCaPath: mountedSecret(imageServerCaSecret) }),
  };
  return {
    service: serviceName(system, definition.name),
    image,
    envVars: {
      ...definition.tables,
      ...callUrls(definition, system, surroundings.gatewayUrl),
      ...(needsDatabase ? databaseVariables(system, surroundings) : {}),
      ...(needsCa ? { NODE_EXTRA_CA_CERTS: mountedSecret(imageServerCaSecret) } : {}),
      ...(needsImages && surroundings.resolve !== undefined ? { RESOLVE: surroundings.resolve } : {}),
      ...(definition.needs.includes("smtp-sink") ? mailVariables(surroundings) : {}),
      WORKLOAD: surroundings.workload,
      CHARGE_SEED: String(surroundings.chargeSeed),
      ENVIRONMENT_PADDING: "x".repeat(surroundings.paddingBytes),
      exec_timeout: timeout,
      read_timeout: timeout,
      write_timeout: timeout,
      healthcheck_interval: "1s",
      ...surroundings.guard?.envVars,
      ...(isArtifactRuntime(system.runtime) ? { HOSTNAME: podName(definition.name) } : {}),
      ...variant.environment?.(definition, around),
    },
    secrets: [
      ...(needsDatabase ? [databasePasswordSecret(system)] : []),
      ...(needsCa ? [imageServerCaSecret] : []),
      ...(definition.needs.includes("smtp-sink") && surroundings.mail?.user !== undefined
        ? Object.values(mailSecrets)
        : []),
      ...surroundings.variantSecrets,
      ...(surroundings.guard?.secrets ?? []),
    ],
    labels: { "com.openfaas.scale.min": replicas, "com.openfaas.scale.max": replicas },
    annotations: { "com.openfaas.profile": system.runtime },
    limits: { memory: `${surroundings.memoryMiB}Mi` },
    ...(surroundings.node !== undefined && { constraints: [`kubernetes.io/hostname=${surroundings.node}`] }),
  };
}

/** By name. */
const functionUrls = ({ calls }: DeployedFunction, system: System, gatewayUrl: string): Record<string, string> =>
  Object.fromEntries(
    Object.values(calls).map((name) => [name, new URL(`/function/${serviceName(system, name)}`, gatewayUrl).href]),
  );

const callUrls = (definition: DeployedFunction, system: System, gatewayUrl: string): Record<string, string> => {
  const urls = functionUrls(definition, system, gatewayUrl);
  return Object.fromEntries(Object.entries(definition.calls).map(([variable, name]) => [variable, urls[name] ?? ""]));
};

function databaseVariables(system: System, { database }: Surroundings): Record<string, string> {
  if (database === undefined) throw new TypeError("no database was seeded: add beforeAll(bed.seedMysql) to the suite");
  return {
    HOST: database.host,
    DBPORT: String(database.port),
    DBNAME: database.name,
    USER: database.user,
    PASS_FILE: mountedSecret(databasePasswordSecret(system)),
  };
}

function mailVariables({ mail }: Surroundings): Record<string, string> {
  if (mail === undefined) throw new TypeError("no mail sink runs: add beforeAll(bed.startMailSink) to the suite");
  const { host, port, user } = mail;
  return {
    ...{ SMTP_HOST: host, SMTP_PORT: String(port) },
    ...(user !== undefined && {
      SMTP_USER: user,
      SMTP_PASS_FILE: mountedSecret(mailSecrets.password),
      SMTP_CA_FILE: mountedSecret(mailSecrets.ca),
    }),
  };
}
