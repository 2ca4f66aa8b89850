// Following the newest words, but only while the reader is at the end.

const NEAR_PX = 60;

export class Follower {
  /** `box` scrolls, `content` grows in it, `button` says "↓ latest". */
  constructor(box, content, button) {
    this.box = box;
    this.button = button;
    this.atEnd = true;
    box.addEventListener("scroll", () => this.look(), { passive: true });
    button.addEventListener("click", () => this.toEnd(true));
    new ResizeObserver(() => this.grown()).observe(content);
    new ResizeObserver(() => this.grown()).observe(box);
  }

  look() {
    const { scrollTop, scrollHeight, clientHeight } = this.box;
    this.atEnd = scrollHeight - scrollTop - clientHeight < NEAR_PX;
    this.button.hidden = this.atEnd;
  }

  grown() {
    if (this.atEnd) this.toEnd();
    else this.look();
  }

  toEnd(smooth = false) {
    this.atEnd = true;
    this.button.hidden = true;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.box.scrollTo({ top: this.box.scrollHeight, behavior: smooth && !calm ? "smooth" : "instant" });
  }
}
