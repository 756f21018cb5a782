// What the reader chose, kept in this browser; a page without storage simply forgets it.

export type UiLanguage = "tr" | "en";

const LANGUAGE = "assist.language";
const SHORTCUTS = "assist.shortcuts";

/** The first of the browser's languages that the page speaks, else English. */
export function preferredLanguage(wanted: readonly string[]): UiLanguage {
  const found = wanted.map((tag) => tag.slice(0, 2).toLowerCase()).find(isUiLanguage);
  return found ?? "en";
}

export function isUiLanguage(text: string | null): text is UiLanguage {
  return text === "tr" || text === "en";
}

export function storedLanguage(): UiLanguage | null {
  const text = read(LANGUAGE);
  return isUiLanguage(text) ? text : null;
}

export function storeLanguage(language: UiLanguage): void {
  write(LANGUAGE, language);
}

export function shortcutsWanted(): boolean {
  return read(SHORTCUTS) !== "off";
}

export function storeShortcuts(wanted: boolean): void {
  write(SHORTCUTS, wanted ? "on" : "off");
}

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch (error) {
    if (error instanceof DOMException) return null; // storage is switched off
    throw error;
  }
}

function write(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error; // storage is full or switched off
  }
}
