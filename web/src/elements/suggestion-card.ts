import { LitElement, css, html, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { keyed } from "lit/directives/keyed.js";
import type { SuggestionEntry, SuggestionFate } from "../call/state.ts";
import type { Evidence, Feedback, Rewording, Suggestion } from "../events.ts";
import { KEYS, type Action } from "../shortcuts.ts";
import { icons } from "../style/icons.ts";
import { shared } from "../style/shared.ts";
import type { Texts } from "../texts/texts.ts";

/** Milliseconds for which it is said what became of the last suggestion. */
const CONFIRMATION = 6000;
/** Milliseconds for which keys wait after one suggestion took the place of another. */
const SWAP_GUARD = 400;
/** What a glance can take in; the transcript has the rest. */
const MOST_EVIDENCE = 3;

/** The place of a language model's wording among the others. */
const REWORDED = 1;

const EVIDENCE_ICONS = { words: icons.speech, tone: icons.voice, mechanics: icons.measure };

/** What a rephrasing came from is the sentence above it; its words need no second showing. */
function shownEvidence(suggestion: Suggestion): readonly Evidence[] {
  const { because, kind } = suggestion;
  const news = kind === "rephrase" ? because.filter(({ channel }) => channel !== "agent") : because;
  return news.slice(0, MOST_EVIDENCE);
}

/** What can be done to a suggestion. */
export type Answer = Extract<Action, "use" | "dismiss" | "next">;

/** The one thing to say now, where it comes from, and what the agent does with it. */
@customElement("suggestion-card")
export class SuggestionCard extends LitElement {
  @property({ attribute: false }) texts!: Texts;
  @property({ attribute: false }) suggestion: Suggestion | null = null;
  /** The suggestion in a language model's words: one more wording, never the first. */
  @property({ attribute: false }) rewording: Rewording | null = null;
  /** The newest suggestion with its fate, to say what became of it. */
  @property({ attribute: false }) latest: SuggestionEntry | null = null;
  /** Milliseconds of a steady clock. */
  @property({ type: Number }) now = 0;
  @property({ type: Boolean }) shortcuts = true;
  /** Seconds for which the agent still wants no suggestion. */
  @property({ type: Number }) quietFor = 0;
  @state() private wording = 0;

  private swappedAt = -Infinity;
  private settledAt = -Infinity;

  static override styles = [
    shared,
    css`
      :host {
        display: block;
        padding: 0 1rem;
      }
      article {
        background: var(--surface);
        border: 1px solid light-dark(rgb(23 90 99 / 28%), rgb(132 208 214 / 30%));
        border-radius: var(--radius);
        box-shadow: var(--shadow);
        padding: 0.625rem 0.875rem 0.875rem;
        animation: arrive 0.22s ease-out;
      }
      .rephrase {
        border-color: var(--line);
        box-shadow: none;
      }
      header {
        display: flex;
        align-items: center;
        justify-content: space-between;
        flex-wrap: wrap;
        column-gap: 0.5rem;
        min-height: 1.75rem;
      }
      .eyebrow {
        display: flex;
        align-items: center;
        gap: 0.375rem;
        color: var(--accent);
      }
      .original {
        color: var(--soft);
        font-size: var(--small);
        line-height: 1.4;
        overflow-wrap: anywhere;
        padding-bottom: 0.125rem;
      }
      .original s {
        text-decoration-thickness: 1px;
        text-decoration-color: var(--control);
      }
      .next {
        display: inline-flex;
        align-items: center;
        gap: 0.375rem;
        min-height: 1.75rem;
        padding: 0 0.25rem;
        margin-right: -0.25rem;
        font-size: var(--small);
        color: var(--soft);
        font-variant-numeric: tabular-nums;
        white-space: nowrap;
      }
      .next:hover {
        color: var(--ink);
      }
      .say {
        font-size: var(--large);
        line-height: 1.4;
        font-weight: 600;
        letter-spacing: -0.008em;
        text-wrap: pretty;
        overflow-wrap: anywhere;
        padding: 0.125rem 0 0.5rem;
      }
      .rephrase .say {
        font-size: 1.0625rem;
      }
      .why {
        color: var(--soft);
        text-wrap: pretty;
        line-height: 1.45;
        font-size: var(--small);
      }
      .because {
        display: grid;
        gap: 0.25rem;
        padding-top: 0.4375rem;
        font-size: var(--small);
      }
      .because li {
        display: flex;
        gap: 0.4375rem;
        line-height: 1.4;
      }
      .because svg {
        flex: none;
        margin-top: 0.0625rem;
        color: var(--accent);
      }
      .because .text {
        overflow-wrap: anywhere;
      }
      .because .when {
        color: var(--soft);
        white-space: nowrap;
      }
      .machine {
        padding-bottom: 0.375rem;
      }
      .actions {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem;
        padding-top: 0.75rem;
      }
      .actions button {
        display: inline-flex;
        align-items: center;
        justify-content: center;
        gap: 0.5rem;
        min-height: 2.5rem;
        padding: 0 0.875rem;
        border-radius: 0.625rem;
        font-weight: 600;
      }
      .use {
        flex: 1;
        background: var(--accent);
        color: var(--accentInk);
      }
      .use:hover {
        filter: brightness(1.08);
      }
      .dismiss {
        border: 1px solid var(--control);
      }
      .dismiss:hover {
        background: var(--raised);
      }
      .idle {
        display: flex;
        align-items: center;
        gap: 0.5rem;
        min-height: 2.5rem;
        padding: 0 0.25rem;
        color: var(--soft);
        font-size: var(--small);
      }
      .idle svg {
        color: var(--accent);
      }
      .quietly {
        flex-wrap: wrap;
        font-variant-numeric: tabular-nums;
      }
      .quietly span {
        flex: 1;
      }
      .wake {
        display: inline-flex;
        align-items: center;
        gap: 0.5rem;
        min-height: 2rem;
        padding: 0 0.625rem;
        border: 1px solid var(--control);
        border-radius: 0.5rem;
        font-weight: 600;
        color: var(--ink);
      }
      .wake:hover {
        background: var(--surface);
      }
      @media (max-height: 44rem) {
        .because li + li {
          display: none;
        }
      }
      @keyframes arrive {
        from {
          opacity: 0;
          transform: translateY(4px);
        }
      }
    `,
  ];

  /** What a key or a button asks for; true when there was something to do it to. */
  act(action: Answer, byKey = false): boolean {
    const { suggestion } = this;
    if (!suggestion) return false;
    if (byKey && performance.now() - this.swappedAt < SWAP_GUARD) return false;
    if (action === "next") this.turn(suggestion);
    else this.settle(suggestion, action === "use" ? "used" : "dismissed");
    return true;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("suggestion")) {
      const before = changed.get("suggestion");
      if (before?.id !== this.suggestion?.id) {
        this.wording = 0;
        if (before && this.suggestion) this.swappedAt = performance.now();
      }
    }
    // It comes late and takes the second place; what is being read stays.
    const late = changed.has("rewording") && this.rewording !== null;
    if (late && this.wording >= REWORDED) this.wording += 1;
    if (changed.has("latest") && changed.get("latest")?.fate !== this.latest?.fate) {
      this.settledAt = this.now;
    }
  }

  override render(): TemplateResult {
    const { suggestion } = this;
    if (this.quietFor > 0) return this.quiet();
    return suggestion ? html`${keyed(suggestion.id, this.card(suggestion))}` : this.idle();
  }

  private quiet(): TemplateResult {
    const { say } = this.texts;
    return html`<p class="idle quietly" data-fate="snoozed">
      ${icons.snooze(18)}<span>${say.suggestion.snoozed(this.texts.clock(this.quietFor))}</span>
      <button
        class="wake"
        aria-keyshortcuts=${this.shortcuts ? KEYS.snooze : null}
        @click=${() => this.dispatchEvent(new CustomEvent("woken"))}
      >
        ${say.suggestion.wake} ${this.key("snooze")}
      </button>
    </p>`;
  }

  private idle(): TemplateResult {
    const { say } = this.texts;
    const fate = this.latest?.fate;
    const word = fate ? this.confirmation(fate) : undefined;
    if (word !== undefined && this.now - this.settledAt < CONFIRMATION) {
      const positive = fate === "used" || fate === "said";
      return html`<p class="idle" data-fate=${fate}>
        ${positive ? icons.check(18) : null}${word}
      </p>`;
    }
    return html`<p class="idle" data-fate="none">${say.suggestion.none}</p>`;
  }

  private confirmation(fate: SuggestionFate): string | undefined {
    const words: Readonly<Record<string, string>> = this.texts.say.suggestion.confirmed;
    return words[fate];
  }

  private card(suggestion: Suggestion): TemplateResult {
    const { say } = this.texts;
    const wordings = this.wordings(suggestion);
    const because = shownEvidence(suggestion);
    const turned = suggestion.kind === "rephrase";
    const heading = turned ? say.suggestion.rephrase.heading : say.suggestion.heading;
    return html`<article
      class=${turned ? "rephrase" : ""}
      aria-label=${heading}
      data-suggestion=${suggestion.id}
    >
      <header>
        <h2 class="eyebrow">${turned ? icons.rephrase(16) : null}${heading}</h2>
        ${wordings.length > 1 ? this.nextButton(wordings.length) : null}
      </header>
      ${turned && suggestion.original ? this.original(suggestion) : null}
      <p class="say" lang=${suggestion.language}>${wordings[this.wording]}</p>
      ${this.rewording && this.wording === REWORDED
        ? html`<p class="machine" title=${this.rewording.model}>
            ${icons.machine(16)}${say.byMachine}
          </p>`
        : null}
      <p class="why" lang=${suggestion.language}>
        <span class="unseen" lang=${this.texts.language}>${say.suggestion.why}: </span>${suggestion.why}
      </p>
      ${because.length > 0
        ? html`<ul class="because" lang=${suggestion.language}>
            ${because.map((evidence) => this.evidence(evidence))}
          </ul>`
        : null}
      <div class="actions">
        ${this.button("use", say.suggestion.used)} ${this.button("dismiss", say.suggestion.dismiss)}
      </div>
    </article>`;
  }

  private original({ language, original }: Suggestion): TemplateResult {
    return html`<p class="original">
      ${this.texts.say.suggestion.rephrase.original}: <s lang=${language}>“${original}”</s>
    </p>`;
  }

  private nextButton(count: number): TemplateResult {
    const { say } = this.texts;
    const place = `${this.texts.integer(this.wording + 1)}/${this.texts.integer(count)}`;
    return html`<button
      class="next"
      title=${say.suggestion.next}
      aria-keyshortcuts=${this.shortcuts ? KEYS.next : ""}
      @click=${() => this.act("next")}
    >
      ${say.suggestion.nextShort} ${place} ${this.key("next")}
    </button>`;
  }

  private button(action: Exclude<Answer, "next">, label: string): TemplateResult {
    return html`<button
      class=${action}
      aria-keyshortcuts=${this.shortcuts ? KEYS[action] : ""}
      @click=${() => this.act(action)}
    >
      ${label} ${this.key(action)}
    </button>`;
  }

  private key(action: Answer | "snooze"): TemplateResult | null {
    const name = KEYS[action].toUpperCase();
    return this.shortcuts ? html`<kbd aria-hidden="true">${name}</kbd>` : null;
  }

  private evidence(evidence: Evidence): TemplateResult {
    const { say } = this.texts;
    const kind = evidence.kind === "words" || evidence.kind === "tone" ? evidence.kind : "mechanics";
    const who =
      evidence.channel === "agent" || evidence.channel === "caller"
        ? say.transcript.roles[evidence.channel]
        : "";
    const when = [who, this.texts.clock(evidence.start)].filter(Boolean).join(" · ");
    return html`<li data-evidence=${kind}>
      ${EVIDENCE_ICONS[kind](16)}
      <span class="text"
        ><span class="unseen" lang=${this.texts.language}>${say.suggestion.evidence[kind]}: </span>${kind === "words"
          ? html`<q>${evidence.text}</q>`
          : evidence.text}
        <span class="when" lang=${this.texts.language}>${when}</span></span
      >
    </li>`;
  }

  private wordings({ alternatives, say }: Suggestion): readonly string[] {
    return this.rewording ? [say, this.rewording.say, ...alternatives] : [say, ...alternatives];
  }

  private turn(suggestion: Suggestion): void {
    this.wording = (this.wording + 1) % this.wordings(suggestion).length;
  }

  private settle(suggestion: Suggestion, action: Feedback["action"]): void {
    const detail: Feedback = {
      type: "feedback",
      call_id: suggestion.call_id,
      suggestion: suggestion.id,
      action,
    };
    this.dispatchEvent(new CustomEvent<Feedback>("settled", { detail }));
  }
}
