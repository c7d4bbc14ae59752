import { randomBytes } from "node:crypto";
import { loadConfig } from "../../config/config.ts";
import { KaliumError } from "../../errors.ts";
import { buildGatewayImage } from "../services/gateway-image.ts";
import type { UpOptions } from "./up.ts";

/** As the command line gives them. */
export interface UpWords {
  readonly nodes?: string;
  readonly runsc: readonly string[];
  readonly runscFlag: readonly string[];
  readonly platform?: string;
  readonly shim?: string;
  readonly agentImage?: string;
  readonly mysqlImage: string;
  readonly mysqlUrl?: string;
  readonly mysqlStorage?: string;
  readonly storageClass?: string;
  readonly gateway: string;
  readonly gatewayImage?: string;
  readonly clientAddress?: string;
}

/** @throws {KaliumError} E_CONFIG that names the option */
export function upOptions(words: UpWords, env = process.env): UpOptions {
  const config = loadConfig(env);
  return {
    runId: randomBytes(4).toString("hex"),
    nodeSelector: words.nodes,
    builds: {
      runsc: words.runsc,
      flags: words.runscFlag,
      kaliumBuild: config.runtimes.kaliumBuild,
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
      storageGib: words.mysqlStorage === undefined ? undefined : wholeNumber("--mysql-storage", words.mysqlStorage),
      storageClass: words.storageClass,
    },
    gateway: {
      kind: oneOf("--gateway", words.gateway, ["auto", "openfaas", "own"] as const),
      image: words.gatewayImage,
    },
    buildGatewayImage,
    clientAddress: words.clientAddress,
  };
}

function oneOf<Word extends string>(option: string, word: string, words: readonly Word[]): Word {
  const found = words.find((each) => each === word);
  if (found !== undefined) return found;
  throw new KaliumError("E_CONFIG", `${option} ${word} is none of ${words.join(", ")}`);
}

function wholeNumber(option: string, text: string): number {
  if (/^\d{1,4}$/.test(text)) return Number(text);
  throw new KaliumError("E_CONFIG", `${option} ${text} is not a whole number of GiB`, {
    hint: "For example 1; 0 for none.",
  });
}
