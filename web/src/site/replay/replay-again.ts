import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { Change, Reanalysis, ToneLabel } from "../../events.ts";
import { shared } from "../../style/shared.ts";
import type { Texts } from "../../texts/texts.ts";
import { RequestProblem, ask } from "../ask.ts";
import { site } from "../style.ts";
import { siteTexts, situationName } from "../texts.ts";
import { replayTexts } from "./texts.ts";

interface State {
  readonly running: boolean;
  readonly failed: string;
  readonly reanalyses: readonly Reanalysis[];
}

const LOOK_EVERY = 2000;
const SHOWN = 200;

/** The recording analysed again with the models of today, beside what was found then. */
@customElement("replay-again")
export class ReplayAgain extends LitElement {
  @property({ attribute: false }) texts!: Texts;
  /** The address of the call's analyses. */
  @property() address = "";
  @state() private known: State | null = null;
  @state() private trouble = "";
  private timer: ReturnType<typeof setTimeout> | undefined;

  static override styles = [
    shared,
    site,
    css`
      :host {
        min-height: 0;
        background: var(--surface);
      }
      .head {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        gap: 0.5rem 1rem;
      }
      .hint {
        font-size: var(--small);
        color: var(--soft);
      }
      .scroll {
        overflow-x: auto;
        margin-top: 0.75rem;
      }
      table {
        width: 100%;
        border-collapse: collapse;
        font-size: 0.875rem;
      }
      th {
        text-align: left;
        font-size: var(--small);
        color: var(--soft);
      }
      th,
      td {
        padding: 0.375rem 0.75rem 0.375rem 0;
        border-bottom: 1px solid var(--line);
        vertical-align: top;
      }
      td button {
        font-variant-numeric: tabular-nums;
        text-decoration: underline;
        color: var(--accent);
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    void this.look();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  override render(): TemplateResult {
    const say = replayTexts(this.texts.language);
    const { known } = this;
    const last = known?.reanalyses.at(-1);
    return html`<div class="head">
        <h2>${say.again}</h2>
        <button class="button" ?disabled=${!known || known.running} @click=${() => this.begin()}>
          ${known?.running ? say.analysing : say.analyse}
        </button>
      </div>
      <p class="hint" role="status">
        ${this.trouble || known?.failed || (last ? this.summary(last) : say.againHint)}
      </p>
      ${last && last.comparison.changes.length > 0 ? this.table(last) : nothing}`;
  }

  private summary({ made_at, comparison }: Reanalysis): string {
    const say = replayTexts(this.texts.language);
    const when = this.texts.moment(new Date(made_at), new Date());
    const models = Object.entries(comparison.models)
      .map(([part, [before, after]]) => `${part}: ${before || "–"} → ${after || "–"}`)
      .join(", ");
    const share = (value: number): string => this.texts.percent(value);
    const found =
      comparison.changes.length === 0
        ? say.nothingChanged
        : say.changed(
            this.texts.integer(comparison.changes.length),
            share(comparison.words),
            share(comparison.tone),
          );
    return [when, found, models].filter(Boolean).join(" · ");
  }

  private table({ comparison }: Reanalysis): TemplateResult {
    const say = replayTexts(this.texts.language);
    return html`<div class="scroll" tabindex="0" role="region" aria-label=${say.again}>
      <table>
        <thead>
          <tr>
            <th>${say.at}</th>
            <th>${say.what}</th>
            <th>${say.before}</th>
            <th>${say.now}</th>
          </tr>
        </thead>
        <tbody>
          ${comparison.changes.slice(0, SHOWN).map(
            (change) => html`<tr>
              <td>
                <button @click=${() => this.go(change.start)}>${this.texts.clock(change.start)}</button>
              </td>
              <td>${say.kinds[change.kind] ?? change.kind}</td>
              <td>${this.value(change, change.before)}</td>
              <td>${this.value(change, change.after)}</td>
            </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }

  private value({ kind }: Change, value: string): string {
    if (value === "") return "–";
    const { say } = this.texts;
    if (kind === "tone") return say.tone.labels[value as ToneLabel] ?? value;
    if (kind === "situation") return situationName(siteTexts(this.texts.language), value);
    if (kind === "topic") return say.ended.topics[value] ?? value;
    if (kind === "outcome") return (say.ended.outcomes as Record<string, string>)[value] ?? value;
    return value;
  }

  private go(second: number): void {
    this.dispatchEvent(new CustomEvent("go", { detail: second, bubbles: true, composed: true }));
  }

  private async begin(): Promise<void> {
    await this.attempt(() => ask(this.address, { method: "POST" }));
    await this.look();
  }

  private async look(): Promise<void> {
    await this.attempt(async () => {
      this.known = await ask<State>(this.address);
    });
    if (this.known?.running) this.timer = setTimeout(() => void this.look(), LOOK_EVERY);
  }

  private async attempt(action: () => Promise<unknown>): Promise<void> {
    try {
      await action();
      this.trouble = "";
    } catch (error) {
      if (!(error instanceof RequestProblem)) throw error;
      this.trouble = error.message || siteTexts(this.texts.language).unreachable;
    }
  }
}
