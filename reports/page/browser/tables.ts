/** Sorts tables by a click on a heading and filters their rows; without scripts they stand as they are. */

/** Shorter tables can be seen at a glance. */
const leastToFilter = 8;

export function startTables(): void {
  document.querySelectorAll("table").forEach(startTable);
}

interface Row {
  readonly element: HTMLTableRowElement;
  /** A row without a name of its own belongs to the one above, whose name it shows when it stands elsewhere. */
  readonly name: string;
  readonly ownName: string;
  readonly texts: readonly string[];
}

function startTable(table: HTMLTableElement): void {
  const [body] = table.tBodies;
  if (body === undefined || body.rows.length < 2) return;
  let above = "";
  const rows: readonly Row[] = [...body.rows].map((element) => {
    const [ownName = "", ...rest] = [...element.cells].map(({ textContent }) => textContent);
    above = ownName === "" ? above : ownName;
    return { element, name: above, ownName, texts: [above, ...rest] };
  });
  const grouped = table.classList.contains("grouped");
  const headings = [...(table.tHead?.rows[0]?.cells ?? [])];
  let sorted: { readonly column: number; readonly descending: boolean } | undefined;
  let wanted = "";

  const show = (): void => {
    const order = sorted === undefined ? rows : inOrder(rows, sorted.column, sorted.descending);
    const moved = sorted !== undefined || wanted !== "";
    for (const { element, name, ownName, texts } of order) {
      body.append(element);
      const [first, second] = element.cells;
      const shownName = moved ? name : ownName;
      if (first !== undefined) first.textContent = shownName;
      if (grouped && second !== undefined) nameGroup(second, shownName);
      element.hidden = !texts.join(" ").toLowerCase().includes(wanted);
    }
    headings.forEach((heading, column) => {
      if (sorted?.column === column) heading.setAttribute("aria-sort", sorted.descending ? "descending" : "ascending");
      else heading.removeAttribute("aria-sort");
    });
  };

  headings.forEach((heading, column) => {
    if (heading.textContent === "") return; // a button needs a name
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => {
      const again = sorted?.column === column;
      sorted = again && sorted?.descending === true ? undefined : { column, descending: again };
      show();
    });
  });
  if (rows.length >= leastToFilter) {
    table.parentElement?.before(
      filterField((text) => {
        wanted = text.trim().toLowerCase();
        show();
        return rows.filter(({ element }) => !element.hidden).length;
      }, rows.length),
    );
  }
}

/** The group's name above the second column's, for screens without room for the first: see the style. */
function nameGroup(cell: HTMLElement, name: string): void {
  if (name === "") delete cell.dataset["of"];
  else cell.dataset["of"] = name;
}

/** Says how many rows are left, also to screen readers. */
function filterField(filter: (text: string) => number, all: number): HTMLElement {
  const [label, input, left] = [
    document.createElement("label"),
    document.createElement("input"),
    document.createElement("output"),
  ];
  label.className = "filter";
  input.type = "search";
  label.append("Filter rows: ", input, " ", left);
  input.addEventListener("input", () => {
    left.textContent = `${filter(input.value)} of ${all}`;
  });
  return label;
}

/** By numbers where a column begins with them, else by text; what has no value stands last. */
function inOrder(rows: readonly Row[], column: number, descending: boolean): readonly Row[] {
  const textOf = ({ texts }: Row): string => texts[column] ?? "";
  const numbers = rows.filter((row) => numberIn(textOf(row)) !== undefined).length;
  const filled = rows.filter((row) => !isEmpty(textOf(row))).length;
  const numeric = numbers > 0 && numbers >= filled / 2;
  const sign = descending ? -1 : 1;
  return rows.toSorted((a, b) => {
    const [one, other] = [textOf(a), textOf(b)];
    if (!numeric)
      return isEmpty(one) || isEmpty(other) ? rank(one) - rank(other) : sign * one.localeCompare(other, "en");
    const [x, y] = [numberIn(one), numberIn(other)];
    if (x === undefined || y === undefined) return Number(x === undefined) - Number(y === undefined);
    return sign * (x - y);
  });
}

const isEmpty = (text: string): boolean => text === "" || text === "–";
const rank = (text: string): number => Number(isEmpty(text));

/** `≥ 12.5` and `0.61 [0.58, 0.64]` begin with one. */
function numberIn(text: string): number | undefined {
  const [, digits] = /^(?:≥ |± )?(-?\d[\d,]*(?:\.\d+)?)/.exec(text) ?? [];
  return digits === undefined ? undefined : Number(digits.replaceAll(",", ""));
}
