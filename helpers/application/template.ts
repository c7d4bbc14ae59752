/** Bodies that differ from call to call: `{{...}}` in a text. The same call of every system gets the same bytes. */
import { createHash } from "node:crypto";
import type { CallPlace } from "../contracts/application.ts";

export interface Around extends CallPlace {
  readonly label: string;
  readonly imageUrl: string;
}

/** Numbers of 0 up to 2^32, in a series of their own for each call. */
type Draw = () => number;

interface Form {
  readonly arguments: RegExp;
  readonly example: string;
  readonly value: (words: readonly string[], around: Around, draw: Draw) => string;
}

const noWords = /^$/;

const forms: Readonly<Record<string, Form>> = {
  iteration: { arguments: noWords, example: "{{iteration}}", value: (_, { iteration }) => String(iteration) },
  block: { arguments: noWords, example: "{{block}}", value: (_, { block }) => String(block) },
  random: {
    arguments: /^-?\d{1,9} -?\d{1,9}$/,
    example: "{{random 1 100}}",
    value: ([low = "0", high = "0"], _, draw) => {
      const [from, to] = [Number(low), Number(high)].sort((a, b) => a - b) as [number, number];
      return String(from + Math.floor((draw() / 2 ** 32) * (to - from + 1)));
    },
  },
  hex: {
    arguments: /^[1-9]\d{0,3}$/,
    example: "{{hex 16}}",
    value: ([digits = "0"], _, draw) => {
      let text = "";
      while (text.length < Number(digits)) text += draw().toString(16).padStart(8, "0");
      return text.slice(0, Number(digits));
    },
  },
  pick: {
    arguments: /^\S+( \S+)*$/,
    example: "{{pick red green blue}}",
    value: (words, _, draw) => words[Math.floor((draw() / 2 ** 32) * words.length)] ?? "",
  },
  "image-url": { arguments: noWords, example: "{{image-url}}", value: (_, { imageUrl }) => imageUrl },
};

const place = /\{\{\s*([^{}]*?)\s*\}\}/g;

/** Why a text is not a template; `undefined` when it is one. */
export function templateProblem(text: string): string | undefined {
  for (const [whole, inner = ""] of text.matchAll(place)) {
    const [name = "", ...words] = inner.split(/\s+/);
    const form = Object.hasOwn(forms, name) ? forms[name] : undefined;
    const known = Object.values(forms).map(({ example }) => example);
    if (form === undefined) return `${whole} is not known; there are ${known.join(", ")}`;
    if (!form.arguments.test(words.join(" "))) return `${whole} should look like ${form.example}`;
  }
  const [open] = /\{\{.{0,20}/.exec(text.replaceAll(place, "\n")) ?? [];
  return open === undefined ? undefined : `${open} has no }} behind it`;
}

/** Does the text ask for the picture's address? */
export const namesImage = (text: string): boolean =>
  [...text.matchAll(place)].some(([, inner]) => inner === "image-url");

/** @param text of which `templateProblem` knows nothing bad */
export function fillTemplate(text: string, around: Around): string {
  const draw = drawsOf(around);
  return text.replace(place, (whole, inner: string) => {
    const [name = "", ...words] = inner.split(/\s+/);
    return forms[name]?.value(words, around, draw) ?? whole;
  });
}

/** Counts under a hash: no state outlives the call. */
function drawsOf({ seed, label, block, iteration }: Around): Draw {
  let count = 0;
  return () => createHash("sha256").update(`${seed}/${label}/${block}/${iteration}/${count++}`).digest().readUInt32BE();
}
