/** Changes to statements of a dump that keep their meaning in another database, or on another product's server. */
import { quoteName } from "../names.ts";
import type { Edit, Token } from "./tokens.ts";

/** Of CREATE TABLE. */
export const tableEdits = (tokens: readonly Token[], isMariadb: boolean): readonly Edit[] => [
  ...withoutFolders(tokens),
  ...(isMariadb ? invisibleColumns(tokens) : []),
];

/** DATA DIRECTORY and INDEX DIRECTORY name folders of the server that was dumped. */
const withoutFolders = (tokens: readonly Token[]): readonly Edit[] =>
  tokens.flatMap(({ kind, text, start }, at) => {
    if (kind !== "word" || !/^(DATA|INDEX)$/.test(text) || tokens[at + 1]?.text !== "DIRECTORY") return [];
    const folder = tokens[at + 2]?.text === "=" ? tokens[at + 3] : tokens[at + 2];
    return folder?.kind === "string" ? [{ start, end: folder.end, text: "" }] : [];
  });

/** What MySQL writes as a comment for its 8.0.23, MariaDB knows as well. */
const invisibleColumns = (tokens: readonly Token[]): readonly Edit[] =>
  tokens.flatMap(({ text, start }, at) => {
    const [word, close] = [tokens[at + 1], tokens[at + 2]];
    if (text !== "/*!80023" || word?.text !== "INVISIBLE" || close?.kind !== "mark") return [];
    return [{ start, end: close.end, text: "INVISIBLE" }];
  });

/**
 * Where a view or a trigger names a table with the database that was dumped, it is to mean ours.
 * @param source name of the database that was dumped, as Latin 1
 */
export const ownNameEdits = (
  tokens: readonly Token[],
  { source, database }: { readonly source: string | undefined; readonly database: string },
): readonly Edit[] =>
  tokens.flatMap(({ kind, text, start, end }, at) => {
    const isOwn = kind === "name" ? text === source : kind === "word" && text === source?.toUpperCase();
    if (!isOwn || tokens[at + 1]?.text !== "." || tokens[at - 1]?.text === ".") return [];
    return [{ start, end, text: quoteName(database) }];
  });
