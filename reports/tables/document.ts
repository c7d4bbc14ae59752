/** What a report says, free of the format it is printed in. */
export interface Table {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
}

export interface Column {
  readonly title: string;
  /** Numbers stand right. */
  readonly align: "left" | "right";
  /** Left out where a terminal is too narrow for all columns. */
  readonly detail?: boolean;
}

export interface Section {
  readonly title: string;
  readonly paragraphs?: readonly string[];
  /** The one of them that the terminal shows, too. */
  readonly brief?: string;
  /** The table is too much for the terminal of a run that did not ask for it. */
  readonly inReportOnly?: true;
  /** A figure of the section's own: its file beside the report, and what is in it. */
  readonly picture?: { readonly file: string; readonly svg: string };
  /** In a page, in the place of the picture: markup, put in as it is. */
  readonly explore?: string;
  readonly table?: Table;
  /** Commands to type. */
  readonly commands?: readonly string[];
  /** Of the one function that it is about: the page shows it there. */
  readonly label?: string;
  /** Shown on demand where that is possible. */
  readonly folded?: boolean;
}

export interface ReportDocument {
  readonly title: string;
  /** What was found, in words: before the figure and all else. */
  readonly lead?: readonly string[];
  readonly sections: readonly Section[];
}

export const folded = (section: Section): Section => ({ ...section, folded: true });

export const columns = (...titles: readonly string[]): Table["columns"] =>
  titles.map((title) => (title.startsWith(">") ? { title: title.slice(1), align: "right" } : { title, align: "left" }));

/** Marks these columns, by title, as `detail`. */
export const withDetail = (of: Table["columns"], ...titles: readonly string[]): Table["columns"] =>
  of.map((column) => (titles.includes(column.title) ? { ...column, detail: true } : column));

/** A section with a table, or with what it means that there is nothing to put into it. */
export const tabled = (
  title: string,
  table: Table,
  { none, some }: { readonly none: string; readonly some: string },
): Section => (table.rows.length === 0 ? { title, paragraphs: [none] } : { title, paragraphs: [some], table });

export const list = (title: string, items: readonly string[], none: string): Section => ({
  title,
  paragraphs: items.length === 0 ? [none] : items,
});
