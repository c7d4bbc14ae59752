/** Text for people in the lines of their terminal. Pure. */

/** What stays on one line: a word, a command in backticks, a number with its `%` or `±`. */
const unbroken = /(?:`[^`]*`|[^ ]| (?=%)|(?<=±) )+/g;

/** What a line begins with, beneath which its further lines stand: blanks, `-> ` of a hint, `lab: ` of a speaker, `Learnt   `. */
const beginning = /^ *(?:-> |[a-z]+: |[A-Z][a-z]+ {2,})?/;

/** Broken at blanks into lines of `width` characters; what is longer than a line stays whole, and so do the text's own lines. */
export const inLines = (text: string, width: number): string =>
  text
    .split("\n")
    .map((line) => (line.length <= width ? line : broken(line, width)))
    .join("\n");

function broken(line: string, width: number): string {
  const [begun = ""] = beginning.exec(line) ?? [];
  const [first = "", ...words] = line.slice(begun.length).match(unbroken) ?? [];
  const lines = [begun + first];
  for (const word of words) {
    const longer = `${lines.at(-1) ?? ""} ${word}`;
    if (longer.length <= width) lines[lines.length - 1] = longer;
    else lines.push(`${" ".repeat(begun.length)}${word}`);
  }
  return lines.join("\n");
}

/** Of a terminal, in characters. A file or a pipe has no limit, so that a search finds a sentence whole. */
export const widthOf = ({ isTTY, columns }: Pick<NodeJS.WriteStream, "isTTY" | "columns">): number =>
  isTTY && columns > 0 ? columns : Infinity;

/** Prints a line, or several, for people. */
export const printLine = (text: string, stream: NodeJS.WriteStream = process.stdout): void =>
  void stream.write(`${inLines(text, widthOf(stream))}\n`);

/** As one word of a shell. */
export const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
