import { KaliumError } from "../base/errors.ts";
import type { Config } from "./config.ts";
import { writableFolder } from "./kinds.ts";

type Folders = Pick<Config, "resultsDirectory" | "outDirectory">;

/**
 * To be asked before anything is installed or started: the default folders are in the checkout, which may belong to
 * another user. (`loadConfig` has tried those that a setting names.)
 * @throws {KaliumError} E_CONFIG with the folder and the setting that names another one
 */
export function refuseUnwritable({ resultsDirectory, outDirectory }: Folders): void {
  const folders = { KALIUM_RESULTS: resultsDirectory, KALIUM_OUT: outDirectory };
  const closed = Object.entries(folders).filter(([, folder]) => !writableFolder.safeParse(folder).success);
  if (closed.length === 0) return;
  const settings = closed.map(([setting, folder]) => `${setting}=~/kalium-bench/${folder.split("/").at(-1) ?? ""}`);
  throw new KaliumError("E_CONFIG", closed.map(([, folder]) => `cannot write to ${folder}`).join("\n"), {
    hint: `Use a checkout of your own, or name other folders: ${settings.join(" ")}`,
  });
}
