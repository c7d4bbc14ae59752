/** What suites of an application of the user's create besides `hooks.ts`. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { UserApplication } from "../../application/read-application.ts";
import { KaliumError } from "../../base/errors.ts";
import { type HttpStubsInfo, startHttpStubs } from "../../services/http-stub/index.ts";
import { serviceStarter } from "../run/service-starter.ts";
import type { Hook } from "./hook.ts";
import { putUp } from "./hooks.ts";

/** HTTP servers that give the answers of the file. @throws {KaliumError} E_SERVICE */
export const startStubs =
  ({ services: { http = {} } }: UserApplication): Hook<HttpStubsInfo> =>
  async ({ lab, say }) => {
    await using stack = new AsyncDisposableStack();
    say("starting the HTTP stubs");
    const stubs = Object.fromEntries(
      Object.entries(http).map(([name, answers]) => [
        name,
        answers.map(({ method, path, status, headers, body, json }) => ({
          ...{ method, path, status },
          headers: { ...(json !== undefined && { "content-type": "application/json" }), ...headers },
          body: json === undefined ? (body ?? "") : JSON.stringify(json),
        })),
      ]),
    );
    const { info } = stack.use(await startHttpStubs({ host: lab.network.hostAddress, stubs }, serviceStarter(lab)));
    return putUp(info, stack);
  };

/** Hands the secrets that functions name to the gateway. @throws {KaliumError} E_CONFIG for one without a file */
export const installSecrets =
  ({ stackFolder, secrets }: UserApplication): Hook<readonly string[]> =>
  async ({ client }) => {
    await using stack = new AsyncDisposableStack();
    for (const name of secrets) {
      const file = join(stackFolder, ".secrets", name);
      const value = await readFile(file, "utf8").catch((cause: unknown) => {
        throw new KaliumError("E_CONFIG", `the secret ${name} has no file: ${file} cannot be read`, {
          hint: `Put its value there, as for faas-cli local-run: mkdir -p .secrets && printf %s VALUE > ${file}`,
          cause,
        });
      });
      await client.putSecret(name, value);
      stack.defer(() => client.removeSecret(name));
    }
    return putUp(secrets, stack);
  };
