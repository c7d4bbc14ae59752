/** A YAML file as faas-cli 0.18.12 reads it: in UTF-8, every scalar as it is written, the first document alone. */
import { readFile } from "node:fs/promises";
import { Composer, LineCounter, Parser, type CST, type Document } from "yaml";
import { fileReasonOf, KaliumError, messageOf } from "../../base/errors.ts";
import type { Decoder, Decoding, StackFinding } from "./decode.ts";
import { substitute, type Surprise, type Variables } from "./substitute.ts";
import { createNodes } from "./yaml-nodes.ts";

export const stackFileHint = "Correct the file; docs/stack-files.md says what is read.";

export interface YamlFile<T> {
  /** `undefined`: an empty file. */
  readonly value: T | undefined;
  /** Keys without a meaning. */
  readonly unknown: readonly StackFinding[];
  /** What is valid and may not be meant, outside of comments. */
  readonly surprises: readonly Surprise[];
  readonly lineOf: (offset: number) => number;
}

/**
 * @param variables for `${...}`; absent: such text stays
 * @throws {KaliumError} E_CONFIG with the file, the lines and all that is wrong
 */
export async function readYaml<T>(file: string, decode: Decoder<T>, variables?: Variables): Promise<YamlFile<T>> {
  const written = await readYamlText(file);
  try {
    const replaced = variables === undefined ? undefined : substitute(written, variables);
    const text = replaced?.text ?? written;
    checkCharacters(text);
    const { document, lineOf, surprises } = parse(text, replaced?.surprises ?? []);
    const nodes = createNodes(document);
    const wrong: StackFinding[] = nodes.unresolved.map(({ source, range }) => {
      return { path: [], offset: range?.[0], why: `the alias *${source} has no anchor before it` };
    });
    const decoding: Decoding = { nodes, wrong, unknown: [] };
    const value = decode(document.contents, [], decoding);
    if (wrong.length > 0) {
      throw new Error(wrong.map((finding) => describeWrong(finding, lineOf)).join("; "));
    }
    return { value, unknown: decoding.unknown, surprises, lineOf };
  } catch (error) {
    // The parser and the decoders recurse; what exhausts the stack is not a stack file.
    const why = error instanceof RangeError ? "it is nested too deep" : messageOf(error).split("\n  -> ")[0];
    const hint = (error instanceof KaliumError ? error.hint : undefined) ?? stackFileHint;
    throw new KaliumError("E_CONFIG", `${file}: ${why}`, { cause: error, hint });
  }
}

/** @throws {KaliumError} E_CONFIG for a file that is absent or not UTF-8 */
export async function readYamlText(file: string): Promise<string> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    throw new KaliumError("E_CONFIG", `cannot read ${file}: ${fileReasonOf(error)}`, {
      hint: "Name an existing stack file of OpenFaaS.",
      cause: error,
    });
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    const hint = `Convert it, for example: iconv -f UTF-16 -t UTF-8 ${file}`;
    throw new KaliumError("E_CONFIG", `${file}: it is not UTF-8`, { cause: error, hint });
  }
}

/** Control characters, which YAML forbids, and those which end a line in YAML 1.1 alone. */
function checkCharacters(text: string): void {
  const found = /\r(?!\n)|[\0-\x08\v\f\x0e-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]/.exec(text);
  if (found === null) return;
  const code = (found[0].codePointAt(0) ?? 0).toString(16).padStart(4, "0");
  const line = text.slice(0, found.index).split("\n").length;
  throw new KaliumError("E_CONFIG", `line ${line}: the character U+${code.toUpperCase()} is not allowed here`, {
    hint: `Write "\\u${code}" in double quotes`,
  });
}

/** @throws what the first document has wrong */
function parse(
  text: string,
  surprises: readonly Surprise[],
): Pick<YamlFile<unknown>, "lineOf" | "surprises"> & { readonly document: Document } {
  const lines = new LineCounter();
  const tokens = [...new Parser(lines.addNewLine).parse(text)];
  // Numbers, dates, booleans and nulls are distinguished by the decoders: the schema must not touch them.
  const composer = new Composer({ schema: "failsafe", version: "1.1", uniqueKeys: false, prettyErrors: false });
  const documents = composer.compose(tokens, true);
  const lineOf = (offset: number): number => lines.linePos(offset).line;
  const document = documents.next().value as Document;
  const [problem] = document.errors;
  if (problem !== undefined) throw new Error(`line ${lineOf(problem.pos[0])}: ${problem.message}`);
  const { explicit, version } = document.directives?.yaml ?? {};
  if (explicit === true && version !== "1.1") throw new Error("line 1: only YAML 1.1 is read, so drop %YAML");
  const second = documents.next();
  const more =
    second.done === true ? [] : [{ what: "only the first document of the file is read", offset: text.length }];
  return { document, lineOf, surprises: [...outsideComments(text, tokens, surprises), ...more] };
}

function outsideComments(text: string, tokens: readonly CST.Token[], surprises: readonly Surprise[]): Surprise[] {
  if (surprises.length === 0) return [];
  // The same length, with each comment blanked: the content of a comment follows at least its #.
  const blanked = Buffer.alloc(text.length, 1);
  const blank = (part: unknown): void => {
    if (typeof part !== "object" || part === null) return;
    const { type, offset, source } = part as Partial<CST.SourceToken>;
    if (type === "comment" && offset !== undefined) blanked.fill(0, offset, offset + (source?.length ?? 0));
    else Object.values(part).forEach(blank);
  };
  tokens.forEach(blank);
  return surprises.filter(({ offset }) => blanked[offset - 1] !== 0);
}

function describeWrong({ path, offset, why }: StackFinding, lineOf: (offset: number) => number): string {
  const place = path.length === 0 ? "" : `${path.join(".")}: `;
  return `${offset === undefined ? "" : `line ${lineOf(offset)}: `}${place}${why}`;
}
