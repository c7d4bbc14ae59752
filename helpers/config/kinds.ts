import { accessSync, constants, existsSync, mkdtempSync, readdirSync, rmdirSync, statSync } from "node:fs";
import { isIPv4 } from "node:net";
import { dirname, join, resolve } from "node:path";
import { z } from "zod";
import { suggest } from "./suggest.ts";

/*
 * The kinds of values that settings have: from the text of an environment variable to a checked value. The message of
 * a failed check completes the sentence "KALIUM_X is ..., but must be".
 */

/** One of the names that are known when the text is read. */
export const nameIn = (names: () => readonly string[]): z.ZodType<string, string> =>
  z.string().refine((name) => names().includes(name), {
    error: ({ input }) => `${alternatives(withoutTwins(names()))}${didYouMean([String(input)], names())}`,
  });

export const oneOf = <const Value extends string>(...values: readonly Value[]): z.ZodType<Value, string> =>
  z.enum(values, { error: alternatives(values) });

/** All of a type's values: one that is missing does not compile. */
export const eachOf = <Value extends string>(values: Readonly<Record<Value, true>>): z.ZodType<Value, string> =>
  oneOf(...(Object.keys(values) as Value[]));

/** Names separated by commas, in the order given; spaces around them do not count. */
export const listOf = (names: readonly string[]): z.ZodType<readonly string[], string> => listIn(() => names);

/** The same of names that are known when the text is read. */
export const listIn = (names: () => readonly string[]): z.ZodType<readonly string[], string> =>
  z
    .string()
    .transform((text) => text.split(",").map((name) => name.trim()))
    .refine((list) => list.every((name) => names().includes(name)), {
      error: ({ input }) =>
        `a comma list of ${alternatives(withoutTwins(names()))}${unknownIn(input as readonly string[], names())}`,
    })
    .refine(
      (list) => new Set(list).size === list.length,
      "a comma list without repetitions (NAME-aa measures NAME a second time)",
    );

/** Which of a list are meant, and what may have been. */
function unknownIn(list: readonly string[], names: readonly string[]): string {
  const unknown = list.filter((name) => !names.includes(name));
  return `; unknown: ${unknown.map((name) => name || '""').join(", ")}${didYouMean(list, names)}`;
}

function didYouMean(list: readonly string[], names: readonly string[]): string {
  const meant = list.flatMap((name) => (names.includes(name) ? [] : [suggest(name, names)])).find((name) => name);
  return meant === undefined ? "" : `; did you mean ${meant}?`;
}

/** `host` or `host:port`, separated by commas. */
export const hosts: z.ZodType<readonly string[], string> = z
  .string()
  .transform((text) => text.split(",").map((host) => host.trim().toLowerCase()))
  .refine(
    (list) => list.every((host) => /^(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/.test(host)),
    "a comma list of HOST or HOST:PORT",
  );

export const wholeNumber = (min: number, max: number): z.ZodType<number, string> =>
  z
    .string()
    .transform((text) => (/^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN))
    .refine((value) => value >= min && value <= max, `a whole number from ${min} to ${max}`);

/** Ascending numbers separated by commas. */
export const numbers = (min: number, max: number): z.ZodType<readonly number[], string> =>
  z
    .string()
    .transform((text) => text.split(",").map((part) => (/^ *\d+(\.\d+)? *$/.test(part) ? Number(part) : Number.NaN)))
    .refine((list) => list.every((value, at) => value >= min && value <= max && value > (list[at - 1] ?? -Infinity)), {
      error: ({ input }) =>
        `a comma list of ascending numbers from ${min} to ${max}${inOrder(input as readonly number[], min, max)}`,
    });

/** What was meant where the numbers are right and only their order is not. */
function inOrder(list: readonly number[], min: number, max: number): string {
  const right = list.every((value) => value >= min && value <= max);
  return right ? `; did you mean ${[...new Set(list)].sort((a, b) => a - b).join(",")}?` : "";
}

export const percent: z.ZodType<number, string> = z
  .string()
  .transform((text) => (/^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN))
  .refine((value) => value >= 0 && value <= 100, "a number from 0 to 100");

/** `auto`, or a value of the other kind. */
export const autoOr = <Value>(kind: z.ZodType<Value, string>): z.ZodType<Value | "auto", string> =>
  wordOr(["auto"], kind);

/** One of the words, or a value of the other kind. */
export const wordOr = <const Word extends string, Value>(
  words: readonly Word[],
  kind: z.ZodType<Value, string>,
): z.ZodType<Word | Value, string> =>
  z.string().transform((text, context): Word | Value => {
    const word = words.find((candidate) => candidate === text);
    if (word !== undefined) return word;
    const parsed = kind.safeParse(text);
    if (parsed.success) return parsed.data;
    const other = parsed.error.issues[0]?.message ?? "another value";
    context.addIssue({ code: "custom", message: `${words.join(", ")} or ${other}` });
    return z.NEVER;
  });

/** `1` switches on, `0` off. */
export const flag: z.ZodType<boolean, string> = oneOf("0", "1").transform((text) => text === "1");

export const nonBlank = (what: string): z.ZodType<string, string> =>
  z.string().regex(/^\S+$/, `${what} without spaces`);

export const readableFile: z.ZodType<string, string> = file(constants.R_OK, "a file that can be read");

/** The loader says what else it needs to be. */
export const readableDump: z.ZodType<string, string> = z
  .string()
  .transform((path) => resolve(path))
  .refine(
    (path) => readableFile.safeParse(path).success || holdsDump(path),
    "a file that can be read, or a folder that mydumper wrote",
  );

export const executableFile: z.ZodType<string, string> = file(constants.X_OK, "an existing executable file");

/** Flags of runsc that the harness sets itself; with what to do instead. */
const reservedRunscFlags: Readonly<Record<string, string>> = {
  platform: "use KALIUM_GVISOR_PLATFORM",
  network: "use KALIUM_GVISOR_NETWORK",
  ...Object.fromEntries(
    ["root", "debug-log", "log", "ignore-cgroups", "rootless"].map((name) => [name, "kalium-bench sets it itself"]),
  ),
};

/** Flags of runsc, separated by blanks, each as `--name=value` or `--name`. */
export const runscFlags: z.ZodType<readonly string[], string> = z.string().transform((value, context) => {
  const flags = value.trim().split(/\s+/);
  for (const flag of flags) {
    const name = /^--?([a-z0-9-]+)(=.*)?$/i.exec(flag)?.[1];
    const reserved = name === undefined ? undefined : reservedRunscFlags[name];
    if (name === undefined) context.addIssue(`flags like --directfs=false, and "${flag}" is not one`);
    else if (reserved !== undefined) context.addIssue(`flags other than --${name}: ${reserved}`);
  }
  return flags.map((flag) => flag.replace(/^--?/, "--"));
});

export const readableFolder: z.ZodType<string, string> = z
  .string()
  .transform((path) => resolve(path))
  .refine((path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true, "an existing folder");

/** A folder that exists or can be made, and in which a file can be made: tried, since root's permissions say nothing. */
export const writableFolder: z.ZodType<string, string> = z
  .string()
  .transform((path) => resolve(path))
  .refine(canWriteBelow, "a folder that exists or can be made, and can be written to");

/** Root of a gateway, without a password: those come from the cluster's Secret. */
export const httpUrl: z.ZodType<string, string> = z.string().refine((text) => {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.username === "" && url.password === "";
}, "a URL like http://10.0.0.1:8080");

export const ipv4Address: z.ZodType<string, string> = z.string().refine(isIPv4, "an IPv4 address");

/** IPv4 addresses in CIDR notation, of 256 at least; those of loopback and multicast cannot be a bridge's. */
export const networkRange: z.ZodType<string, string> = z.string().refine((text) => {
  const [address = "", prefix = "", ...more] = text.split("/");
  if (!isIPv4(address) || !/^\d+$/.test(prefix) || more.length > 0 || Number(prefix) < 8 || Number(prefix) > 24) {
    return false;
  }
  const [first = 0, ...rest] = address.split(".").map(Number);
  const number = [first, ...rest].reduce((sum, part) => sum * 256 + part, 0);
  return number % 2 ** (32 - Number(prefix)) === 0 && first > 0 && first !== 127 && first < 224;
}, "an IPv4 range from /8 to /24 that begins at its first address, like 192.168.64.0/18");

/** `mysql://user:password@host:port` or with one database name behind it. */
export const mysqlUrl: z.ZodType<URL, string> = z
  .string()
  .transform((text) => (URL.canParse(text) ? new URL(text) : undefined))
  .pipe(
    z.custom<URL>(
      (url) => url instanceof URL && url.protocol === "mysql:" && url.hostname !== "" && url.username !== "",
      "a URL like mysql://user:password@127.0.0.1:3306",
    ),
  );

function file(mode: number, message: string): z.ZodType<string, string> {
  return z
    .string()
    .transform((path) => resolve(path))
    .refine((path) => {
      try {
        accessSync(path, mode);
        return statSync(path).isFile();
      } catch {
        return false;
      }
    }, message);
}

function holdsDump(folder: string): boolean {
  try {
    return readdirSync(folder).some((name) => /^metadata|\.sql(\.\w+)?$|^@\.json$/.test(name));
  } catch {
    return false;
  }
}

function canWriteBelow(path: string): boolean {
  let folder = path;
  while (!existsSync(folder)) folder = dirname(folder);
  try {
    rmdirSync(mkdtempSync(join(folder, ".kalium-")));
    return true;
  } catch {
    return false;
  }
}

/** `X-aa` exists for every X: one line says so. */
function withoutTwins(names: readonly string[]): readonly string[] {
  const plain = names.filter((name) => !(name.endsWith("-aa") && names.includes(name.slice(0, -3))));
  return plain.length === names.length ? names : [...plain, "NAME-aa"];
}

function alternatives(values: readonly string[]): string {
  return values.length === 1 ? String(values[0]) : `${values.slice(0, -1).join(", ")} or ${String(values.at(-1))}`;
}
