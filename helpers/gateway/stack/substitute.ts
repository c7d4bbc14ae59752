/**
 * `${...}` in the text of a stack file, in the forms of drone/envsubst, as faas-cli 0.18.12 replaces them: before it
 * reads the YAML, so in comments, too. One pass; what a default brings is not read again.
 */
import { KaliumError } from "../../base/errors.ts";
import { changeCase, removePrefix, removeSuffix, replace, substring } from "./string-operations.ts";

export type Variables = Readonly<Record<string, string | undefined>>;

export interface Surprise {
  /** What its author may not have meant. */
  readonly what: string;
  /** In the new text. */
  readonly offset: number;
}

export interface Substituted {
  readonly text: string;
  /** Variables without a value and without a default, and forms that a shell reads otherwise than faas-cli. */
  readonly surprises: readonly Surprise[];
}

const deepest = 200;
const name = /[\p{L}\p{Nd}_]+/uy;

/** @throws {KaliumError} E_CONFIG for what faas-cli refuses, with the line and the form */
export function substitute(text: string, variables: Variables): Substituted {
  const surprises: Surprise[] = [];
  let at = 0;
  let depth = 0;

  const fail = (start: number, why: string): KaliumError => {
    const line = text.slice(0, start).split("\n").length;
    const [form = ""] = text.slice(start, start + 60).split("\n");
    const hint = "Write a default as ${NAME:-value}, and $${ for the characters ${ themselves";
    return new KaliumError("E_CONFIG", `line ${line}: cannot replace ${JSON.stringify(form)}: ${why}`, { hint });
  };
  const skip = (wanted: string): boolean => {
    if (!text.startsWith(wanted, at)) return false;
    at += wanted.length;
    return true;
  };
  const lookUp = (variable: string): string | undefined =>
    Object.hasOwn(variables, variable) ? variables[variable] : undefined;
  const valueOf = (variable: string, offset: number): string => {
    const value = lookUp(variable);
    if (value === undefined) surprises.push({ what: `the variable ${variable} is not set, so it is empty`, offset });
    return value ?? "";
  };

  /** From `${` to its `}`. `offset`: where its value will stand. */
  const expand = (offset: number): string => {
    const start = at;
    at += 2;
    if (++depth > deepest) throw fail(start, `it is nested more than ${deepest} deep`);
    const countsBytes = skip("#");
    name.lastIndex = at;
    const [variable] = name.exec(text) ?? [];
    if (variable === undefined) throw fail(start, "expected the name of a variable");
    at += variable.length;
    const value = countsBytes ? String(Buffer.byteLength(valueOf(variable, offset))) : operate(start, variable, offset);
    if (!skip("}")) throw fail(start, "expected } after it");
    depth--;
    return value;
  };

  const operate = (start: number, variable: string, offset: number): string => {
    const [operator] = /^(?::[-=?+]|##?|%%?|\/[/#%]?|[,^]{1,2}|[:=}])?/.exec(text.slice(at, at + 2)) ?? [""];
    if (operator === "}") return valueOf(variable, offset);
    at += operator.length;
    const argument = (ends: string, escapes = false): string => readArgument(start, ends, escapes, offset);
    switch (operator) {
      case ":?":
      case ":+":
        surprises.push({ what: `\${${variable}${operator}...} is what \${${variable}:-...} is`, offset });
        return valueOrDefault(start, variable, offset);
      case ":-":
      case ":=":
      case "=":
        return valueOrDefault(start, variable, offset);
      case "#":
      case "##":
        return removePrefix(valueOf(variable, offset), argument("}"), operator === "##");
      case "%":
      case "%%":
        return removeSuffix(valueOf(variable, offset), argument("}"), operator === "%%");
      case "/":
      case "//":
      case "/#":
      case "/%": {
        const [value, pattern] = [valueOf(variable, offset), argument("/", true)];
        at++;
        return replace(operator, value, pattern, text[at] === "}" ? undefined : argument("}", true));
      }
      case ":": {
        const numbers = [argument(":}")];
        while (skip(":")) numbers.push(argument(":}"));
        const part = substring(valueOf(variable, offset), numbers);
        if ("wrong" in part) throw fail(start, part.wrong);
        if (part.whole) surprises.push({ what: `${text.slice(start, at + 1)} is the whole value`, offset });
        return part.value;
      }
      case "":
        throw fail(start, `expected } or an operator after ${variable}`);
      default:
        return changeCase(operator, valueOf(variable, offset));
    }
  };

  const valueOrDefault = (start: number, variable: string, offset: number): string => {
    const parts: string[] = [];
    const others = surprises.length;
    while (at < text.length && text[at] !== "}") {
      if (text.startsWith("${", at)) parts.push(expand(offset));
      else parts.push(readUntil(/[$}]/g));
    }
    if (at >= text.length) throw fail(start, "expected } after its default");
    const value = lookUp(variable);
    if (value === undefined || value === "") return parts.join("");
    surprises.length = others; // the default is not used
    return value;
  };

  /** At least one character, and up to what ends it. */
  const readUntil = (end: RegExp): string => {
    end.lastIndex = at + 1;
    const start = at;
    at = end.exec(text)?.index ?? text.length;
    return text.slice(start, at);
  };

  /** One `${...}`, or text without any, up to one of `ends`. */
  const readArgument = (start: number, ends: string, escapes: boolean, offset: number): string => {
    const ended = (): boolean => at >= text.length || ends.includes(text[at] ?? "");
    const parts: string[] = [];
    if (text.startsWith("${", at)) parts.push(expand(offset));
    else {
      while (!ended() && !text.startsWith("${", at)) {
        parts.push((escapes ? readEscape() : undefined) ?? readUntil(/[$\\/:}]/g));
      }
    }
    if (!ended()) throw fail(start, "an argument is either one ${...} or text without any");
    if (at >= text.length) throw fail(start, `expected ${ends.at(-1)} after it`);
    if (parts.length === 0) throw fail(start, "an argument is empty");
    return parts.join("");
  };

  const readEscape = (): string | undefined => (skip("$$") ? "$" : skip("\\/") ? "/" : skip("\\\\") ? "\\" : undefined);

  const done: string[] = [];
  let length = 0;
  const add = (part: string): void => {
    done.push(part);
    length += part.length;
  };
  while (at < text.length) {
    const escaped = text[at] === "\\" ? text.slice(at, at + 2) : "";
    const escape = readEscape();
    if (escape !== undefined) {
      if (escaped !== "")
        surprises.push({ what: `${escaped} is ${escape} already before the YAML is read`, offset: length });
      add(escape);
    } else if (text.startsWith("${", at)) add(expand(length));
    else add(readUntil(/[$\\]/g));
  }
  return { text: done.join(""), surprises };
}
