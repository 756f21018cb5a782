import { css, html, nothing, type TemplateResult } from "lit";
import { state } from "lit/decorators.js";
import type { Mean, Share } from "../../events.ts";
import { icons } from "../../style/icons.ts";
import { RequestProblem, ask } from "../ask.ts";
import { SitePage } from "../site-page.ts";
import { insightTexts, type InsightTexts } from "./texts.ts";

/** What both kinds of answers say of themselves. */
interface Spanned {
  readonly since: string;
  readonly until: string;
  readonly complete: boolean;
}

const FIELDS = ["from", "to", "agent"] as const;
type Field = (typeof FIELDS)[number];

export const spanStyle = css`
  .head {
    display: flex;
    flex-wrap: wrap;
    align-items: end;
    justify-content: space-between;
    gap: 0.75rem 1.5rem;
    padding-bottom: 1rem;
  }
  form {
    display: flex;
    flex-wrap: wrap;
    align-items: end;
    gap: 0.5rem 0.625rem;
  }
  form > div {
    display: grid;
    gap: 0.125rem;
    width: 9.5rem;
  }
  .quiet {
    font-size: var(--small);
    color: var(--soft);
  }
  .scroll {
    overflow-x: auto;
    padding: 0;
  }
  table {
    width: 100%;
    border-collapse: collapse;
    font-size: 0.875rem;
    line-height: 1.4;
  }
  th,
  td {
    padding: 0.4375rem 0.75rem;
    text-align: start;
    vertical-align: middle;
  }
  th {
    font-weight: 600;
  }
  thead > tr > * {
    font-size: var(--small);
    color: var(--soft);
    border-bottom: 1px solid var(--line);
  }
  tbody tr + tr {
    border-top: 1px solid var(--line);
  }
  td.number,
  th.number {
    text-align: end;
    white-space: nowrap;
  }
  .bar {
    display: inline-block;
    margin-inline-end: 0.5rem;
    vertical-align: middle;
  }
  .bar .whole {
    fill: var(--line);
  }
  .bar .part {
    fill: var(--accent);
  }
  .range {
    font-size: var(--small);
    color: var(--soft);
  }
  @media print {
    :host {
      background: none;
      color-scheme: light;
    }
    form,
    .skip {
      display: none;
    }
    main {
      padding: 0;
      max-width: none;
    }
    .card {
      break-inside: avoid;
      box-shadow: none;
    }
    .scroll {
      overflow: visible;
      break-inside: auto;
    }
    tr {
      break-inside: avoid;
    }
    h2,
    h3 {
      break-after: avoid;
    }
    th,
    td {
      padding: 0.25rem 0.375rem;
      font-size: 0.75rem;
    }
    a {
      color: inherit;
      text-decoration: none;
    }
  }
`;

/** A page about the calls of a span of time; its address is the question. */
export abstract class SpanPage<T extends Spanned> extends SitePage {
  @state() protected found: T | null = null;
  @state() private loading = true;
  /** Why there is no answer; null while there is one. */
  @state() private trouble: string | null = null;
  private asked = new AbortController();

  /** Where the answer comes from, as in "api/coaching". */
  protected abstract readonly path: string;

  /** What is shown of an answer. */
  protected abstract shown(found: T): TemplateResult;

  /** What else has to be known before anything is shown. */
  protected async prepared(_signal: AbortSignal): Promise<void> {}

  protected get words(): InsightTexts {
    return insightTexts(this.texts.language);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener("popstate", this.load);
    void this.load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener("popstate", this.load);
    this.asked.abort();
  }

  private readonly load = async (): Promise<void> => {
    this.asked.abort();
    const asked = new AbortController();
    this.asked = asked;
    this.loading = true;
    try {
      await this.prepared(asked.signal);
      const address = this.address(this.path + location.search);
      const found = await ask<T>(address, { signal: asked.signal });
      if (asked.signal.aborted) return;
      this.found = found;
      this.trouble = null;
    } catch (error) {
      if (asked.signal.aborted) return;
      if (!(error instanceof RequestProblem)) throw error;
      this.trouble = error.message || this.site.unreachable;
    } finally {
      if (!asked.signal.aborted) this.loading = false;
    }
  };

  private readonly submitted = (event: SubmitEvent): void => {
    event.preventDefault();
    const given = new FormData(event.target as HTMLFormElement);
    const question = new URLSearchParams(location.search);
    for (const field of FIELDS) {
      const value = String(given.get(field) ?? "").trim();
      if (value) question.set(field, value);
      else question.delete(field);
    }
    const search = question.size > 0 ? `?${question}` : "";
    history.pushState(null, "", location.pathname + search);
    void this.load();
  };

  protected override content(): TemplateResult {
    return html`<div class="head">
        <h1>${this.heading()}</h1>
        ${this.question()}
      </div>
      ${this.trouble === null
        ? nothing
        : html`<p class="trouble" role="alert">
            ${icons.warning} ${this.site.failed(this.trouble)}
            <button class="button" @click=${this.load}>${this.site.again}</button>
          </p>`}
      <div aria-busy=${this.loading ? "true" : "false"}>${this.answer()}</div>`;
  }

  private answer(): TemplateResult {
    const { found } = this;
    if (found === null) return html`<p class="quiet">${this.loading ? this.site.loading : ""}</p>`;
    return html`${found.complete ? nothing : html`<p class="trouble">${icons.warning} ${this.words.incomplete}</p>`}
    ${this.shown(found)}`;
  }

  private question(): TemplateResult {
    const given = new URLSearchParams(location.search);
    const { words, found } = this;
    const dates: Readonly<Record<string, string>> =
      found === null ? {} : { from: found.since.slice(0, 10), to: lastDay(found.until) };
    const field = (name: Field, label: string, type: string): TemplateResult => html`<div>
      <label for=${name}>${label}</label>
      <input id=${name} name=${name} type=${type} .value=${given.get(name) ?? dates[name] ?? ""} />
    </div>`;
    return html`<form @submit=${this.submitted}>
      ${field("from", words.from, "date")} ${field("to", words.to, "date")} ${field("agent", words.agent, "text")}
      <button class="button primary">${words.show}</button>
      <button class="button" type="button" @click=${() => window.print()}>${words.print}</button>
    </form>`;
  }

  // Figures

  protected number(value: number, digits = 0): string {
    return value.toLocaleString(this.texts.language, {
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
  }

  protected percent(share: number): string {
    return share.toLocaleString(this.texts.language, { style: "percent", maximumFractionDigits: 0 });
  }

  /** A share with its interval, or a dash where there are no cases. */
  protected share(share: Share): TemplateResult {
    if (share.share === null) return html`—`;
    const range = this.words.interval(this.number(100 * share.low), this.number(100 * share.high));
    return html`${this.percent(share.share)} <span class="range">${range}</span>`;
  }

  /** A mean with its interval where there is one. */
  protected mean(mean: Mean): TemplateResult {
    if (mean.mean === null) return html`—`;
    const range =
      mean.low === null || mean.high === null
        ? ""
        : this.words.interval(this.number(mean.low), this.number(mean.high));
    return html`${this.number(mean.mean)} <span class="range">${range}</span>`;
  }

  protected date(iso: string): string {
    return new Date(iso).toLocaleDateString(this.texts.language, { dateStyle: "medium" });
  }

  /** The first and the last day of the answer. */
  protected span(found: Spanned): string {
    return `${this.date(found.since)} – ${this.date(lastDay(found.until))}`;
  }
}

const BAR = 80;

/** A bar of the whole with the part from `low` to `high` (0…1) of it. */
export function bar(low: number, high: number): TemplateResult {
  return html`<svg class="bar" width=${BAR} height="8" viewBox="0 0 ${BAR} 8" aria-hidden="true">
    <rect class="whole" width=${BAR} height="8" rx="4"></rect>
    <rect class="part" x=${BAR * low} width=${BAR * (high - low)} height="8" rx="4"></rect>
  </svg>`;
}

/** The last day that a time not included itself still touches. */
function lastDay(until: string): string {
  return new Date(new Date(until).getTime() - 1).toISOString().slice(0, 10);
}
