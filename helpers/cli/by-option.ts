import { KaliumError, messageOf } from "../base/errors.ts";
import { correctSetting } from "../config/read-variables.ts";

/**
 * What `read` returns. Its errors about settings name them as the user did, by options of the command line.
 * @param options their variables by option, without dashes
 * @param hintOf what to do about an option
 * @throws what `read` throws
 */
export function namedByOption<T>(
  options: Readonly<Record<string, string>>,
  read: () => T,
  hintOf: (option: string) => string = () => "Correct the option; --help shows its form.",
): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof KaliumError) || error.code !== "E_CONFIG") throw error;
    let text = messageOf(error);
    const [typed] = Object.entries(options).find(([, variable]) => new RegExp(`\\b${variable}\\b`).test(text)) ?? [];
    if (typed === undefined) throw error;
    for (const [option, variable] of Object.entries(options)) {
      text = text.replaceAll(new RegExp(`\\b${variable}\\b`, "g"), `--${option}`);
    }
    const [message = "", given] = text.split("\n  -> ", 2);
    const hint = given?.replace(correctSetting, () => hintOf(typed));
    throw new KaliumError("E_CONFIG", message, { cause: error, ...(hint !== undefined && { hint }) });
  }
}

/** Options of a command that are settings under another name, as the user gave them. */
export interface GivenSettings {
  /** Their values by variable. */
  readonly variables: Readonly<Record<string, string>>;
  /** Their variables by option, as `namedByOption` takes them. */
  readonly options: Readonly<Record<string, string>>;
}

/** @param settings the variable of each option */
export function givenSettings<Option extends string>(
  settings: Readonly<Record<Option, string>>,
  values: Readonly<Partial<Record<Option, string>>>,
): GivenSettings {
  const given = Object.entries<string>(settings).flatMap(([option, variable]) => {
    const value = values[option as Option];
    return value === undefined ? [] : [{ option, variable, value }];
  });
  return {
    variables: Object.fromEntries(given.map(({ variable, value }) => [variable, value])),
    options: Object.fromEntries(given.map(({ option, variable }) => [option, variable])),
  };
}
