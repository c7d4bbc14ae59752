import { z } from "zod";
import { defaultNamespace } from "./deployment.ts";
import { refusal } from "./refusal.ts";

/** Names come out, values never. Everything is awaited. `create` refuses with 409, the others with 404. */
export interface Secrets {
  readonly names: () => readonly string[] | Promise<readonly string[]>;
  readonly create: (body: SecretBody) => unknown;
  readonly replace: (body: SecretBody) => unknown;
  readonly remove: (body: SecretBody) => unknown;
}

/** Secrets of the run. They live in this process's memory only; running instances keep what they were given. */
export interface SecretStore extends Secrets {
  /** @throws {KaliumError} 400 that names the unknown secret */
  read(names: readonly string[]): Readonly<Record<string, string | Uint8Array>>;
}

/** The name becomes a file name inside the sandbox. */
export const secretSchema = z.object({
  name: z
    .string()
    .max(253)
    .regex(/^[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?$/, "a secret's name consists of a-z, 0-9, inner dots and hyphens"),
  namespace: z.literal([defaultNamespace, ""]).nullish(),
  value: z.string().nullish(),
  rawValue: z.base64().nullish(),
});

export type SecretBody = z.infer<typeof secretSchema>;

export function createSecretStore(): SecretStore {
  const values = new Map<string, string | Uint8Array>();
  const mustExist = (name: string): void => {
    if (!values.has(name)) throw refusal(404, `secret ${name} does not exist`);
  };
  return {
    names: () => [...values.keys()].sort(),
    create(body) {
      if (values.has(body.name)) throw refusal(409, `secret ${body.name} already exists`);
      values.set(body.name, contentOf(body));
    },
    replace(body) {
      mustExist(body.name);
      values.set(body.name, contentOf(body));
    },
    remove({ name }) {
      mustExist(name);
      values.delete(name);
    },
    read: (names) =>
      Object.fromEntries(
        names.map((name) => {
          const value = values.get(name);
          if (value === undefined) throw refusal(400, `unable to fetch secrets: secret ${name} does not exist`);
          return [name, value];
        }),
      ),
  };
}

/** `rawValue` may be any bytes: keys and certificates are, too. */
export function contentOf({ value, rawValue }: SecretBody): string | Uint8Array {
  return rawValue === undefined || rawValue === null || rawValue === ""
    ? (value ?? "")
    : Buffer.from(rawValue, "base64");
}
