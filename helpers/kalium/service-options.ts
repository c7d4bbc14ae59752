/** What the options of controller and guard proxy have in common, checked where they arrive. */
import { z } from "zod";
import { KaliumError } from "../base/errors.ts";

/** Loopback, or where the bridges of runs are (`freeSubnet` of helpers/sandboxes/run-network.ts): nobody else's network. */
export const hostSchema = z
  .ipv4()
  .refine((host) => /^(127|10\.201)\./.test(host), "an address of loopback or of the run's bridge");

/** Z85. */
export const keySchema = z.string().length(40);
export const keyPairSchema = z.strictObject({ publicKey: keySchema, secretKey: keySchema });

export const logPathSchema = z.string().startsWith("/").exactOptional();

/** @throws {KaliumError} E_CONFIG; the message does not repeat values, which may be secrets */
export function checked<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new KaliumError("E_CONFIG", `unusable ${what}: ${z.prettifyError(parsed.error)}`);
}
