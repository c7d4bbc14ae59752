/** What the options of controller and guard proxy have in common, checked where they arrive. */
import { BlockList } from "node:net";
import { z } from "zod";
import { KaliumError } from "../base/errors.ts";

/** Loopback, and the ranges in which a run's bridge may be, as the user chooses: no address that others can reach. */
const ownAddresses = new BlockList();
for (const [network, prefix] of [
  ["127.0.0.0", 8],
  ["10.0.0.0", 8],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
  ["100.64.0.0", 10],
  ["198.18.0.0", 15],
] as const) {
  ownAddresses.addSubnet(network, prefix);
}
export const hostSchema = z
  .ipv4()
  .refine((host) => ownAddresses.check(host), "an address of loopback or of the run's bridge");

/** As text: the process may run where the file is not. `path` is for messages. */
export const policyFileSchema = z.strictObject({ path: z.string(), text: z.string() });

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
