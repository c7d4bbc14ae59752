import { refusal } from "./refusal.ts";

/**
 * What no environment can hold: it is a list of `NAME=value` that end with NUL. Kubernetes refuses these names, too.
 * @throws {KaliumError} a 400 that names the variable, never its value
 */
export function checkVariables(env: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(env)) {
    if (name === "" || /[=\0]/.test(name))
      throw refusal(400, `envVars: a variable cannot be called ${JSON.stringify(name)}`);
    if (value.includes("\0")) throw refusal(400, `envVars.${name}: a value cannot contain NUL`);
  }
}
