/** Declarations as they cross to another process. The file of the user's is checked by its reader in helpers/config. */
import { z } from "zod";
import type { Declarations } from "../contracts/declarations.ts";
import type { DeclaredRuntimeName, System } from "../contracts/system.ts";

const name = z.custom<DeclaredRuntimeName>((value) => typeof value === "string" && value !== "", "a runtime's name");
const flags = z.array(z.string().startsWith("--")).readonly();

export const declarationsSchema = z.strictObject({
  file: z.string().startsWith("/"),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  runtimes: z
    .array(
      z.discriminatedUnion("kind", [
        z.strictObject({
          kind: z.literal("runsc"),
          name,
          binary: z.string().optional(),
          flags,
          platform: z.enum(["systrap", "ptrace", "kvm"]).optional(),
          network: z.enum(["sandbox", "host"]).optional(),
        }),
        z.strictObject({ kind: z.literal("oci"), name, binary: z.string(), flags }),
        z.strictObject({
          kind: z.literal("class"),
          name,
          class: z.string(),
          kernel: z.enum(["gvisor", "own", "node"]).optional(),
        }),
      ]),
    )
    .readonly(),
  systems: z.array(z.custom<System>((value) => typeof value === "object" && value !== null)).readonly(),
}) satisfies z.ZodType<Declarations>;
