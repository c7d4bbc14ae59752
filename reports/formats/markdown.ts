import type { ReportDocument, Section, Table } from "../tables/document.ts";

/** GitHub-flavoured Markdown; `picture` is the path of a figure beside the report. */
export function toMarkdown({ title, lead = [], sections }: ReportDocument, picture?: string): string {
  const figure = picture === undefined ? [] : [`![${title}](${picture})`];
  return [`# ${title}`, ...lead.map(escape), ...figure, ...sections.map(section)].join("\n\n") + "\n";
}

function section({ title, paragraphs = [], picture, table, commands }: Section): string {
  return [
    `## ${title}`,
    ...paragraphs.map(escape),
    ...(picture === undefined ? [] : [`![${title}](${picture.file})`]),
    ...(table === undefined ? [] : [markdownTable(table)]),
    ...(commands === undefined ? [] : ["```sh\n" + commands.join("\n") + "\n```"]),
  ].join("\n\n");
}

const markdownTable = ({ columns, rows }: Table): string =>
  [
    row(columns.map(({ title }) => title)),
    row(columns.map(({ align }) => (align === "right" ? "---:" : "---"))),
    ...rows.map(row),
  ].join("\n");

const row = (cells: readonly string[]): string => `| ${cells.map(escape).join(" | ")} |`;

/** Texts come from programs too (versions, reasons): they must stay text. */
const escape = (text: string): string => text.replaceAll(/[\\|*_<`[\]~]/g, "\\$&").replaceAll(/\s*\n\s*/g, " ");
