/** The controller's process: `startController`. */
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { KaliumError, messageOf } from "../../errors.ts";
import { runService } from "../../service.ts";
import { openControlDoor } from "../control-door.ts";
import { semanticsNames } from "../core/flow-graph.ts";
import { maxPolicyBytes } from "../core/policy-json.ts";
import { parsePolicy, type Policy } from "../core/policy.ts";
import { createAnswering } from "./answer.ts";
import type { ControllerInfo, ControllerStatus } from "./index.ts";
import { startControllerServer } from "./server.ts";

const key = z.string().length(40);

const optionsSchema = z.strictObject({
  host: z.ipv4().refine((host) => host !== "0.0.0.0", "name one address: loopback or the run's bridge"),
  port: z.int().min(0).max(65_535).default(0),
  policyPath: z.string().exactOptional(),
  semantics: z.enum(semanticsNames),
  security: z.discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("curve"),
      own: z.strictObject({ publicKey: key, secretKey: key }),
      guardPublicKey: key,
    }),
    z.strictObject({ kind: z.literal("none") }),
  ]),
});

const newPolicySchema = z.strictObject({ policy: z.string() });

await runService(async (given) => {
  const parsed = optionsSchema.safeParse(given);
  if (!parsed.success) {
    throw new KaliumError("E_CONFIG", `unusable options of the controller: ${z.prettifyError(parsed.error)}`);
  }
  const { policyPath, semantics, security } = parsed.data;
  const policy = policyPath === undefined ? undefined : await readPolicy(policyPath);
  const answering = createAnswering({ policy, semantics, givesReasons: security.kind === "curve" });
  const server = await startControllerServer(parsed.data, (bytes) => answering.answer(bytes, performance.now()));
  const control = await openControlDoor(
    (app) => {
      app.get("/status", (): ControllerStatus => ({
        counters: answering.counters,
        openSessions: answering.openSessions,
      }));
      app.post("/reset", () => {
        answering.reset();
        return {};
      });
      app.put("/policy", ({ body }) => {
        const next = parsePolicy(newPolicySchema.parse(body).policy, "the new policy");
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
    },
  };
});

async function readPolicy(path: string): Promise<Policy> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw new KaliumError("E_CONFIG", `cannot read the policy ${path}: ${messageOf(error)}`, { cause: error });
  });
  return parsePolicy(text, path);
}
