// Following the newest words, but only while the reader is at the end, and never past the question they answer:
// an answer longer than the window is read from its beginning, unless its reader asks for the end.

const NEAR_PX = 60;
const MARGIN_PX = 12;

export class Follower {
  /** `box` scrolls, `content` grows in it, `button` says "↓ latest". */
  constructor(box, content, button) {
    this.box = box;
    this.content = content;
    this.button = button;
    this.atEnd = true; // or where following stops
    this.asked = false; // for the very end, by the button
    this.top = 0;
    box.addEventListener("scroll", () => this.scrolled(), { passive: true });
    button.addEventListener("click", () => this.toEnd(true));
    new ResizeObserver(() => this.grown()).observe(content);
    new ResizeObserver(() => this.grown()).observe(box);
  }

  /** Only the reader scrolls upwards: what grows below pushes the end away, and is followed. */
  scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.box;
    const near = scrollHeight - scrollTop - clientHeight < NEAR_PX;
    if (scrollTop < this.top) this.asked = false;
    if (near || scrollTop < this.top) this.atEnd = near;
    this.top = scrollTop;
    this.button.hidden = near || this.asked;
  }

  grown() {
    // The reader may have scrolled up since the last word, and the event is still on its way.
    if (this.box.scrollTop < this.top) this.scrolled();
    if (this.atEnd) this.follow();
    else this.scrolled();
  }

  follow() {
    const question = this.asked ? null : this.content.lastElementChild;
    const { scrollHeight, clientHeight } = this.box;
    const from = question ? question.getBoundingClientRect().top - this.box.getBoundingClientRect().top : 0;
    const end = scrollHeight - clientHeight;
    const top = question ? Math.min(end, this.box.scrollTop + from - MARGIN_PX) : end;
    this.box.scrollTo({ top: Math.max(top, Math.min(this.box.scrollTop, end)), behavior: "instant" });
    this.top = this.box.scrollTop;
    this.button.hidden = end - this.top < NEAR_PX;
  }

  toEnd(smooth = false) {
    this.atEnd = true;
    this.asked = smooth;
    this.button.hidden = true;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.box.scrollTo({ top: this.box.scrollHeight, behavior: smooth && !calm ? "smooth" : "instant" });
    this.top = this.box.scrollTop;
  }
}
