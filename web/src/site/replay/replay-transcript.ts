import { LitElement, css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { guard } from "lit/directives/guard.js";
import { markOf, type Marks } from "../../call/marks.ts";
import { DOUBTFUL } from "../../call/state.ts";
import { SITUATIONS, type Situation, type Utterance } from "../../events.ts";
import { icons } from "../../style/icons.ts";
import { shared } from "../../style/shared.ts";
import type { Texts } from "../../texts/texts.ts";
import { siteTexts, situationName, type SiteTexts } from "../texts.ts";
import type { Entry } from "./record.ts";
import { replayTexts, type ReplayTexts } from "./texts.ts";

/** Entries of a part, which the browser lays out and paints only near the view. */
const PART = 40;
/** The value of an annotation that says: there is no such situation here. */
const NONE = "none";

/** What a human says a situation really was. */
export interface TagCorrection {
  readonly situation: Situation;
  readonly value: string;
}

/**
 * The words of a call in step with its sound, and what happened between them. It fires `sought`
 * with a second of the call, `tag-corrected`, and `moment-removed` with a mark's subject.
 */
@customElement("replay-transcript")
export class ReplayTranscript extends LitElement {
  @property({ attribute: false }) texts!: Texts;
  @property({ attribute: false }) entries: readonly Entry[] = [];
  @property({ attribute: false }) marks: Marks = {};
  /** The words that are being said: an utterance's `seq`, and the index of its word or −1. */
  @property({ type: Number }) current = 0;
  @property({ type: Number }) word = -1;
  @state() private following = true;
  /** `seq` of the situation that is being corrected. */
  @state() private correcting = 0;
  @query(".scroll") private scroller!: HTMLElement;

  private parts: readonly (readonly Entry[])[] = [];
  /** Where the last scroll by this element leads to, to tell the reader's own apart. */
  private leading = false;

  static override styles = [
    shared,
    css`
      :host {
        display: flex;
        flex-direction: column;
        min-height: 0;
        position: relative;
      }
      .scroll {
        flex: 1;
        min-height: 0;
        overflow-y: auto;
        overscroll-behavior: contain;
        scrollbar-width: thin;
        scrollbar-color: var(--control) transparent;
        padding: 0.25rem 0;
      }
      .scroll:focus-visible {
        outline-offset: -3px;
      }
      .part {
        content-visibility: auto;
        contain-intrinsic-block-size: auto 2200px;
      }
      .line {
        display: grid;
        grid-template-columns: 3.75rem 5rem minmax(0, 1fr);
        gap: 0 0.625rem;
        align-items: baseline;
        padding: 0.3125rem 1rem;
        border-left: 3px solid transparent;
      }
      .spoken {
        cursor: pointer;
      }
      .spoken:hover {
        background: var(--raised);
      }
      .current {
        background: var(--accentTint);
        border-left-color: var(--accent);
      }
      .current:hover {
        background: var(--accentTint);
      }
      .time {
        min-height: 1.5rem;
        font-size: var(--small);
        font-variant-numeric: tabular-nums;
        color: var(--soft);
        text-align: end;
      }
      .time:hover {
        color: var(--accent);
        text-decoration: underline;
      }
      .who {
        font-size: var(--small);
        font-weight: 600;
        color: var(--soft);
      }
      .agent .who {
        color: var(--accent);
      }
      .said {
        overflow-wrap: anywhere;
        line-height: 1.45;
      }
      .doubtful .said > p {
        text-decoration: underline dotted var(--control);
        text-underline-offset: 0.2em;
      }
      .now {
        background: var(--accent);
        color: var(--accentInk);
        border-radius: 0.1875rem;
        box-shadow: 0 0 0 2px var(--accent);
      }
      .tags {
        display: flex;
        flex-wrap: wrap;
        gap: 0.25rem;
        padding-top: 0.1875rem;
        cursor: default;
      }
      .tag {
        display: inline-flex;
        align-items: center;
        gap: 0.25rem;
        min-height: 1.5rem;
        padding: 0 0.5rem;
        border: 1px solid var(--line);
        border-radius: 0.75rem;
        background: var(--surface);
        font-size: 0.75rem;
        font-weight: 550;
        color: var(--soft);
      }
      .tag:hover {
        border-color: var(--control);
        color: var(--ink);
      }
      .mine {
        border-color: var(--accent);
        color: var(--accent);
      }
      .tags select {
        min-height: 1.5rem;
        font-size: 0.75rem;
      }
      .between .what {
        grid-column: 2 / -1;
        display: flex;
        gap: 0.4375rem;
        font-size: 0.875rem;
        line-height: 1.4;
      }
      .what > svg {
        flex: none;
        margin-top: 0.0625rem;
      }
      .suggestion .what,
      .whisper .what {
        padding: 0.4375rem 0.625rem;
        border: 1px solid light-dark(rgb(23 90 99 / 22%), rgb(132 208 214 / 26%));
        border-radius: 0.625rem;
        background: var(--raised);
      }
      .suggestion .what > svg,
      .whisper .what > svg {
        color: var(--accent);
      }
      .fate {
        font-size: var(--small);
        font-weight: 600;
        color: var(--soft);
      }
      .fate.taken {
        color: var(--happy);
      }
      .phase .what {
        align-items: center;
        color: var(--soft);
        font-size: var(--small);
        font-weight: 600;
      }
      .phase .what::after {
        content: "";
        flex: 1;
        border-top: 1px solid var(--line);
      }
      .trouble .what {
        color: var(--warning);
      }
      .moment .what {
        align-items: start;
        padding: 0.375rem 0.375rem 0.375rem 0.625rem;
        border-radius: 0.625rem;
        background: var(--warningTint);
      }
      .moment .what > svg {
        color: var(--warning);
      }
      .moment .text {
        flex: 1;
        overflow-wrap: anywhere;
        white-space: pre-line;
      }
      .remove {
        display: grid;
        place-items: center;
        width: 1.5rem;
        height: 1.5rem;
      }
      .follow {
        position: absolute;
        left: 50%;
        bottom: 0.75rem;
        transform: translateX(-50%);
        display: flex;
        align-items: center;
        gap: 0.375rem;
        min-height: 2rem;
        padding: 0 0.875rem;
        border-radius: 1rem;
        background: var(--accent);
        color: var(--accentInk);
        font-size: var(--small);
        font-weight: 600;
        box-shadow: var(--shadow);
      }
      @media (width < 40rem) {
        .line {
          grid-template-columns: 3rem minmax(0, 1fr);
          padding-inline: 0.5rem;
        }
        .said,
        .between .what {
          grid-column: 2;
        }
      }
    `,
  ];

  /** On with what is playing. */
  follow(): void {
    this.following = true;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("entries")) {
      const parts: (readonly Entry[])[] = [];
      for (let from = 0; from < this.entries.length; from += PART) {
        parts.push(this.entries.slice(from, from + PART));
      }
      this.parts = parts;
    }
  }

  protected override updated(changed: PropertyValues): void {
    if (this.following && (changed.has("current") || changed.has("following"))) this.lead();
  }

  /** Brings the current words into view, a third from the top, and only then. */
  private lead(): void {
    const line = this.renderRoot.querySelector<HTMLElement>(".current");
    if (!line) return;
    const view = this.scroller.getBoundingClientRect();
    const { bottom, top } = line.getBoundingClientRect();
    if (top >= view.top + 8 && bottom <= view.bottom - view.height / 4) return;
    this.leading = true;
    this.scroller.scrollTop += top - view.top - view.height / 3;
    requestAnimationFrame(() => requestAnimationFrame(() => (this.leading = false)));
  }

  override render(): TemplateResult {
    const say = replayTexts(this.texts.language);
    const stop = (): void => void (this.following = this.leading && this.following);
    return html`
      <div
        class="scroll"
        role="region"
        tabindex="0"
        aria-label=${say.words}
        @wheel=${stop}
        @touchmove=${stop}
        @keydown=${(event: KeyboardEvent) => {
          if (SCROLLING.has(event.key)) this.following = false;
        }}
        @pointerdown=${(event: PointerEvent) => {
          if (event.target === this.scroller) this.following = false; // its scroll bar
        }}
      >
        <div role="list" aria-label=${say.words}>${this.parts.map((part) => this.drawn(part, say))}</div>
      </div>
      ${this.following
        ? nothing
        : html`<button class="follow" @click=${this.follow}>${icons.play(14)}${say.follow}</button>`}
    `;
  }

  private drawn(part: readonly Entry[], say: ReplayTexts): unknown {
    const has = (test: (entry: Entry) => boolean): boolean => part.some(test);
    const here = has((entry) => entry.kind === "spoken" && entry.said.seq === this.current);
    const corrected = has(
      (entry) => entry.kind === "spoken" && entry.tags.some(({ seq }) => seq === this.correcting),
    );
    return guard(
      [this.texts, part, this.marks, here ? this.current : 0, here ? this.word : 0, corrected && this.correcting],
      () => html`<div class="part" role="presentation">${part.map((entry) => this.entry(entry, say))}</div>`,
    );
  }

  private entry(entry: Entry, say: ReplayTexts): TemplateResult {
    if (entry.kind === "spoken") return this.spoken(entry.said, entry.tags, say);
    const { icon, text } = this.between(entry, say);
    return html`<div role="listitem" class="line between ${entry.kind}" data-kind=${entry.kind}>
      ${this.clock(entry.at, say)}
      <div class="what">${icon}${text}</div>
    </div>`;
  }

  private clock(second: number, say: ReplayTexts): TemplateResult {
    const clock = this.texts.clock(second);
    return html`<button class="time" title=${say.goTo(clock)} @click=${() => this.seek(second)}>
      ${clock}
    </button>`;
  }

  private spoken(said: Utterance, tags: readonly Situation[], say: ReplayTexts): TemplateResult {
    const site = siteTexts(this.texts.language);
    const now = said.seq === this.current;
    const who =
      said.channel === "mixed" ? this.texts.say.transcript.roles.mixed : site[said.channel];
    const doubtful = said.confidence < DOUBTFUL;
    return html`<div
      role="listitem"
      class="line spoken ${said.channel} ${now ? "current" : ""} ${doubtful ? "doubtful" : ""}"
      data-seq=${said.seq}
      aria-current=${now ? "true" : nothing}
      @click=${(event: MouseEvent) => this.clicked(event, said)}
    >
      ${this.clock(said.start, say)}
      <span class="who">${who}</span>
      <div class="said">
        <p lang=${said.language || nothing} title=${doubtful ? say.doubtful : nothing}>
          ${now && said.words.length > 0 ? this.words(said) : said.text}
        </p>
        ${tags.length > 0
          ? html`<div class="tags">${tags.map((tag) => this.tag(tag, site, say))}</div>`
          : nothing}
      </div>
    </div>`;
  }

  private words({ words }: Utterance): readonly TemplateResult[] {
    return words.map(
      ({ text }, index) =>
        html`<span class=${index === this.word ? "now" : nothing} data-word=${index}>${text}</span> `,
    );
  }

  /** Into the word that was clicked, or to where the line begins. */
  private clicked({ target }: MouseEvent, { start, words }: Utterance): void {
    const element = target as HTMLElement;
    if (element.closest(".tags, button") || getSelection()?.type === "Range") return;
    const word = words[Number(element.dataset["word"] ?? -1)];
    this.seek(word?.start ?? start);
  }

  private tag(tag: Situation, site: SiteTexts, say: ReplayTexts): TemplateResult {
    const value = markOf(this.marks, "situation", String(tag.seq))?.value;
    const name = (id: string): string => (id === NONE ? say.noTag : situationName(site, id));
    const shown = name(value ?? tag.situation);
    if (this.correcting === tag.seq) return this.choice(tag, value ?? tag.situation, name, say);
    const open = async (): Promise<void> => {
      this.correcting = tag.seq;
      await this.updateComplete;
      this.renderRoot.querySelector<HTMLElement>(".tags select")?.focus();
    };
    return html`<button
      class="tag ${value === undefined ? "" : "mine"}"
      data-tag=${tag.seq}
      aria-label="${shown}. ${say.correctTag(shown)}"
      title="“${tag.quote}” · ${this.texts.percent(tag.confidence)}"
      @click=${open}
    >
      ${value === undefined ? nothing : icons.pencil(12)}${shown}
    </button>`;
  }

  private choice(
    tag: Situation,
    value: string,
    name: (id: string) => string,
    say: ReplayTexts,
  ): TemplateResult {
    const ids = [...SITUATIONS[tag.channel === "agent" ? "agent" : "caller"]].sort((one, other) =>
      name(one).localeCompare(name(other), this.texts.language),
    );
    const chosen = (event: Event): void => {
      const detail = { situation: tag, value: (event.target as HTMLSelectElement).value };
      this.correcting = 0;
      this.dispatchEvent(new CustomEvent<TagCorrection>("tag-corrected", { detail }));
    };
    return html`<select
      aria-label=${say.correctTag(name(tag.situation))}
      @change=${chosen}
      @blur=${() => (this.correcting = 0)}
    >
      ${[NONE, ...ids].map((id) => html`<option value=${id} .selected=${id === value}>${name(id)}</option>`)}
    </select>`;
  }

  private between(
    entry: Exclude<Entry, { kind: "spoken" }>,
    say: ReplayTexts,
  ): { icon: TemplateResult | typeof nothing; text: TemplateResult } {
    const { trouble, progress } = this.texts.say;
    switch (entry.kind) {
      case "suggestion": {
        const { fate, suggestion } = entry.entry;
        const taken = fate === "used" || fate === "said";
        const heading = suggestion.kind === "rephrase" ? say.rephrased : say.suggested;
        return {
          icon: suggestion.kind === "rephrase" ? icons.rephrase(16) : icons.speech(16),
          text: html`<div data-fate=${fate}>
            <p><span class="fate">${heading}:</span> <q lang=${suggestion.language}>${suggestion.say}</q></p>
            <p class="fate ${taken ? "taken" : ""}">${say.fates[fate]}</p>
          </div>`,
        };
      }
      case "phase":
        return { icon: nothing, text: html`${say.phase(progress.phases[entry.phase.phase])}` };
      case "trouble": {
        const { line } = entry;
        if (line.kind !== "gap") return { icon: icons.warning(16), text: html`<p>${say.fault}</p>` };
        const who = line.channel === "agent" || line.channel === "caller" ? line.channel : "";
        const reason = trouble.gapReasons[line.reason] ?? trouble.gapReasonOther;
        return {
          icon: icons.warning(16),
          text: html`<p>${say.gap(this.texts.decimal(line.length), say.gapOf[who], reason)}</p>`,
        };
      }
      case "whisper":
        return {
          icon: icons.supervisor(16),
          text: html`<p class="text">
            <span class="fate">${say.whispered[entry.mark.value === "seen" ? "seen" : "sent"]}:</span>
            ${entry.mark.text}
          </p>`,
        };
      case "moment":
        return { icon: icons.bookmark(16), text: this.moment(entry.mark.about, entry.mark.text, entry.mark.author, say) };
    }
  }

  private moment(about: string, text: string, author: string, say: ReplayTexts): TemplateResult {
    const remove = (): boolean =>
      this.dispatchEvent(new CustomEvent<string>("moment-removed", { detail: about }));
    return html`<p class="text"
        >${text || this.texts.say.actions.moment}${author ? html` <span class="quiet">· ${author}</span>` : nothing}</p
      >
      <button class="remove" aria-label=${say.remove} title=${say.remove} @click=${remove}>
        ${icons.cross(13)}
      </button>`;
  }

  private seek(second: number): void {
    this.following = true;
    this.dispatchEvent(new CustomEvent<number>("sought", { detail: second }));
  }
}

/** Keys by which a reader scrolls. */
const SCROLLING: ReadonlySet<string> = new Set(["ArrowUp", "ArrowDown", "PageUp", "PageDown"]);
