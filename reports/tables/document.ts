/** What a report says, free of the format it is printed in. */
export interface Table {
  /** Numbers stand right. */
  readonly columns: readonly { readonly title: string; readonly align: "left" | "right" }[];
  readonly rows: readonly (readonly string[])[];
}

export interface Section {
  readonly title: string;
  readonly paragraphs?: readonly string[];
  readonly table?: Table;
  /** Commands to type. */
  readonly commands?: readonly string[];
}

export interface ReportDocument {
  readonly title: string;
  readonly sections: readonly Section[];
}

export const columns = (...titles: readonly string[]): Table["columns"] =>
  titles.map((title) => (title.startsWith(">") ? { title: title.slice(1), align: "right" } : { title, align: "left" }));
