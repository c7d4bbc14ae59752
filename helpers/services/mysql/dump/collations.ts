/** Languages of MySQL 8's collations, and the names that MariaDB has for them. */
const languages: Readonly<Record<string, string>> = {
  cs: "czech", da: "danish", de_pb: "german2", eo: "esperanto", es: "spanish", es_trad: "spanish2", et: "estonian",
  hr: "croatian", hu: "hungarian", is: "icelandic", la: "roman", lt: "lithuanian", lv: "latvian", pl: "polish",
  ro: "romanian", sk: "slovak", sl: "slovenian", sv: "swedish", tr: "turkish", vi: "vietnamese",
}; // prettier-ignore

/**
 * MariaDB's collation for one of MySQL 8, as MariaDB 11.4.5 itself reads the name (MDEV-20912): of a later Unicode
 * version, without padding, with the same sensitivity to accents and case. Values are the same bytes.
 */
export function mariadbCollation(collation: string): string | undefined {
  if (collation === "utf8mb4_0900_bin") return "utf8mb4_nopad_bin";
  const [, language, sensitivity = ""] = /^utf8mb4_(?:(\w+)_)?0900_(ai_ci|as_ci|as_cs)$/.exec(collation) ?? [];
  if (sensitivity === "") return undefined;
  if (language === undefined) return `utf8mb4_uca1400_nopad_${sensitivity}`;
  const theirs = languages[language];
  return theirs === undefined ? undefined : `utf8mb4_uca1400_${theirs}_nopad_${sensitivity}`;
}
