/** An application of the user's as blocks see it: the stack file's deployments, under every system. */
import { functionVariable, stubVariable } from "../../application/service-variables.ts";
import type { UserApplication } from "../../application/read-application.ts";
import { KaliumError } from "../../base/errors.ts";
import { serviceName } from "../../config/systems.ts";
import { type Deployment, mountedSecret, othersImageAnnotation, profileAnnotation } from "../../gateway/deployment.ts";
import { functionGatewayUrl } from "../../platforms/platform.ts";
import { readStubCounts } from "../../services/http-stub/index.ts";
import type { BlockApplication, Deploying } from "../suite/services.ts";
import { databasePasswordSecret, imageServerCaSecret } from "./deployment.ts";

export function userApplication(application: UserApplication): BlockApplication {
  const { functions, file } = application;
  return {
    functions,
    deployment: (of) => userDeployment(application, of),
    tablesKnown: false,
    watch: async (_measured, { stubs }) => {
      const before = stubs && (await readStubCounts(stubs)).unanswered.count;
      return {
        after: async () => {
          if (stubs === undefined) return [];
          const { count, last = "" } = (await readStubCounts(stubs)).unanswered;
          const more = count - (before ?? 0);
          return more === 0 ? [] : [{ reason: `the HTTP stubs had no answer for ${more} requests, last ${last}` }];
        },
      };
    },
    refuseFirst: ({ label }, { system, block, outcome }, { problem = outcome, end }) => {
      const what = `${label} under ${system}, block ${block}: the first call failed: ${problem}`;
      const again = `npm run bench -- --app ${file} ${label}`;
      const error =
        end === undefined
          ? new KaliumError("E_WRONG_ANSWER", what, {
              hint: `Correct kalium-bench.calls.${label} or its function, then: ${again}`,
            })
          : new KaliumError("E_DEPLOY", `${what}\nits instance ended: ${end}`, {
              hint: `Correct the function or its limits in the stack file, then: ${again}`,
            });
      delete error.stack; // of no use to the author of the file
      return error;
    },
  };
}

/** What OpenFaaS would deploy, with the system's name, runtime and services, and with our own deadlines unless it has its own. */
async function userDeployment(application: UserApplication, of: Deploying): Promise<Deployment> {
  const { definition, system, surroundings, services } = of;
  const { name } = definition;
  const own = application.functions.find((each) => each.name === name)?.own;
  const given = (await application.deployments(variablesOf(application, of))).get(name);
  if (given === undefined) {
    throw new KaliumError("E_CONFIG", `the stack file no longer has the function ${name}`, {
      hint: "Restore it, or start a new run.",
    });
  }
  const timeout = `${surroundings.callTimeoutMs}ms`;
  const replicas = String(surroundings.replicas ?? 1);
  const { namespace: _ofProduction, ...deployment } = given;
  const usesDatabase = application.services.mysql !== undefined;
  const usesImages = application.services["image-server"] !== undefined && surroundings.privateCa;
  return {
    ...deployment,
    service: serviceName(system, name),
    image: own === undefined ? given.image : (services.lab.images[system.variant]?.[own]?.reference ?? own),
    envVars: {
      ...(own !== undefined && { WORKLOAD: surroundings.workload, CHARGE_SEED: String(surroundings.chargeSeed) }),
      ...{ exec_timeout: timeout, read_timeout: timeout, write_timeout: timeout, healthcheck_interval: "1s" },
      ...given.envVars,
      ENVIRONMENT_PADDING: "x".repeat(surroundings.paddingBytes),
      ...surroundings.guard?.envVars,
    },
    secrets: [
      ...(given.secrets ?? []),
      ...(usesDatabase ? [databasePasswordSecret(system)] : []),
      ...(usesImages ? [imageServerCaSecret] : []),
      ...(surroundings.guard?.secrets ?? []),
    ],
    labels: { ...given.labels, "com.openfaas.scale.min": replicas, "com.openfaas.scale.max": replicas },
    annotations: {
      ...given.annotations,
      [profileAnnotation]: system.runtime,
      ...(own === undefined && services.lab.cluster !== undefined && { [othersImageAnnotation]: "true" }),
    },
    limits: { memory: `${surroundings.memoryMiB}Mi`, ...given.limits },
    ...(surroundings.node !== undefined && {
      constraints: [...(given.constraints ?? []), `kubernetes.io/hostname=${surroundings.node}`],
    }),
  };
}

/** docs/your-own.md lists them. */
function variablesOf(application: UserApplication, of: Deploying): Readonly<Record<string, string>> {
  const { system, surroundings, services } = of;
  const { database, mail, imageUrl, privateCa, chargeSeed } = surroundings;
  // By address: only our own functions are known to look names up as the workload says.
  const own = application.functions.find(({ name }) => name === of.definition.name)?.own !== undefined;
  const access = services.databases.accessOf(system);
  const gatewayUrl = own ? surroundings.gatewayUrl : functionGatewayUrl(services.lab);
  const host = own ? (database?.host ?? access.host) : access.host;
  const urls = application.functions.map(({ name }) => [
    functionVariable(name),
    new URL(`/function/${serviceName(system, name)}`, gatewayUrl).href,
  ]);
  const stubs = Object.entries(services.stubs?.urls ?? {}).map(([name, url]) => [stubVariable(name), url]);
  const { port, database: name, user, password } = access;
  const { mysql } = application.services;
  return {
    BENCH_GATEWAY_URL: gatewayUrl.replace(/\/$/, ""),
    BENCH_SEED: String(chargeSeed),
    ...(Object.fromEntries([...urls, ...stubs]) as Record<string, string>),
    ...(mysql !== undefined && {
      BENCH_MYSQL_HOST: host,
      BENCH_MYSQL_PORT: String(port),
      BENCH_MYSQL_DATABASE: name,
      BENCH_MYSQL_USER: user,
      BENCH_MYSQL_PASSWORD: password,
      BENCH_MYSQL_PASSWORD_FILE: mountedSecret(databasePasswordSecret(system)),
      BENCH_MYSQL_URL: `mysql://${user}:${password}@${host}:${port}/${name}`,
    }),
    ...(mail && { BENCH_SMTP_HOST: mail.host, BENCH_SMTP_PORT: String(mail.port) }),
    ...(imageUrl !== undefined && { BENCH_IMAGE_URL: imageUrl }),
    ...(imageUrl !== undefined && privateCa && { BENCH_IMAGE_CA_FILE: mountedSecret(imageServerCaSecret) }),
  };
}
