import { type UserApplication, readApplication } from "../../application/read-application.ts";
import { KaliumError } from "../../base/errors.ts";
import { providedLab } from "../../testbed/run/provided-lab.ts";

/**
 * The application of the run, in the measuring worker.
 * @throws {KaliumError} why there is no run; E_CONFIG when its file has changed since the run began
 */
export async function applicationOfRun(): Promise<UserApplication> {
  const { app = "", application: begun } = providedLab().config;
  const application = await readApplication(app);
  if (application.record.sha256 !== begun?.sha256) {
    throw new KaliumError("E_CONFIG", `${app}, or a file that it names, has changed since the run began`, {
      hint: "Start the run again.",
    });
  }
  return application;
}
