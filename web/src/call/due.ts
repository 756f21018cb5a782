// When a promise is due, as a date: what was said, counted from the moment of saying.

import type { Due } from "../events.ts";

/** A day, or a moment of it where `timed`. */
export interface DueDate {
  readonly at: Date;
  readonly timed: boolean;
}

const LAST_HOUR: Readonly<Record<string, number>> = { morning: 12, noon: 14, afternoon: 18, evening: 22, night: 24 };

/** The last moment that keeps the promise; null where what was said names no time. */
export function dueDate(due: Due, said: Date): DueDate | null {
  if (due.minutes !== null) return { at: new Date(said.getTime() + due.minutes * 60_000), timed: true };
  const day = dueDay(due, said);
  if (day === null) return null;
  const clock = /^(\d{2}):(\d{2})$/.exec(due.clock);
  if (clock) {
    day.setHours(Number(clock[1]), Number(clock[2]), 0, 0);
    // "at three" is of either half of the day: the one that people are up in.
    if (due.part === "" && day.getHours() < 8) day.setHours(day.getHours() + 12);
    return { at: day, timed: true };
  }
  day.setHours(LAST_HOUR[due.part] ?? 24, 0, 0, -1);
  return { at: day, timed: false };
}

function dueDay(due: Due, said: Date): Date | null {
  const day = new Date(said);
  if (due.date) return calendarDay(due.date, day);
  if (due.months !== null) day.setMonth(day.getMonth() + due.months, 1);
  if (due.weeks !== null) day.setDate(day.getDate() + 7 * due.weeks);
  if (due.weekday !== null) return weekday(day, due.weekday, due.weeks !== null);
  if (due.end_of === "week" || due.weeks !== null) return weekday(day, 7, true);
  if (due.end_of === "month" || due.months !== null) {
    return new Date(day.getFullYear(), day.getMonth() + 1, 0);
  }
  if (due.days !== null) return due.working ? workingDays(day, due.days) : shifted(day, due.days);
  return due.clock || due.part || due.end_of === "day" ? day : null;
}

/** MM-DD or DD, the next one from `from` on; a day that a month lacks is its last. */
function calendarDay(text: string, from: Date): Date {
  const parts = text.split("-").map(Number);
  const [month, day] = parts.length === 2 ? [parts[0] ?? 1, parts[1] ?? 1] : [null, parts[0] ?? 1];
  const [year, present] = [from.getFullYear(), from.getMonth()];
  const found = dayOf(year, month === null ? present : month - 1, day);
  if (found >= new Date(year, present, from.getDate())) return found;
  return month === null ? dayOf(year, present + 1, day) : dayOf(year + 1, month - 1, day);
}

function dayOf(year: number, month: number, day: number): Date {
  return new Date(year, month, Math.min(day, new Date(year, month + 1, 0).getDate()));
}

/** The day 1 (Monday) to 7 of this week, or the next one of that name. */
function weekday(from: Date, wanted: number, inThisWeek: boolean): Date {
  const present = from.getDay() === 0 ? 7 : from.getDay();
  const ahead = wanted - present;
  return shifted(from, inThisWeek || ahead > 0 ? ahead : ahead + 7);
}

function shifted(from: Date, days: number): Date {
  const day = new Date(from);
  day.setDate(day.getDate() + days);
  return day;
}

function workingDays(from: Date, days: number): Date {
  let day = new Date(from);
  for (let left = days; left > 0; ) {
    day = shifted(day, 1);
    if (day.getDay() % 6 !== 0) left -= 1;
  }
  return day;
}
