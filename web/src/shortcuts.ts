// Which key means what, and when a key means nothing because somebody is typing.

export type Action =
  | "use"
  | "dismiss"
  | "next"
  | "snooze"
  | "moment"
  | "flag"
  | "note"
  | "customer"
  | "newest"
  | "seen"
  | "help";

export const KEYS: Readonly<Record<Action, string>> = {
  use: "u",
  dismiss: "d",
  next: "n",
  snooze: "s",
  moment: "m",
  flag: "f",
  note: "w",
  customer: "c",
  newest: "e",
  seen: "r",
  help: "?",
};

type Press = Pick<
  KeyboardEvent,
  "key" | "altKey" | "ctrlKey" | "metaKey" | "repeat" | "isComposing" | "composedPath"
>;

/** The key that was pressed, or null where it belongs to a field, a menu or the browser. */
export function keyOf(press: Press): string | null {
  if (press.altKey || press.ctrlKey || press.metaKey || press.isComposing) return null;
  return press.composedPath().some(isTypedInto) ? null : press.key;
}

/** The action of a key press in the sidebar, or null where it is none. */
export function actionOf(press: Press): Action | null {
  const key = press.repeat ? undefined : keyOf(press)?.toLowerCase();
  const found = (Object.keys(KEYS) as Action[]).find((action) => KEYS[action] === key);
  return found ?? null;
}

const FIELDS = new Set(["INPUT", "TEXTAREA", "SELECT"]);
const FIELD_ROLES = new Set(["textbox", "searchbox", "combobox", "listbox", "menu", "application"]);

/** Also what only behaves like a field, as editors and search boxes in a page around this one do. */
function isTypedInto(target: EventTarget): boolean {
  const { tagName, isContentEditable, role } = target as Partial<HTMLElement>;
  return (
    isContentEditable === true ||
    (tagName !== undefined && FIELDS.has(tagName)) ||
    (typeof role === "string" && FIELD_ROLES.has(role))
  );
}
