/** The settings of a run of an application of the user's. */
import { KaliumError } from "../base/errors.ts";
import type { Config } from "../config/config.ts";
import { serviceName, systemNamed } from "../config/systems.ts";
import type { System } from "../contracts/system.ts";
import type { UserApplication } from "./read-application.ts";

export interface Fitted {
  readonly config: Config;
  /** Systems of the default that cannot run the application. */
  readonly leftOut: readonly { readonly system: string; readonly reason: string }[];
}

/** OpenFaaS' limit for the name of a function. */
const longestName = 63;

/**
 * Settings win over the file: `KALIUM_SQL_DUMP` over its dump, `KALIUM_POLICY` over its policy.
 * @throws {KaliumError} E_CONFIG for a system that the user named, or the baseline, and that cannot run the application
 */
export function fitConfig(config: Config, application: UserApplication): Fitted {
  const { paths, record, file } = application;
  const reasons = config.systems.flatMap((system) => {
    const reason = whyNot(systemNamed(system), application, config);
    return reason === undefined ? [] : [{ system, reason }];
  });
  const bad = reasons.filter(({ system }) => config.systemsNamed || system === config.baseline);
  if (bad.length > 0) {
    const problems = bad.map(({ system, reason }) => `${system} cannot run ${record.name}: ${reason}`);
    throw new KaliumError("E_CONFIG", problems.join("\n"), {
      hint: `Choose other systems: KALIUM_SYSTEMS=gvisor,gvisor-aa,runc,native npm run plan -- --app ${file}`,
    });
  }
  const absent = new Set(reasons.map(({ system }) => system));
  const dump = config.mysql.dump ?? paths.dump;
  const ownPolicy = "KALIUM_POLICY" in config.variables ? undefined : paths.policy;
  return {
    config: {
      ...config,
      application: {
        ...{ name: record.name, sha256: record.sha256 },
        ...(paths.picture !== undefined && { picture: paths.picture }),
      },
      systems: config.systems.filter((system) => !absent.has(system)),
      mysql: { ...config.mysql, ...(dump !== undefined && { dump }) },
      guard: { ...config.guard, ...(ownPolicy !== undefined && { policyPath: ownPolicy }) },
    },
    leftOut: reasons,
  };
}

function whyNot(system: System, { functions, paths }: UserApplication, config: Config): string | undefined {
  const { variant, guard, workload } = system;
  const foreign = functions.find(({ own }) => own === undefined)?.name;
  if (variant !== "vanilla") return `the variant ${variant} is built from the sources of Hello, Retail! alone`;
  if (guard === "artifact") return "the artifact's guard knows the functions of Hello, Retail! alone";
  if (workload === "lean" && foreign !== undefined) return `${foreign} has an image of yours, which has one workload`;
  if (guard === "embedded" && foreign !== undefined) {
    return `the embedded guard is loaded into our own Node images, and ${foreign} has another one`;
  }
  if (guard === "embedded" && paths.policy === undefined && !("KALIUM_POLICY" in config.variables)) {
    return "the file names no policy";
  }
  const long = functions.find(({ name }) => serviceName(system, name).length > longestName);
  return (
    long && `${serviceName(system, long.name)} has more than ${longestName} characters; shorten the function's name`
  );
}
