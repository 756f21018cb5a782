// Which key means what, and when a key means nothing because somebody is typing.

export type Action = "use" | "dismiss" | "next";

export const KEYS: Readonly<Record<Action, string>> = { use: "u", dismiss: "d", next: "n" };

type Press = Pick<
  KeyboardEvent,
  "key" | "altKey" | "ctrlKey" | "metaKey" | "repeat" | "isComposing" | "composedPath"
>;

/** The action of a key press, or null where the key belongs to a field, a menu or the browser. */
export function actionOf(press: Press): Action | null {
  if (press.altKey || press.ctrlKey || press.metaKey || press.repeat || press.isComposing) {
    return null;
  }
  const target = press.composedPath()[0];
  if (target && isTypedInto(target)) return null;
  const key = press.key.toLowerCase();
  const found = (Object.keys(KEYS) as Action[]).find((action) => KEYS[action] === key);
  return found ?? null;
}

const FIELDS = new Set(["INPUT", "TEXTAREA", "SELECT"]);

function isTypedInto(target: EventTarget): boolean {
  const { tagName, isContentEditable } = target as Partial<HTMLElement>;
  return isContentEditable === true || (tagName !== undefined && FIELDS.has(tagName));
}
