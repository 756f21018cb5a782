import { css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, query, state } from "lit/decorators.js";
import { SITUATIONS, type CallPage, type CallSummary } from "../../events.ts";
import { storedViews, storeViews, type SavedView } from "../../preferences.ts";
import { keyOf } from "../../shortcuts.ts";
import { icons, toneIcon } from "../../style/icons.ts";
import { shared, tokens } from "../../style/shared.ts";
import { RequestProblem, ask } from "../ask.ts";
import { SitePage } from "../site-page.ts";
import { site } from "../style.ts";
import { situationName } from "../texts.ts";
import { pieces, queryOf, searchOf, withField, type Field, type Search } from "./search.ts";
import { callsTexts, type CallsTexts } from "./texts.ts";

/** Calls asked for at a time. */
const PAGE = 50;
const TONES = ["angry", "sad", "neutral", "happy"] as const;
const OUTCOMES = ["solved", "unsolved", "open"] as const;
const OUTCOME_ICONS = { solved: icons.check, unsolved: icons.cross, open: icons.clock } as const;
const FORMATS = ["csv", "json", "parquet"] as const;
type Choices = readonly (readonly [value: string, name: string])[];

/** All calls, and the search over them. The page's address is the search. */
@customElement("calls-page")
export class CallsPage extends SitePage {
  @state() private search: Search = searchOf(location.search);
  @state() private calls: readonly CallSummary[] = [];
  @state() private next: string | null = null;
  @state() private loading = true;
  /** Why there is no answer; null while there is one. */
  @state() private trouble: string | null = null;
  @state() private views = storedViews();
  @state() private naming = false;
  @state() private open = false;
  @state() private today = new Date();
  @query("#q") private words!: HTMLInputElement;

  protected readonly current = "calls";
  /** The question under way; a later one makes its answer worthless. */
  private asked = new AbortController();

  static override styles = [
    tokens,
    shared,
    site,
    css`
      .head {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        gap: 0.25rem 1rem;
        padding-bottom: 1rem;
      }
      .keys {
        display: flex;
        flex-wrap: wrap;
        gap: 0.25rem 0.875rem;
      }
      .keys span {
        display: inline-flex;
        align-items: center;
        gap: 0.25rem;
      }
      .line {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem;
      }
      .line input {
        flex: 1 1 16rem;
        min-height: 2.5rem;
        font-size: var(--body);
      }
      .line .button {
        min-height: 2.5rem;
      }
      .toggle svg {
        transform: rotate(90deg);
        transition: transform 0.15s ease;
      }
      .toggle[aria-expanded="true"] svg {
        transform: rotate(-90deg);
      }
      .filters {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 9.5rem), 1fr));
        gap: 0.625rem 0.75rem;
        padding-top: 0.875rem;
      }
      .field {
        display: grid;
        gap: 0.125rem;
        align-content: start;
      }
      .chips {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.375rem;
        padding-top: 0.75rem;
      }
      .chip {
        display: inline-flex;
        align-items: center;
        min-height: 1.875rem;
        border-radius: 1rem;
        background: var(--accentTint);
        color: var(--accent);
        font-size: var(--small);
        font-weight: 600;
      }
      .chip > span,
      .chip > a {
        padding-left: 0.75rem;
        color: inherit;
        text-decoration: none;
      }
      .chip > a:hover {
        text-decoration: underline;
      }
      .chip button {
        display: grid;
        place-items: center;
        width: 1.875rem;
        height: 1.875rem;
        border-radius: 50%;
      }
      .chip button:hover {
        background: light-dark(rgb(0 0 0 / 6%), rgb(255 255 255 / 10%));
      }
      .plain {
        min-height: 1.875rem;
        padding: 0 0.25rem;
        font-size: var(--small);
        font-weight: 600;
        color: var(--accent);
      }
      .naming {
        display: inline-flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.375rem;
      }
      .naming input {
        width: 12rem;
        min-height: 1.875rem;
      }
      .naming .button {
        min-height: 1.875rem;
      }
      .above {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        gap: 0.25rem 1rem;
        padding: 1.25rem 0 0.5rem;
      }
      .download {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0 0.75rem;
        font-size: var(--small);
      }
      .download a {
        display: inline-flex;
        align-items: center;
        min-height: 1.5rem;
        font-weight: 600;
      }
      .table {
        padding: 0;
        overflow: clip;
      }
      .table[aria-busy="true"] {
        opacity: 0.6;
      }
      table {
        width: 100%;
        border-collapse: collapse;
        font-size: 0.875rem;
        line-height: 1.4;
      }
      th {
        text-align: start;
        font-weight: 600;
      }
      thead th {
        padding: 0.5rem 0.75rem;
        font-size: var(--small);
        color: var(--soft);
        border-bottom: 1px solid var(--line);
        white-space: nowrap;
      }
      tbody th,
      td {
        padding: 0.5625rem 0.75rem;
        vertical-align: top;
      }
      tbody tr {
        position: relative;
      }
      tbody tr + tr {
        border-top: 1px solid var(--line);
      }
      tbody tr:hover,
      tbody tr:focus-within {
        background: var(--raised);
      }
      .open {
        color: inherit;
        text-decoration: none;
        white-space: nowrap;
      }
      .open::after {
        content: "";
        position: absolute;
        inset: 0;
      }
      .open:focus-visible {
        outline: none;
      }
      .open:focus-visible::after {
        outline: 2px solid var(--accent);
        outline-offset: -2px;
      }
      .who {
        overflow-wrap: anywhere;
      }
      .hit {
        position: relative;
        z-index: 1;
        display: block;
        width: fit-content;
        margin-top: 0.1875rem;
        color: var(--soft);
        text-decoration: none;
        max-width: 40rem;
      }
      .hit:hover {
        color: var(--ink);
      }
      mark {
        background: var(--warningTint);
        color: var(--ink);
        font-weight: 600;
        border-radius: 0.1875rem;
        padding: 0 0.125rem;
      }
      .sign {
        display: inline-flex;
        align-items: center;
        gap: 0.3125rem;
        white-space: nowrap;
      }
      .sign svg {
        flex: none;
        color: var(--soft);
      }
      .live {
        color: var(--happy);
        font-weight: 600;
      }
      .end {
        text-align: end;
      }
      .empty {
        padding: 2.5rem 1rem;
        text-align: center;
        color: var(--soft);
      }
      .more {
        display: grid;
        place-items: center;
        padding-top: 1rem;
      }
      @media (width < 52rem) {
        main {
          padding-inline: 1rem;
        }
        thead {
          display: none;
        }
        table,
        tbody,
        tr,
        tbody th,
        td {
          display: block;
        }
        tr {
          display: flex;
          flex-wrap: wrap;
          gap: 0.125rem 0.875rem;
          padding: 0.625rem 0.875rem;
        }
        tbody th,
        td {
          padding: 0;
        }
        td:empty {
          display: none;
        }
        .about {
          flex-basis: 100%;
        }
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("keydown", this.pressed);
    window.addEventListener("popstate", this.moved);
    this.open = Object.keys(this.search).some((field) => field !== "q");
    void this.load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("keydown", this.pressed);
    window.removeEventListener("popstate", this.moved);
    this.asked.abort();
  }

  protected override heading(): string {
    return this.say.heading;
  }

  private get say(): CallsTexts {
    return callsTexts(this.texts.language);
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    if (changed.has("naming") && this.naming) this.renderRoot.querySelector<HTMLElement>("#name")?.focus();
  }

  // What is asked, and what came

  private async load(after: string | null = null): Promise<void> {
    this.asked.abort();
    const asked = new AbortController();
    this.asked = asked;
    this.loading = true;
    const question = new URLSearchParams(queryOf(this.search));
    question.set("limit", String(PAGE));
    if (after !== null) question.set("after", after);
    try {
      const address = this.address(`api/calls?${question}`);
      const found = await ask<CallPage>(address, { signal: asked.signal });
      if (asked.signal.aborted) return;
      this.calls = after === null ? found.calls : [...this.calls, ...found.calls];
      this.next = found.next;
      this.trouble = null;
      this.today = new Date();
    } catch (error) {
      if (asked.signal.aborted) return;
      if (!(error instanceof RequestProblem)) throw error;
      this.trouble = error.message || this.site.unreachable;
    } finally {
      if (!asked.signal.aborted) this.loading = false;
    }
  }

  private readonly moved = (): void => {
    this.search = searchOf(location.search);
    this.words.value = this.search.q ?? "";
    void this.load();
  };

  private seek(search: Search): void {
    if (queryOf(search) === queryOf(this.search)) return;
    this.search = search;
    history.pushState(null, "", location.pathname + queryOf(search));
    void this.load();
  }

  private readonly submitted = (event: Event): void => {
    event.preventDefault();
    this.seek(withField(this.search, "q", this.words.value));
  };

  private change(field: Field, value: string): void {
    this.seek(withField(withField(this.search, "q", this.words.value), field, value));
  }

  // Keys

  private readonly pressed = (event: KeyboardEvent): void => {
    const rows = [...this.renderRoot.querySelectorAll<HTMLElement>(".open")];
    const focused = (this.renderRoot as ShadowRoot).activeElement;
    const at = rows.indexOf(focused as HTMLElement);
    const fromSearch = focused === this.words && event.key === "ArrowDown";
    const key = fromSearch ? event.key : keyOf(event);
    if (key === "/") this.words.focus();
    else if (key === "ArrowDown") rows[Math.min(at + 1, rows.length - 1)]?.focus();
    else if (key === "ArrowUp" && at >= 0) (rows[at - 1] ?? this.words).focus();
    else return;
    event.preventDefault();
  };

  // The page

  protected override content(): TemplateResult {
    const { say } = this;
    return html`
      <div class="head">
        <h1>${say.heading}</h1>
        <p class="keys quiet">
          ${say.keys.map(
            ([keys, meaning]) => html`<span>${keys.map((key) => html`<kbd>${key}</kbd>`)} ${meaning}</span>`,
          )}
        </p>
      </div>
      ${this.question()} ${this.saved()} ${this.answer()}
    `;
  }

  private question(): TemplateResult {
    const { say, search } = this;
    return html`<form class="search card" role="search" @submit=${this.submitted}>
      <div class="line">
        <input
          id="q"
          type="search"
          aria-label=${say.words}
          aria-keyshortcuts="/"
          placeholder=${say.placeholder}
          maxlength="200"
          autocomplete="off"
          value=${search.q ?? ""}
        />
        <button class="button primary">${say.find}</button>
        <button
          type="button"
          class="button toggle"
          aria-expanded=${this.open ? "true" : "false"}
          aria-controls="filters"
          @click=${() => (this.open = !this.open)}
        >
          ${say.filters}${icons.chevron(15)}
        </button>
      </div>
      <div class="filters" id="filters" ?hidden=${!this.open}>
        ${this.choice("tone", this.names("tone"))} ${this.choice("outcome", this.names("outcome"))}
        ${this.choice("situation", this.names("situation"))} ${this.choice("topic", this.names("topic"))}
        ${this.choice("language", this.names("language"))} ${this.text("agent")} ${this.text("customer")}
        ${this.text("from", "date")} ${this.text("to", "date")} ${this.minutes("min_duration")}
        ${this.minutes("max_duration")} ${this.text("min_score", "number")} ${this.text("max_score", "number")}
      </div>
      ${this.chips()}
    </form>`;
  }

  /** The values of a field that are words of a list, with their names. */
  private names(field: Field): Choices {
    const { ended, samples } = this.texts.say;
    const sorted = (choices: [string, string][]): Choices =>
      choices.sort(([, one], [, other]) => one.localeCompare(other, this.texts.language));
    switch (field) {
      case "tone":
        return TONES.map((tone) => [tone, this.texts.label(tone)]);
      case "outcome":
        return OUTCOMES.map((outcome) => [outcome, ended.outcomes[outcome]]);
      case "situation":
        return sorted(
          [...SITUATIONS.caller, ...SITUATIONS.agent].map((id) => [id, situationName(this.site, id)]),
        );
      case "topic":
        return sorted(Object.entries(ended.topics));
      case "language":
        return Object.entries(samples.languages);
      default:
        return [];
    }
  }

  private choice(field: Exclude<Field, "q">, choices: Choices): TemplateResult {
    const value = this.search[field] ?? "";
    return html`<p class="field">
      <label for=${field}>${this.say.fields[field]}</label>
      <select id=${field} @change=${this.changed(field)}>
        <option value="" .selected=${value === ""}>${this.say.anything}</option>
        ${choices.map(
          ([id, name]) => html`<option value=${id} .selected=${id === value}>${name}</option>`,
        )}
      </select>
    </p>`;
  }

  private text(field: Exclude<Field, "q">, type = "text"): TemplateResult {
    const score = type === "number";
    return html`<p class="field">
      <label for=${field}>${this.say.fields[field]}</label>
      <input
        id=${field}
        type=${type}
        min=${score ? "0" : nothing}
        max=${score ? "100" : nothing}
        maxlength="200"
        autocomplete="off"
        .value=${this.search[field] ?? ""}
        @change=${this.changed(field)}
      />
    </p>`;
  }

  /** Seconds in the search, minutes to the reader. */
  private minutes(field: "min_duration" | "max_duration"): TemplateResult {
    const seconds = this.search[field];
    const changed = (event: Event): void => {
      const { value } = event.target as HTMLInputElement;
      this.change(field, value === "" ? "" : String(Math.round(Number(value) * 60)));
    };
    return html`<p class="field">
      <label for=${field}>${this.say.fields[field]} (${this.say.minutes})</label>
      <input
        id=${field}
        type="number"
        min="0"
        step="any"
        .value=${seconds === undefined ? "" : String(Number(seconds) / 60)}
        @change=${changed}
      />
    </p>`;
  }

  private changed(field: Field) {
    return (event: Event): void => this.change(field, (event.target as HTMLInputElement).value);
  }

  private chips(): TemplateResult | typeof nothing {
    const { say, search } = this;
    const set = Object.entries(search) as [Field, string][];
    if (set.length === 0) return nothing;
    return html`<p class="chips">
      ${set.map(([field, value]) => {
        const name = this.described(field, value);
        return html`<span class="chip" data-filter=${field}>
          <span>${name}</span>
          <button type="button" aria-label=${say.without(name)} @click=${() => this.drop(field)}>
            ${icons.cross(14)}
          </button>
        </span>`;
      })}
      <button type="button" class="plain" data-clear @click=${() => this.drop(null)}>${say.clear}</button>
    </p>`;
  }

  private drop(field: Field | null): void {
    if (field === null || field === "q") this.words.value = "";
    if (field === null) this.seek({});
    else this.change(field, "");
    this.words.focus();
  }

  private described(field: Field, value: string): string {
    const { say, texts } = this;
    const minutes = (): string => `${texts.decimal(Number(value) / 60)} ${say.minutes}`;
    switch (field) {
      case "q":
        return `“${value}”`;
      case "min_duration":
        return say.atLeast(say.duration, minutes());
      case "max_duration":
        return say.atMost(say.duration, minutes());
      case "min_score":
        return say.atLeast(say.score, texts.integer(Number(value)));
      case "max_score":
        return say.atMost(say.score, texts.integer(Number(value)));
      case "from":
      case "to": {
        const day = new Date(`${value}T00:00`);
        const shown = Number.isNaN(day.getTime()) ? value : texts.day(day, this.today);
        return `${say.fields[field]}: ${shown}`;
      }
      default: {
        const name = this.names(field).find(([id]) => id === value)?.[1] ?? value;
        return `${say.fields[field]}: ${name}`;
      }
    }
  }

  // Saved searches

  private saved(): TemplateResult | typeof nothing {
    const { say, views } = this;
    const searched = queryOf(this.search) !== "";
    if (views.length === 0 && !searched) return nothing;
    return html`<div class="chips" role="group" aria-label=${say.views}>
      ${views.length > 0 ? html`<span class="quiet">${say.views}</span>` : nothing}
      ${views.map((view) => this.view(view))} ${searched ? this.keeping() : nothing}
    </div>`;
  }

  private view({ name, query }: SavedView): TemplateResult {
    const go = (event: MouseEvent): void => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      const search = searchOf(query);
      this.words.value = search.q ?? "";
      this.seek(search);
    };
    return html`<span class="chip" data-view=${name}>
      <a href=${`${location.pathname}${query}`} @click=${go}>${name}</a>
      <button aria-label=${this.say.forget(name)} @click=${() => this.keep(name, null)}>
        ${icons.cross(14)}
      </button>
    </span>`;
  }

  private keeping(): TemplateResult {
    const { say } = this;
    if (!this.naming) {
      return html`<button class="plain" data-save @click=${() => (this.naming = true)}>
        ${say.saveView}
      </button>`;
    }
    const named = (event: Event): void => {
      event.preventDefault();
      const name = this.renderRoot.querySelector<HTMLInputElement>("#name")?.value.trim() ?? "";
      if (name) this.keep(name, queryOf(this.search));
      this.naming = false;
    };
    const left = (event: KeyboardEvent): void => {
      if (event.key === "Escape") this.naming = false;
    };
    return html`<form class="naming" @submit=${named} @keydown=${left}>
      <input id="name" aria-label=${say.viewName} placeholder=${say.viewName} maxlength="60" />
      <button class="button">${say.save}</button>
    </form>`;
  }

  /** Keeps a search under a name, or forgets it where `query` is null. */
  private keep(name: string, query: string | null): void {
    const others = this.views.filter((view) => view.name !== name);
    this.views = query === null ? others : [...others, { name, query }];
    storeViews(this.views);
  }

  // What was found

  private answer(): TemplateResult {
    const { calls, say } = this;
    if (this.trouble !== null) return this.troubled(this.trouble);
    const first = this.loading && calls.length === 0;
    return html`
      <div class="above">
        <p role="status" class="quiet">
          ${first ? this.site.loading : say.shown(this.texts.integer(calls.length), this.next !== null)}
        </p>
        ${calls.length > 0 ? this.downloads() : nothing}
      </div>
      <div class="card table" aria-busy=${this.loading ? "true" : "false"}>
        ${calls.length > 0 ? this.table() : first ? nothing : this.empty()}
      </div>
      ${this.next === null
        ? nothing
        : html`<p class="more">
            <button class="button" ?disabled=${this.loading} @click=${() => this.load(this.next)}>
              ${say.more}
            </button>
          </p>`}
    `;
  }

  private troubled(reason: string): TemplateResult {
    return html`<p class="trouble above" role="alert">
      ${icons.warning(18)}<span>${this.site.failed(reason)}</span>
      <button class="button" @click=${() => this.load()}>${this.site.again}</button>
    </p>`;
  }

  private empty(): TemplateResult {
    return html`<p class="empty">${queryOf(this.search) ? this.say.none : this.say.noneYet}</p>`;
  }

  private downloads(): TemplateResult {
    const address = (format: string): string => {
      const question = new URLSearchParams(queryOf(this.search));
      question.set("format", format);
      return this.address(`api/calls/export?${question}`);
    };
    return html`<p class="download">
      <span class="quiet">${this.say.download}</span>
      ${FORMATS.map((format) => {
        const name = format === "parquet" ? "Parquet" : format.toUpperCase();
        return html`<a href=${address(format)} download=${`calls.${format}`}>${name}</a>`;
      })}
    </p>`;
  }

  private table(): TemplateResult {
    const { columns } = this.say;
    return html`<table>
      <thead>
        <tr>
          <th scope="col">${columns.when}</th>
          <th scope="col">${columns.who}</th>
          <th scope="col">${columns.about}</th>
          <th scope="col">${columns.tone}</th>
          <th scope="col">${columns.outcome}</th>
          <th scope="col" class="end">${columns.duration}</th>
          <th scope="col" class="end">${columns.score}</th>
        </tr>
      </thead>
      <tbody>
        ${this.calls.map((call) => this.row(call))}
      </tbody>
    </table>`;
  }

  private row(call: CallSummary): TemplateResult {
    const { texts } = this;
    const address = this.address(`calls/${encodeURIComponent(call.call_id)}`);
    const topics: Readonly<Record<string, string>> = texts.say.ended.topics;
    return html`<tr data-call=${call.call_id}>
      <th scope="row">
        <a class="open number" href=${address}>${texts.moment(new Date(call.started_at), this.today)}</a>
      </th>
      <td class="who">${[call.agent, call.customer].filter(Boolean).join(" · ") || "—"}</td>
      <td class="about">
        ${call.topic ? (topics[call.topic] ?? call.topic) : "—"} ${this.hit(call, address)}
      </td>
      <td>${call.tone ? html`<span class="tone ${call.tone}">${toneIcon(call.tone, 18)}${texts.label(call.tone)}</span>` : nothing}</td>
      <td>${this.outcome(call)}</td>
      <td class="end number">${texts.clock(call.duration)}</td>
      <td class="end number">
        ${call.score !== null
          ? texts.integer(call.score)
          : html`<span aria-hidden="true">—</span><span class="unseen">${this.say.unscored}</span>`}
      </td>
    </tr>`;
  }

  private outcome({ outcome, running }: CallSummary): TemplateResult | typeof nothing {
    if (running) return html`<span class="live">${this.site.running}</span>`;
    const known = OUTCOMES.find((name) => name === outcome);
    if (!known) return nothing;
    return html`<span class="sign">
      ${OUTCOME_ICONS[known](16)}${this.texts.say.ended.outcomes[known]}
    </span>`;
  }

  private hit({ hit, language }: CallSummary, address: string): TemplateResult | typeof nothing {
    if (!hit) return nothing;
    const who = hit.channel === "agent" ? this.site.agent : this.site.caller;
    const clock = this.texts.clock(hit.start);
    const text = pieces(hit.text, this.search.q ?? "");
    return html`<a class="hit" href=${`${address}#t=${hit.start}`} title=${this.say.hitAt(clock)}>
      ${who} ${clock}:
      <q lang=${language || nothing}
        >${text.map(({ found, text }) => (found ? html`<mark>${text}</mark>` : text))}</q
      >
    </a>`;
  }
}
