import { z } from "zod";

/**
 * An object with names that strangers choose. Unlike `z.record`, which drops it silently, it keeps a name `__proto__`
 * as a name like others.
 */
export const recordOf = <T>(value: z.ZodType<T>) =>
  z
    .custom<Readonly<Record<string, T>>>(isObject, "expected an object")
    .transform((given) => new Map<string, unknown>(Object.entries(given)))
    .pipe(z.map(z.string(), value))
    .transform((entries): Record<string, T> => Object.fromEntries(entries));

const isObject = (given: unknown): boolean => typeof given === "object" && given !== null && !Array.isArray(given);
