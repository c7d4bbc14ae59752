import { randomBytes } from "node:crypto";
import { loadConfig } from "../../config/config.ts";
import { KaliumError } from "../../base/errors.ts";
import { suggest } from "../../config/suggest.ts";
import { controllerPolicy } from "../runsc/artifact.ts";
import { buildProgramArchive } from "../services/program-archive.ts";
import type { UpOptions } from "./up.ts";

/** As the command line gives them. */
export interface UpWords {
  readonly nodes?: string;
  readonly runsc: readonly string[];
  readonly runscFlag: readonly string[];
  readonly singleRunsc?: string;
  readonly platform?: string;
  readonly shim?: string;
  readonly agentImage?: string;
  readonly mysqlImage?: string;
  readonly mysqlUrl?: string;
  readonly mysqlStorage?: string;
  readonly storageClass?: string;
  readonly gateway: string;
  readonly gatewayImage?: string;
  readonly functionLimit?: string;
  readonly services: string;
  readonly servicesImage?: string;
  readonly clientAddress?: string;
  readonly controllerHost?: string;
}

/** @throws {KaliumError} E_CONFIG that names the option, E_POLICY */
export async function upOptions(words: UpWords, env = process.env): Promise<UpOptions> {
  const config = loadConfig(env);
  const folder = config.runtimes.kaliumBuild;
  return {
    runId: randomBytes(4).toString("hex"),
    nodeSelector: words.nodes,
    builds: {
      runsc: words.runsc,
      flags: words.runscFlag,
      single: words.singleRunsc,
      kaliumBuild: folder,
      platform:
        words.platform === undefined
          ? undefined
          : oneOf("--platform", words.platform, ["systrap", "ptrace", "kvm"] as const),
    },
    shim: words.shim,
    agentImage: words.agentImage,
    mysql: {
      url: words.mysqlUrl ?? config.mysql.url,
      image: words.mysqlImage,
      storageGib:
        words.mysqlStorage === undefined ? undefined : wholeNumber("--mysql-storage", words.mysqlStorage, { least: 0 }),
      storageClass: words.storageClass,
    },
    gateway: {
      kind: oneOf("--gateway", words.gateway, ["auto", "openfaas", "own"] as const),
      image: words.gatewayImage,
      functionLimit:
        words.functionLimit === undefined
          ? undefined
          : wholeNumber("--function-limit", words.functionLimit, { least: 1 }),
      callbackHosts: config.callbackHosts,
    },
    buildImage: buildProgramArchive,
    artifact:
      folder === undefined
        ? undefined
        : { folder, policy: await controllerPolicy(config.guard), controllerHost: words.controllerHost },
    services: {
      kind: oneOf("--services", words.services, ["auto", "host", "pod"] as const),
      image: words.servicesImage,
      clientAddress: words.clientAddress ?? config.cluster.clientAddress,
    },
  };
}

const seeForm = "Run `npm run cluster -- up --help` to see its form.";

function oneOf<Word extends string>(option: string, word: string, words: readonly Word[]): Word {
  const found = words.find((each) => each === word);
  if (found !== undefined) return found;
  const meant = suggest(word, words);
  throw new KaliumError(
    "E_CONFIG",
    `${option} is "${word}", but must be one of ${words.join(", ")}${meant === undefined ? "" : `; did you mean ${meant}?`}`,
    { hint: seeForm },
  );
}

function wholeNumber(option: string, text: string, { least }: { readonly least: number }): number {
  if (/^\d{1,4}$/.test(text) && Number(text) >= least) return Number(text);
  throw new KaliumError("E_CONFIG", `${option} is "${text}", but must be a whole number from ${least} to 9999`, {
    hint: seeForm,
  });
}
