import { KaliumError } from "../base/errors.ts";
import { suggest } from "./suggest.ts";
import type { Variable } from "./variable.ts";
import { type Values, type VariableName, variables } from "./variables.ts";

const names = Object.keys(variables) as VariableName[];

/**
 * Checks every `KALIUM_*` variable by itself. Empty text counts as unset.
 * @throws {KaliumError} E_CONFIG that lists all that is wrong, not only the first
 */
export function readVariables(env: Readonly<Record<string, string | undefined>>): Values {
  const problems = Object.keys(env)
    .filter((name) => name.startsWith("KALIUM_") && !Object.hasOwn(variables, name))
    .map((name) => unknownName(name));
  const values: Record<string, unknown> = {};
  for (const name of names) {
    const { schema, preset, secret }: Variable = variables[name];
    const text = env[name]?.trim() || preset;
    if (text === undefined) continue;
    const { success, data, error } = schema.safeParse(text);
    if (success) values[name] = data;
    else
      problems.push(
        `${name} is ${secret ? hidePassword(text) : JSON.stringify(text)}, but must be ${messageOf(error)}`,
      );
  }
  if (problems.length > 0) throw unusable(problems);
  return values as Values; // each by its own schema above
}

export const correctSetting = "Correct or unset it; docs/settings.md lists all settings.";

/** @returns the error for one or more settings that cannot be used */
export const unusable = (problems: readonly string[], hint: string = correctSetting): KaliumError =>
  new KaliumError("E_CONFIG", problems.join("\n"), { hint });

function unknownName(name: string): string {
  const meant = suggest(name, names);
  return `${name} is not a setting${meant === undefined ? "" : `; did you mean ${meant}?`}`;
}

function hidePassword(text: string): string {
  if (!URL.canParse(text)) return "text that is not a URL (not shown, it may hold a password)";
  const url = new URL(text);
  return JSON.stringify(`${url.protocol}//***@${url.host}`);
}

const messageOf = (error: { readonly issues: readonly { readonly message: string }[] }): string =>
  error.issues[0]?.message ?? "something else";
