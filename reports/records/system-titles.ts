/** Titles of systems that records bring along, from the user's file of runtimes. */
const titles = new Map<string, string>();

/** To be called for each record that is read. Where two runs give one name two titles, the one read last counts. */
export function learnTitles(systems: readonly { readonly name: string; readonly title?: string | undefined }[]): void {
  for (const { name, title } of systems) if (title !== undefined) titles.set(name, title);
}

export const recordedTitle = (name: string): string | undefined => titles.get(name);
