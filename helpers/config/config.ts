import { randomInt } from "node:crypto";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { declarations } from "../runtimes/declared.ts";
import { declareFrom } from "./declarations/read-declarations.ts";
import { checkPolicy } from "./check-policy.ts";
import { controlOf, declaredSystemNames, systemNamed } from "./systems.ts";
import { densityOf } from "./density-settings.ts";
import { loadOf } from "./load-settings.ts";
import { accuracySizes, profiles } from "./profiles.ts";
import { readVariables } from "./read-variables.ts";
import { refuseContradictions } from "./contradictions.ts";
import type { Values } from "./variables.ts";
import type { ClusterConfig, Config } from "./config-types.ts";
import { recordedVariables } from "./recorded-settings.ts";

export type { ClusterConfig, Config, FunctionSize } from "./config-types.ts";

const inProject = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/**
 * The baseline, the baseline again as A/A arm, what the paper compares, and what runs without a sandbox: a native
 * process, which a cluster leaves out with the reason, and there runc. `smoke` shows no noise floor. Without root only
 * native processes run on this machine.
 */
function defaultSystems(values: Values, root: boolean): readonly string[] {
  if (!root && values.KALIUM_PLATFORM === "local" && values.KALIUM_BASELINE === undefined)
    return ["native", "native-aa"];
  const { KALIUM_BASELINE: baseline = "gvisor", KALIUM_PROFILE: profile, KALIUM_PLATFORM: platform } = values;
  const unsandboxed = platform === "kubernetes" ? ["native", "runc"] : ["native"];
  const compared =
    profile === "smoke" ? ["gvisor", ...unsandboxed] : ["gvisor", ...unsandboxed, "kalium", "valve", "trapeze"];
  const control = profile === "smoke" || baseline.endsWith("-aa") ? [] : [controlOf(baseline)];
  return [...new Set([baseline, ...control, ...compared, ...declaredSystemNames()])];
}

/**
 * The settings from environment variables; this process then knows the runtimes and systems that they declare. Read them once per run and hand them on: an unset seed is drawn here.
 * @throws {KaliumError} E_CONFIG that names each wrong variable, its value and what is allowed; E_POLICY
 */
export function loadConfig(
  env: Readonly<Record<string, string | undefined>> = process.env,
  root = process.geteuid?.() === 0,
): Config {
  declareFrom(env["KALIUM_RUNTIMES"]);
  const values = readVariables(env);
  const systems = values.KALIUM_SYSTEMS ?? defaultSystems(values, root);
  const baseline = values.KALIUM_BASELINE ?? (systems.includes("gvisor") ? "gvisor" : String(systems[0]));
  refuseContradictions(values, systems, baseline);
  if (values.KALIUM_POLICY !== undefined) checkPolicy(values.KALIUM_POLICY);
  const {
    KALIUM_TLS_CERT: cert,
    KALIUM_TLS_KEY: key,
    KALIUM_TLS_CA: ca,
    KALIUM_MYSQL_URL: url,
    KALIUM_SQL_DUMP: dump,
  } = values;
  return {
    platform: values.KALIUM_PLATFORM,
    cluster: clusterOf(values),
    systems,
    systemsNamed: values.KALIUM_SYSTEMS !== undefined,
    baseline,
    workload: values.KALIUM_WORKLOAD,
    metrics: values.KALIUM_METRICS,
    ...(values.KALIUM_APP !== undefined && { app: values.KALIUM_APP }),
    watchdog: values.KALIUM_WATCHDOG,
    plan: planOf(values),
    mysql: {
      ...(url && { url: url.href }),
      source: values.KALIUM_MYSQL_SOURCE,
      image: values.KALIUM_MYSQL_IMAGE,
      ...(dump !== undefined && { dump }),
    },
    resultsDirectory: values.KALIUM_RESULTS ?? inProject("reports/results"),
    outDirectory: values.KALIUM_OUT ?? inProject("reports/out"),
    setup: values.KALIUM_SETUP,
    runtimes: {
      runscBinary: values.KALIUM_RUNSC,
      runcBinary: values.KALIUM_RUNC,
      runscReference: values.KALIUM_RUNSC_REF,
      runcReference: values.KALIUM_RUNC_REF,
      runscFlags: values.KALIUM_RUNSC_FLAGS,
      runscReferenceFlags: values.KALIUM_RUNSC_REF_FLAGS,
      declared: declarations(),
      kaliumBuild: values.KALIUM_BUILD,
      gvisorPlatform: values.KALIUM_GVISOR_PLATFORM,
      gvisorNetwork: values.KALIUM_GVISOR_NETWORK,
    },
    guard: {
      semantics: values.KALIUM_GUARD_SEMANTICS,
      action: values.KALIUM_GUARD_ACTION,
      policyPath: values.KALIUM_POLICY ?? inProject("fixtures/kalium/policy.json"),
      ...(values.KALIUM_CTR_POLICY !== undefined && { ctrPolicyPath: values.KALIUM_CTR_POLICY }),
    },
    accuracy: {
      system: values.KALIUM_ACCURACY_SYSTEM,
      rounds: values.KALIUM_ACCURACY_ROUNDS ?? accuracySizes[values.KALIUM_PROFILE].rounds,
      requests: values.KALIUM_ACCURACY_REQUESTS ?? accuracySizes[values.KALIUM_PROFILE].requests,
      casesPerClass: values.KALIUM_ACCURACY_CASES ?? accuracySizes[values.KALIUM_PROFILE].casesPerClass,
    },
    load: loadOf(values),
    density: densityOf(values),
    tls: {
      version: values.KALIUM_TLS_VERSION,
      ...(cert !== undefined && key !== undefined && { files: { cert, key, ...(ca !== undefined && { ca }) } }),
    },
    pictureScheme: systems.some((name) => systemNamed(name).guard === "artifact")
      ? values.KALIUM_ARTIFACT_GET
      : "https",
    valveProxied: values.KALIUM_VALVE_PROXIED,
    ...(values.KALIUM_NETWORK_RANGE !== undefined && { networkRange: values.KALIUM_NETWORK_RANGE }),
    gatewayPort: values.KALIUM_GATEWAY_PORT,
    callbackHosts: values.KALIUM_CALLBACK_HOSTS === "none" ? [] : values.KALIUM_CALLBACK_HOSTS,
    imageRegistries: registriesOf(values.KALIUM_IMAGE_REGISTRIES),
    functionMemoryMib: values.KALIUM_FUNCTION_MEMORY_MIB,
    callTimeoutMs: values.KALIUM_CALL_TIMEOUT_MS ?? callTimeoutMs[values.KALIUM_PLATFORM],
    readyTimeoutMs: values.KALIUM_READY_TIMEOUT_MS ?? readyTimeoutMs[values.KALIUM_PLATFORM],
    debug: values.KALIUM_DEBUG,
    variables: recordedVariables(env),
    ...(values.KALIUM_RESUME !== undefined && {
      resume: {
        folder: resolve(values.KALIUM_RESUME),
        allowMixed: values.KALIUM_ALLOW_MIXED,
        ...(values.KALIUM_RESUME_MINUTES !== undefined && { withinMinutes: values.KALIUM_RESUME_MINUTES }),
        ...(values.KALIUM_SETTLE_MINUTES !== undefined && { settleMinutes: values.KALIUM_SETTLE_MINUTES }),
      },
    }),
  };
}

/** On a cluster the limit of OpenFaaS' own gateway: pods that share busy nodes answer late, and are not void for that. */
const callTimeoutMs = { local: 15_000, kubernetes: 60_000 } as const;

/** Only a function that neither ends nor answers takes so long; a busy machine must not. A pod may also pull its image. */
const readyTimeoutMs = { local: 300_000, kubernetes: 600_000 } as const;

const registriesOf = (value: "none" | "*" | readonly string[]): readonly string[] =>
  value === "none" ? [] : value === "*" ? ["*"] : value;

function clusterOf(values: Values): ClusterConfig {
  const {
    KALIUM_KUBECONFIG: kubeconfig,
    KALIUM_GATEWAY_URL: gatewayUrl,
    KALIUM_CLIENT_ADDRESS: clientAddress,
    KALIUM_IMAGE_REGISTRY: imageRegistry,
  } = values;
  return {
    ...(kubeconfig !== undefined && { kubeconfig }),
    ...(gatewayUrl !== undefined && { gatewayUrl }),
    ...(clientAddress !== undefined && { clientAddress }),
    ...(imageRegistry !== undefined && { imageRegistry }),
  };
}

/** The profile's preset, with what the user has set instead. */
function planOf(values: Values): Config["plan"] {
  const preset = profiles[values.KALIUM_PROFILE];
  const warmup = values.KALIUM_WARMUP;
  const pauseMs = values.KALIUM_PAUSE_MS ?? preset.pauseMs ?? 0;
  const precisionPercent = values.KALIUM_PRECISION ?? preset.precisionPercent ?? 0;
  const budgetMinutes = values.KALIUM_BUDGET_MINUTES ?? preset.budgetMinutes ?? 0;
  return {
    profile: values.KALIUM_PROFILE,
    seed: values.KALIUM_SEED ?? randomInt(2 ** 31),
    blocks: values.KALIUM_BLOCKS ?? preset.blocks,
    rounds: values.KALIUM_ROUNDS ?? preset.rounds,
    ...(warmup === undefined
      ? { warmup: preset.warmup ?? "fixed", warmupRounds: preset.warmupRounds }
      : warmup === "auto"
        ? { warmup: "detected", warmupRounds: profiles.rigorous.warmupRounds }
        : { warmup: "fixed", warmupRounds: warmup }),
    connection: values.KALIUM_CONNECTION ?? preset.connection,
    ...(pauseMs > 0 && { pauseMs }),
    ...(precisionPercent > 0 && { precisionPercent }),
    ...(budgetMinutes > 0 && { budgetMinutes }),
  };
}
