/** Our gateway as a pod: options are JSON in the environment (`own-gateway.ts`), lines go to standard output. */
import { messageOf } from "../../base/errors.ts";
import { startClusterGateway } from "./cluster-gateway.ts";

const say = (line: string): void => void process.stdout.write(`${new Date().toISOString()} ${line}\n`);

try {
  const gateway = await startClusterGateway(JSON.parse(process.env["KALIUM_GATEWAY_OPTIONS"] ?? "{}"));
  say(`listening on ${gateway.url}, metrics on ${gateway.metricsUrl}`);
  process.once("SIGTERM", () => {
    gateway.close().then(
      () => process.exit(0),
      (error: unknown) => {
        say(messageOf(error));
        process.exit(1);
      },
    );
  });
} catch (error) {
  say(messageOf(error));
  process.exitCode = 1;
}
