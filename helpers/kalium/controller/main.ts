/** The controller's process: `startController`. */
import { z } from "zod";
import { runService } from "../../base/child-service.ts";
import { openControlDoor } from "../../base/control-door.ts";
import { semanticsNames } from "../core/flow-graph.ts";
import { maxPolicyBytes } from "../core/policy-json.ts";
import { parsePolicy } from "../core/policy.ts";
import { openJsonLines } from "../json-lines.ts";
import { checked, hostSchema, keyPairSchema, keySchema, logPathSchema, policyFileSchema } from "../service-options.ts";
import { createAnswering } from "./answer.ts";
import { globalLogLine, type GlobalLogLine } from "./global-log.ts";
import type { ControllerInfo, ControllerStatus } from "./index.ts";
import { startControllerServer } from "./server.ts";

const optionsSchema = z.strictObject({
  host: hostSchema,
  port: z.int().min(0).max(65_535).default(0),
  policy: policyFileSchema.exactOptional(),
  semantics: z.enum(semanticsNames),
  security: z.discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("curve"),
      own: keyPairSchema,
      guardPublicKey: keySchema,
    }),
    z.strictObject({ kind: z.literal("none") }),
  ]),
  logPath: logPathSchema,
});

const newPolicySchema = z.strictObject({ policy: z.string() });

await runService(async (given) => {
  const options = checked(optionsSchema, given, "options of the controller");
  const { semantics, security, logPath } = options;
  const policy = options.policy && parsePolicy(options.policy.text, options.policy.path);
  const log = await openJsonLines<GlobalLogLine>(logPath);
  const answering = createAnswering({
    policy,
    semantics,
    givesReasons: security.kind === "curve",
    ...(logPath !== undefined && {
      onChecked: (event, check, asked) => log.write(globalLogLine(event, check, asked)),
    }),
  });
  const server = await startControllerServer(options, (bytes) => answering.answer(bytes, performance.now()));
  const control = await openControlDoor(
    (app) => {
      app.get("/status", async (): Promise<ControllerStatus> => {
        await log.flush();
        return { counters: answering.counters, openSessions: answering.openSessions };
      });
      app.post("/reset", () => {
        answering.reset();
        return {};
      });
      app.put("/policy", ({ body }) => {
        const next = parsePolicy(checked(newPolicySchema, body, "new policy").policy, "the new policy");
        answering.reset(next);
        return next.warnings;
      });
    },
    { maxBodyBytes: 2 * maxPolicyBytes }, // JSON within JSON
  );
  const info: ControllerInfo = {
    address: server.address,
    policyWarnings: policy?.warnings ?? [],
    control: control.door,
  };
  return {
    info,
    stop: async () => {
      await control.close();
      await server.close();
      await log.close();
    },
  };
});
