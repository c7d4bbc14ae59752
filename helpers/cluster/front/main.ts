/** The front's process: `startFront(options)`. */
import { z } from "zod";
import { KaliumError } from "../../base/errors.ts";
import { runService } from "../../base/child-service.ts";
import { frontOptionsSchema } from "./options.ts";
import { createClusterFront } from "./server.ts";

await runService(async (given) => {
  const parsed = frontOptionsSchema.safeParse(given);
  if (!parsed.success) {
    throw new KaliumError("E_CONFIG", `unusable options of the front: ${z.prettifyError(parsed.error)}`);
  }
  const front = await createClusterFront(parsed.data);
  return { info: { url: front.url }, stop: front.close };
});
