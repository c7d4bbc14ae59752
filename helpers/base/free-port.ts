import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";
import { KaliumError } from "./errors.ts";

/**
 * Below the ports that systems give to connections and to servers that ask for any (Linux: 32768 to 60999): such a one could be
 * somebody else's before the program that it is meant for has it.
 */
const [lowest, highest] = [10_000, 32_767] as const;
const attempts = 100;

/** A port of loopback that nobody listens on, for a program that takes its port as a setting. @throws {KaliumError} E_NETWORK where there is none */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const port = randomInt(lowest, highest + 1);
    const probe = createServer();
    try {
      await once(probe.listen(port, "127.0.0.1"), "listening");
    } catch {
      continue; // taken
    }
    probe.close();
    await once(probe, "close");
    return port;
  }
  throw new KaliumError(
    "E_NETWORK",
    `none of ${attempts} ports of 127.0.0.1 between ${lowest} and ${highest} is free`,
    {
      hint: "End programs that listen on 127.0.0.1: `ss -ltn` lists them.",
    },
  );
}
