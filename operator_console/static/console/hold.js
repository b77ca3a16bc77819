// Law 2: nothing the eye or hand rests on moves by itself. The anchor row keeps its pixel position while
// rows come and go around it; blank room above or below is lent when the scroll alone cannot give it.

export class Hold {
  constructor(scroller) {
    this.scroller = scroller;
    this.above = document.createElement("div");
    this.below = document.createElement("div");
    scroller.prepend(this.above);
    scroller.append(this.below);
    this.lent = { above: 0, below: 0 };
  }

  /** Run `change` (which edits the list) so that `anchor` stays where it was. */
  keep(anchor, change) {
    const before = anchor?.isConnected ? anchor.getBoundingClientRect().top : null;
    change();
    if (before === null || !anchor.isConnected || !this.scroller.contains(anchor)) return;
    const moved = anchor.getBoundingClientRect().top - before;
    if (Math.abs(moved) < 0.5) return;
    const wanted = this.scroller.scrollTop + moved;
    if (wanted < 0) this.#lend("above", this.lent.above - wanted);
    const room = this.scroller.scrollHeight - this.scroller.clientHeight;
    if (wanted > room) this.#lend("below", this.lent.below + wanted - room);
    this.scroller.scrollTop = Math.max(0, wanted);
  }

  /** The hand has moved on: give the blank room back. */
  release() {
    if (!this.lent.above && !this.lent.below) return;
    const top = this.scroller.scrollTop - this.lent.above;
    this.#lend("above", 0);
    this.#lend("below", 0);
    this.scroller.scrollTop = Math.max(0, top);
  }

  #lend(side, px) {
    this.lent[side] = Math.max(0, Math.ceil(px));
    this[side].style.height = `${this.lent[side]}px`;
  }
}
