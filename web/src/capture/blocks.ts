// From what the audio system hands over, 128 frames at a time, to blocks for the wire.

/** A block of interleaved 16-bit samples, and how loud each channel was in it. */
export interface Block {
  readonly pcm: ArrayBuffer;
  /** The largest absolute sample of each channel, 0…1. */
  readonly peaks: readonly number[];
}

export class BlockMaker {
  private readonly channels: number;
  private readonly frames: number;
  private samples: Int16Array<ArrayBuffer>;
  private peaks: number[];
  private filled = 0;

  /** Blocks of `frames` sample frames of `channels` channels. */
  constructor(channels: number, frames: number) {
    this.channels = channels;
    this.frames = frames;
    this.samples = new Int16Array(channels * frames);
    this.peaks = new Array<number>(channels).fill(0);
  }

  /** Takes one piece of each channel and gives the blocks it completes; an absent one is silent. */
  push(inputs: readonly Float32Array[], length: number): Block[] {
    const done: Block[] = [];
    for (let frame = 0; frame < length; frame += 1) {
      for (let channel = 0; channel < this.channels; channel += 1) {
        this.put(channel, inputs[channel]?.[frame] ?? 0);
      }
      this.filled += 1;
      if (this.filled === this.frames) done.push(this.take());
    }
    return done;
  }

  private put(channel: number, value: number): void {
    const sample = Math.max(-1, Math.min(1, value));
    this.samples[this.filled * this.channels + channel] = Math.round(sample * 32767);
    const peak = Math.abs(sample);
    if (peak > (this.peaks[channel] ?? 0)) this.peaks[channel] = peak;
  }

  private take(): Block {
    const block = { pcm: this.samples.buffer, peaks: this.peaks };
    this.samples = new Int16Array(this.channels * this.frames);
    this.peaks = new Array<number>(this.channels).fill(0);
    this.filled = 0;
    return block;
  }
}
