import type { z } from "zod";
import { functions } from "../../fixtures/hello-retail/deployed-functions.ts";
import type { WantedMysqlSource } from "../contracts/service.ts";
import { semanticsNames } from "../kalium/core/flow-graph.ts";
import { actionNames } from "../kalium/core/guard.ts";
import { allSystems } from "./systems.ts";
import { gatewayVariables } from "./gateway-variables.ts";
import { densityVariables } from "./density-variables.ts";
import { loadVariables } from "./load-variables.ts";
import { planVariables } from "./plan-variables.ts";
import { runtimeVariables } from "./runtime-variables.ts";
import {
  eachOf,
  flag,
  httpUrl,
  ipv4Address,
  listIn,
  listOf,
  mysqlUrl,
  networkRange,
  nameIn,
  nonBlank,
  oneOf,
  readableDump,
  readableFile,
  wholeNumber,
  wordOr,
  writableFolder,
} from "./kinds.ts";
import type { Variable } from "./variable.ts";

/** Every environment variable of the project; docs/settings.md is made from this (`npm run docs`). */
export const variables = {
  KALIUM_PLATFORM: {
    schema: oneOf("local", "kubernetes"),
    preset: "local",
    meaning:
      "Where functions run: sandboxes of this machine, or OpenFaaS on the cluster that `npm run cluster -- up` has prepared. docs/cluster.md",
  },
  KALIUM_SYSTEMS: {
    schema: listIn(() => allSystems().map(({ name }) => name)),
    shownDefault: "gvisor,gvisor-aa,native,kalium,valve,trapeze",
    meaning:
      "Systems to compare, at most 32, separated by commas. A system that you name must work on this machine. `X-aa` measures X a second time: that difference is noise. On a cluster runc replaces native; without root the default is native,native-aa",
  },
  KALIUM_BASELINE: {
    schema: nameIn(() => allSystems().map(({ name }) => name)),
    shownDefault: "gvisor, else the first system",
    meaning:
      "System that every ratio is relative to. Where `KALIUM_SYSTEMS` is unset, this system and its `-aa` are added",
  },
  KALIUM_APP: {
    schema: readableFile,
    shownDefault: "Hello, Retail!",
    meaning:
      "Your own application, for `npx vitest run suites/app`: a stack file of OpenFaaS with measured calls; `npm run bench -- --app` sets it. docs/your-own.md",
  },
  KALIUM_WORKLOAD: {
    schema: oneOf("artifact", "lean"),
    preset: "artifact",
    meaning:
      "How much a call does beside its logic: `artifact` logs, looks names up, resumes TLS sessions and sends as many bytes as the artifact's programs; `lean` leaves that out. Systems named `X-lean` are lean in either case. docs/application.md",
  },
  ...planVariables,
  KALIUM_MYSQL_URL: {
    schema: mysqlUrl,
    shownDefault: "none",
    secret: true,
    meaning: "Your own database server. Its user must be allowed to create databases and users",
  },
  KALIUM_MYSQL_SOURCE: {
    schema: eachOf<WantedMysqlSource>({ auto: true, url: true, docker: true, local: true }),
    preset: "auto",
    meaning: "Where MySQL comes from; `auto` takes the first that works of URL, Docker engine, local `mysqld`",
  },
  KALIUM_MYSQL_IMAGE: {
    schema: nonBlank("an image name"),
    preset: "mysql:8.4",
    meaning: "Image for the Docker engine",
  },
  KALIUM_SQL_DUMP: {
    schema: readableDump,
    shownDefault: "none",
    meaning: "SQL dump to load instead of the generated data: a file, packed or not, or a folder of mydumper",
  },
  KALIUM_RESULTS: { schema: writableFolder, shownDefault: "reports/results", meaning: "Folder for records" },
  KALIUM_OUT: { schema: writableFolder, shownDefault: "reports/out", meaning: "Folder for figures and tables" },
  KALIUM_PUBLISHED: {
    schema: flag,
    preset: "1",
    meaning: "`0` leaves the paper's values out of the figure and the report",
  },
  KALIUM_RESUME: {
    schema: nonBlank("a results folder"),
    shownDefault: "none",
    meaning: "Results folder of the interrupted run to resume; `npm run resume` sets it",
  },
  KALIUM_ALLOW_MIXED: {
    schema: flag,
    preset: "0",
    meaning:
      "`1` resumes although code or machine have changed, and records that; `npm run resume -- --allow-mixed` sets it",
  },
  KALIUM_RESUME_MINUTES: {
    schema: wholeNumber(1, 10_000),
    shownDefault: "none",
    meaning: "Minutes for what an interrupted run has not measured; `npm run resume -- --settle` sets it",
  },
  KALIUM_SETTLE_MINUTES: {
    schema: wholeNumber(1, 10_000),
    shownDefault: "none",
    meaning: "Minutes in which a resumed run keeps measuring what is not settled; `npm run resume -- --settle` sets it",
  },
  KALIUM_SETUP: {
    schema: oneOf("auto", "never"),
    preset: "auto",
    meaning: "`never`: install nothing",
  },
  ...runtimeVariables,
  KALIUM_POLICY: {
    schema: readableFile,
    shownDefault: "fixtures/kalium/policy.json",
    meaning: "Policy of the guard: flow graphs of each function and of the application. docs/policy.md",
  },
  KALIUM_GUARD_ACTION: {
    schema: oneOf(...actionNames),
    preset: "enforce",
    meaning:
      "`enforce` stops what the policy denies, `monitor` only reports it, `record` writes all events to a log to learn from",
  },
  KALIUM_GUARD_SEMANTICS: {
    schema: oneOf(...semanticsNames),
    preset: "strict",
    meaning:
      "`strict`: an automaton per request; `reference`: one for all, as the artifact's controller meant it; `shipped`: as the artifact runs",
  },
  KALIUM_ACCURACY_SYSTEM: {
    schema: nameIn(() =>
      allSystems().flatMap(({ name, guard, aaOf }) => (guard === "embedded" && aaOf === undefined ? [name] : [])),
    ),
    preset: "kalium-native",
    meaning:
      "Guarded system of the policy-accuracy suite. The sandbox changes how long the suite takes, not its events",
  },
  KALIUM_ACCURACY_ROUNDS: {
    schema: wholeNumber(2, 100_000),
    shownDefault: "from the profile",
    meaning:
      "Rounds of the workload to record; half train policies, half test them. `quick`: 800, `smoke`: 4, else 2000",
  },
  KALIUM_ACCURACY_REQUESTS: {
    schema: wholeNumber(1, 1_000_000),
    shownDefault: "from the profile",
    meaning: "Minimum number of fresh requests under the learnt policy. 1000, in `smoke` 11",
  },
  KALIUM_ACCURACY_CASES: {
    schema: wholeNumber(1, 10_000),
    shownDefault: "from the profile",
    meaning: "Attacks per class. 30, in `smoke` 2",
  },
  ...loadVariables,
  KALIUM_ARTIFACT_GET: {
    schema: oneOf("http", "https"),
    preset: "http",
    meaning:
      "How functions fetch the picture where a system has the artifact's guard, which sees a GET in plain text only; `https` for an image with its instrumented TLS library",
  },
  ...densityVariables,
  KALIUM_TLS_VERSION: { schema: oneOf("1.2", "1.3"), preset: "1.2", meaning: "TLS version of the image server" },
  KALIUM_TLS_CERT: {
    schema: readableFile,
    shownDefault: "made per run",
    meaning: "Certificate chain of the image server (PEM); needs `KALIUM_TLS_KEY`",
  },
  KALIUM_TLS_KEY: {
    schema: readableFile,
    shownDefault: "made per run",
    meaning: "Private key of `KALIUM_TLS_CERT` (PEM)",
  },
  KALIUM_TLS_CA: {
    schema: readableFile,
    shownDefault: "public CAs",
    meaning: "CA that signed `KALIUM_TLS_CERT` (PEM), unless it is a public one",
  },
  KALIUM_VALVE_PROXIED: {
    schema: wordOr(["wired", "starred", "all", "none"], listOf(functions.map(({ name }) => name))),
    preset: "wired",
    meaning:
      "Functions whose HTTP goes through their Valve agent. `wired`: microbenchmark, receive, master; `starred`: these, but the master only for its photos, as in the figure; `all`; `none`; or names of deployed functions",
  },
  KALIUM_GATEWAY_PORT: {
    schema: wholeNumber(0, 65_535),
    preset: "0",
    meaning: "Port of the gateway; 0 takes a free one",
  },
  ...gatewayVariables,
  KALIUM_NETWORK_RANGE: {
    schema: networkRange,
    shownDefault: "first free of 10.201.0.0/16 and others",
    meaning: "Private range in which the run's bridge gets a /24, such as `192.168.64.0/18`. docs/runtimes.md",
  },
  KALIUM_FUNCTION_MEMORY_MIB: {
    schema: wholeNumber(64, 65_536),
    preset: "512",
    meaning: "Memory limit of one function instance, MiB",
  },
  KALIUM_CALL_TIMEOUT_MS: {
    schema: wholeNumber(1, 3_600_000),
    shownDefault: "15000",
    meaning: "Maximum wait for one answer, ms; 60000 by default on a cluster",
  },
  KALIUM_READY_TIMEOUT_MS: {
    schema: wholeNumber(1, 3_600_000),
    shownDefault: "300000",
    meaning: "Maximum wait until a deployed function is ready, ms; 600000 by default on a cluster",
  },
  KALIUM_KUBECONFIG: {
    schema: readableFile,
    shownDefault: "KUBECONFIG, then ~/.kube/config",
    meaning: "Kubeconfig of the cluster",
  },
  KALIUM_GATEWAY_URL: {
    schema: httpUrl,
    shownDefault: "what the cluster says",
    meaning: "Address of the cluster's gateway as this machine reaches it; measured calls go there",
  },
  KALIUM_CLIENT_ADDRESS: {
    schema: ipv4Address,
    shownDefault: "what `npm run cluster -- up` has found",
    meaning: "Address of this machine as pods reach it; image server, mail sink and guard proxy listen there",
  },
  KALIUM_IMAGE_REGISTRY: {
    schema: nonBlank("a registry, with or without a path"),
    shownDefault: "images are on the nodes",
    meaning: "Registry of the function images, as in `npm run images -- push --registry`",
  },
  KALIUM_CLUSTER_DIR: {
    schema: nonBlank("a folder"),
    shownDefault: "~/.cache/kalium-bench/cluster",
    meaning: "Folder of the test cluster of `.ci/cluster/up`",
  },
  KALIUM_DEBUG: { schema: flag, preset: "0", meaning: "`1` adds the stack to errors" },
} as const satisfies Record<`KALIUM_${string}`, Variable>;

export type VariableName = keyof typeof variables;

/** Checked values; `undefined` only for unset variables without a preset. */
export type Values = {
  readonly [Name in VariableName]:
    | z.output<(typeof variables)[Name]["schema"]>
    | ((typeof variables)[Name] extends { readonly preset: string } ? never : undefined);
};
