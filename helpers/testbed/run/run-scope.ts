/** What a run is about: the Hello, Retail! application, or one of the user's. */
import { measuredFunctions } from "../../../fixtures/flows/index.ts";
import { fitConfig, type Fitted } from "../../application/fit-config.ts";
import { readApplication, type UserApplication } from "../../application/read-application.ts";
import { parseReference } from "../../image-cache/reference.ts";
import { KaliumError } from "../../base/errors.ts";
import type { Config } from "../../config/config.ts";
import { fitPlatform } from "./fit-platform.ts";
import type { MeasuredFunction } from "../../contracts/application.ts";

/** A cluster's nodes pull images from registries, or have them; what is on this machine they cannot see. */
function refuseLocalImages({ file, record }: UserApplication): void {
  const bad = record.functions.find(({ image }) => parseReference(image) !== undefined);
  if (bad === undefined) return;
  const plain = /^docker:\/\/(.+)$/.exec(bad.image)?.[1];
  throw new KaliumError("E_CONFIG", `${bad.name} has the image ${bad.image}, which a cluster's nodes cannot pull`, {
    hint:
      plain === undefined
        ? `Push it (skopeo copy ${bad.image} docker://REGISTRY/NAME:TAG), and write REGISTRY/NAME:TAG into the stack file of ${file}`
        : `Write ${plain} into the stack file of ${file}`,
  });
}

export interface RunScope extends Fitted {
  /** Absent: Hello, Retail! */
  readonly application?: UserApplication;
  /** What there is to measure, in the order of the figure. */
  readonly measured: readonly MeasuredFunction[];
}

/** For what measures, or serves, Hello, Retail! alone. */
export const appRefused = (app: string): KaliumError =>
  new KaliumError("E_CONFIG", `KALIUM_APP is ${app}, but this command is about Hello, Retail!`, {
    hint: `Unset KALIUM_APP, or measure your application: npm run bench -- --app ${app}`,
  });

/**
 * @throws {KaliumError} E_CONFIG for a file that is not an application, and for systems that cannot run it;
 * E_RUNTIME_UNAVAILABLE for systems that the platform cannot have
 */
export async function runScope(given: Config): Promise<RunScope> {
  const { config, leftOut } = fitPlatform(given);
  if (config.app === undefined) return { config, leftOut, measured: measuredFunctions };
  const application = await readApplication(config.app);
  if (config.platform === "kubernetes") refuseLocalImages(application);
  const fitted = fitConfig(config, application);
  return { ...fitted, leftOut: [...leftOut, ...fitted.leftOut], application, measured: application.measured };
}
