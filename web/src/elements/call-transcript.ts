import { LitElement, css, html, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { guard } from "lit/directives/guard.js";
import type { Line, OpenWords, SpokenLine } from "../call/state.ts";
import { timeline, type MomentLine, type TimelineLine } from "../call/timeline.ts";
import type { Annotation, Partial, Role } from "../events.ts";
import { KEYS } from "../shortcuts.ts";
import { icons } from "../style/icons.ts";
import { shared } from "../style/shared.ts";
import type { Texts } from "../texts/texts.ts";
import { gapSentence } from "./call-notices.ts";

/** Pixels from the end within which the reader counts as reading the end. */
const AT_END = 32;
/** Lines of a part that is laid out and painted only near the view, as the style sheet says. */
const PART = 40;

type Part = readonly TimelineLine[];

/**
 * The words of both sides; follows the end until the reader scrolls up. It fires
 * `moment-removed` with the subject of a mark.
 *
 * All lines of a call are in the document, so that "find in page" finds them and a screen reader
 * walks through them; the browser skips the parts out of view (`content-visibility`), and parts
 * that have not changed are not even compared.
 */
@customElement("call-transcript")
export class CallTranscript extends LitElement {
  @property({ attribute: false }) texts!: Texts;
  @property({ attribute: false }) lines: readonly Line[] = [];
  /** The moments that the agent marked, in order. */
  @property({ attribute: false }) moments: readonly Annotation[] = [];
  @property({ attribute: false }) partials: OpenWords = {};
  @property() spoken = "";
  @property({ type: Boolean }) shortcuts = true;
  @state() private following = true;
  @state() private seen = 0;
  @query(".scroll") private scroller!: HTMLElement;
  @query(".list") private list!: HTMLElement;

  private scrolledTo = 0;
  private parts: readonly Part[] = [];

  private readonly resized = new ResizeObserver(() => this.follow());

  static override styles = [
    shared,
    css`
      :host {
        display: flex;
        flex-direction: column;
        min-height: 0;
        position: relative;
      }
      h2 {
        padding: 0.75rem 1.25rem 0.375rem;
      }
      .scroll {
        flex: 1;
        min-height: 0;
        overflow-y: auto;
        overscroll-behavior: contain;
        scrollbar-width: thin;
        scrollbar-color: var(--control) transparent;
        padding: 0 1rem 1rem;
        border-top: 1px solid var(--line);
      }
      .scroll:focus-visible {
        outline-offset: -3px;
      }
      .part {
        content-visibility: auto;
        contain-intrinsic-block-size: auto 2200px;
      }
      .line {
        padding-top: 0.25rem;
      }
      .line.turns {
        padding-top: 0.75rem;
      }
      .who {
        display: flex;
        align-items: baseline;
        gap: 0.375rem;
        font-size: 0.75rem;
        color: var(--soft);
        padding: 0 0.25rem 0.125rem;
      }
      .who b {
        font-weight: 600;
      }
      .who time {
        font-variant-numeric: tabular-nums;
      }
      .agent .who {
        justify-content: flex-end;
      }
      .bubble {
        width: fit-content;
        max-width: 90%;
        padding: 0.4375rem 0.75rem;
        border-radius: 0.875rem;
        background: var(--surface);
        border: 1px solid var(--line);
        overflow-wrap: anywhere;
        line-height: 1.42;
        font-size: 0.875rem;
      }
      .caller .bubble,
      .mixed .bubble {
        border-bottom-left-radius: 0.25rem;
      }
      .agent .bubble {
        margin-left: auto;
        background: var(--accentTint);
        border-color: transparent;
        border-bottom-right-radius: 0.25rem;
      }
      .doubtful .bubble {
        border-style: dashed;
        border-color: var(--control);
      }
      .open .bubble {
        border-style: dotted;
        border-color: var(--control);
        background: none;
      }
      .pending {
        color: var(--soft);
      }
      .event {
        display: flex;
        align-items: flex-start;
        justify-content: center;
        gap: 0.375rem;
        padding: 0.75rem 1rem 0.25rem;
        font-size: 0.75rem;
        line-height: 1.4;
        color: var(--warning);
      }
      .event svg {
        flex: none;
      }
      .moment {
        align-items: center;
        color: var(--accent);
        font-weight: 600;
        font-variant-numeric: tabular-nums;
      }
      .moment::before,
      .moment::after {
        content: "";
        flex: 1;
        border-top: 1px dashed var(--control);
      }
      .moment button {
        display: grid;
        place-items: center;
        width: 1.5rem;
        height: 1.5rem;
        border-radius: 0.375rem;
        color: var(--soft);
      }
      .moment button:hover {
        color: var(--ink);
        background: var(--surface);
      }
      .empty {
        padding: 1rem 0.25rem;
      }
      .more {
        position: absolute;
        left: 50%;
        bottom: 0.75rem;
        transform: translateX(-50%);
        display: flex;
        align-items: center;
        gap: 0.375rem;
        min-height: 2rem;
        padding: 0 0.875rem 0 0.625rem;
        border-radius: 1rem;
        background: var(--accent);
        color: var(--accentInk);
        font-size: var(--small);
        font-weight: 600;
        box-shadow: var(--shadow);
      }
    `,
  ];

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.resized.disconnect();
  }

  protected override firstUpdated(): void {
    this.resized.observe(this.scroller);
    this.resized.observe(this.list);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get("lines");
    const another = before !== undefined && this.lines.length < before.length;
    if (another) this.following = true;
    if (this.following) this.seen = this.lines.length;
    if (before !== undefined || changed.has("moments")) {
      this.parts = inParts(timeline(this.lines, this.moments), this.parts);
    }
  }

  protected override updated(): void {
    this.follow();
  }

  /** To the newest words, and on with them. */
  toEnd(): void {
    this.following = true;
    this.scroller.focus({ preventScroll: true });
  }

  override render(): TemplateResult {
    const { say } = this.texts;
    const open = Object.values(this.partials).sort((a, b) => a.start - b.start);
    const missed = this.lines.length - this.seen;
    return html`
      <h2 class="eyebrow" id="heading">${say.transcript.heading}</h2>
      <div
        class="scroll"
        role="region"
        tabindex="0"
        aria-labelledby="heading"
        @scroll=${this.scrolled}
      >
        ${this.lines.length + open.length === 0
          ? html`<p class="quiet empty">${say.transcript.empty}</p>`
          : null}
        <div class="list" role="list" aria-labelledby="heading">
          ${this.parts.map((part, index) => this.drawn(part, this.parts[index - 1]?.at(-1)))}
          ${open.map((partial) => this.open(partial))}
        </div>
      </div>
      ${this.following
        ? null
        : html`<button
            class="more"
            aria-keyshortcuts=${this.shortcuts ? KEYS.newest : null}
            @click=${this.toEnd}
          >
            ${icons.arrowDown(16)}${missed > 0
              ? say.transcript.newLines(missed)
              : say.transcript.toNewest}
          </button>`}
    `;
  }

  private drawn(part: Part, before: TimelineLine | undefined): unknown {
    return guard(
      [this.texts, part, before],
      () => html`<div class="part" role="presentation">
        ${part.map((line, index) => this.line(line, part[index - 1] ?? before))}
      </div>`,
    );
  }

  private line(line: TimelineLine, before: TimelineLine | undefined): TemplateResult {
    if (line.kind === "moment") return this.moment(line);
    if (line.kind === "gap") return this.mark(line.kind, gapSentence(this.texts, line));
    if (line.kind === "fault") return this.mark(line.kind, this.texts.say.trouble.fault);
    return this.spokenLine(line, before?.kind !== "utterance" || before.channel !== line.channel);
  }

  private spokenLine(line: SpokenLine, turns: boolean): TemplateResult {
    const { say } = this.texts;
    const detail = line.doubtful ? html`<span>· ${say.transcript.doubtful}</span>` : null;
    return html`<div
      role="listitem"
      class="line ${line.channel} ${turns ? "turns" : ""} ${line.doubtful ? "doubtful" : ""}"
      data-seq=${line.seq}
    >
      ${turns || line.doubtful ? this.who(line.channel, line.start, detail) : null}
      <p class="bubble" lang=${line.language}>${line.text}</p>
    </div>`;
  }

  private open(partial: Partial): TemplateResult {
    const { say } = this.texts;
    return html`<div
      role="listitem"
      class="line ${partial.channel} turns open"
      data-partial=${partial.channel}
    >
      ${this.who(partial.channel, partial.start, html`<span>· ${say.transcript.speaking}</span>`)}
      <p class="bubble" lang=${this.spoken}>
        <span class="stable">${partial.stable}</span> <span class="pending">${partial.pending}</span>
      </p>
    </div>`;
  }

  private who(channel: Role, start: number, detail: TemplateResult | null): TemplateResult {
    return html`<p class="who">
      <b>${this.texts.say.transcript.roles[channel]}</b>
      <time>${this.texts.clock(start)}</time>${detail}
    </p>`;
  }

  private mark(kind: string, text: string): TemplateResult {
    return html`<div role="listitem" class="event" data-mark=${kind}>
      ${icons.warning(15)}<span>${text}</span>
    </div>`;
  }

  private moment({ mark }: MomentLine): TemplateResult {
    const { say } = this.texts;
    const remove = (): boolean =>
      this.dispatchEvent(new CustomEvent<string>("moment-removed", { detail: mark.about }));
    return html`<div role="listitem" class="event moment" data-moment=${mark.about}>
      ${icons.bookmark(15)}<span>${say.transcript.moment} · ${this.texts.clock(mark.start)}</span>
      <button aria-label=${say.transcript.removeMoment} title=${say.transcript.removeMoment} @click=${remove}>
        ${icons.cross(13)}
      </button>
    </div>`;
  }

  private scrolled(): void {
    const { clientHeight, scrollHeight, scrollTop } = this.scroller;
    // Only a way up is the reader's: a card that appears above makes the end move by itself.
    if (scrollHeight - clientHeight - scrollTop <= AT_END) this.following = true;
    else if (scrollTop < this.scrolledTo) this.following = false;
    this.scrolledTo = scrollTop;
  }

  private follow(): void {
    if (this.following && this.scroller) this.scroller.scrollTop = this.scroller.scrollHeight;
  }
}

/** The lines in parts; a part of `before` with the same lines is taken over as it is. */
function inParts(lines: Part, before: readonly Part[]): readonly Part[] {
  const parts: Part[] = [];
  for (let from = 0; from < lines.length; from += PART) {
    const part = lines.slice(from, from + PART);
    const known = before[parts.length];
    const same = known?.length === part.length && part.every((line, index) => line === known[index]);
    parts.push(same ? known : part);
  }
  return parts;
}
