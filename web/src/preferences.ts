// What the reader chose, kept in this browser; a page without storage simply forgets it.

export type UiLanguage = "tr" | "en";

/** Minutes to choose from for a snooze. */
export const SNOOZES: readonly number[] = [2, 5, 10, 15];

const LANGUAGE = "assist.language";
const SHORTCUTS = "assist.shortcuts";
const SNOOZE = "assist.snooze";
const VIEWS = "assist.views";
const WALL = "assist.wall";

/** The first of the browser's languages that the page speaks, else English. */
export function preferredLanguage(wanted: readonly string[]): UiLanguage {
  const found = wanted.map((tag) => tag.slice(0, 2).toLowerCase()).find(isUiLanguage);
  return found ?? "en";
}

/** The reader's kind of a language, as in en-GB, which decides how dates are written. */
export function regional(language: UiLanguage, wanted: readonly string[]): string {
  return wanted.find((tag) => tag.slice(0, 2).toLowerCase() === language) ?? language;
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

/** Minutes for which suggestions are quiet, where the reader has chosen. */
export function storedSnooze(): number | null {
  const minutes = Number(read(SNOOZE));
  return SNOOZES.includes(minutes) ? minutes : null;
}

export function storeSnooze(minutes: number): void {
  write(SNOOZE, String(minutes));
}

export type WallLook = "rows" | "tiles";

export function storedWallLook(): WallLook {
  return read(WALL) === "tiles" ? "tiles" : "rows";
}

export function storeWallLook(look: WallLook): void {
  write(WALL, look);
}

/** A search under a name; `query` is that of the page's address. */
export interface SavedView {
  readonly name: string;
  readonly query: string;
}

export function storedViews(): readonly SavedView[] {
  try {
    const views: unknown = JSON.parse(read(VIEWS) ?? "[]");
    return Array.isArray(views) ? views.filter(isView) : [];
  } catch (error) {
    if (error instanceof SyntaxError) return []; // somebody else wrote there
    throw error;
  }
}

export function storeViews(views: readonly SavedView[]): void {
  write(VIEWS, JSON.stringify(views));
}

function isView(view: unknown): view is SavedView {
  const { name, query } = (view ?? {}) as Partial<SavedView>;
  return typeof name === "string" && typeof query === "string";
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
