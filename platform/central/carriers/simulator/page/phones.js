// The page of phones: drawn from /phones.json once, then kept by the stream; never reloaded whole.
import * as calls from "/calls.js";
import { clock, make, post, swedish } from "/dom.js";
import * as habits from "/habits.js";

const words = {
  accepted: "köat", queued: "köat", sending: "skickas", sent: "skickat", delivered: "framme",
  undelivered: "ej levererat", failed: "misslyckades", received: "skickat till centralen",
};
const seen = new Set(["delivered", "received"]);
const phones = new Map();
const board = document.querySelector("#phones");
const line = document.querySelector("#line");

function phone(number) {
  if (phones.has(number)) return phones.get(number);
  const name = swedish(number);
  const thread = make("ol", { className: "thread", tabIndex: 0, ariaLabel: `Meddelanden ${name}` });
  thread.setAttribute("aria-live", "polite");
  const mark = make("span");
  const text = make("input", { placeholder: "Annat svar", maxLength: 1600, ariaLabel: `Svar från ${name}` });
  const form = make("form", {}, text, make("button", { textContent: "Skicka" }));
  const say = (body) => { read(); return post("/answer", { number, body }); };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (text.value.trim()) say(text.value.trim());
    text.value = "";
  });
  const quick = ["1", "2"].map((digit) => {
    const button = make("button", { type: "button", textContent: `Svara ${digit}`, className: digit === "1" ? "" : "plain", hidden: true });
    button.addEventListener("click", () => say(digit));
    return button;
  });
  const about = make("p", { className: "about", hidden: true });
  const ringing = make("div");
  const habit = habits.ofPhone(number);
  habit.show();
  const card = make("article", { className: "phone" },
    make("h2", {}, name, mark), ringing, thread, make("div", { className: "answers" }, about, ...quick, form),
    habit.element);
  card.dataset.number = number;
  const read = () => { card.classList.remove("unread"); mark.textContent = ""; };
  card.addEventListener("click", read);
  const made = { card, thread, mark, calls: ringing, habit, about, quick, bubbles: new Map() };
  phones.set(number, made);
  document.querySelector("#numbers").append(make("option", { value: number }));
  return made;
}

/** What is new comes first, but never while somebody is busy among the phones: then nothing moves. */
function bring(card) {
  if (!board.contains(document.activeElement)) board.prepend(card);
  else if (!card.isConnected) board.append(card);
}

/** What the buttons answer: the latest message that asks something of the person. */
function answers(one, message) {
  if (message.mine || (one.about.textContent && !/\bSvara /.test(message.body))) return;
  const asked = message.body.split(/\s*\bSvara /)[0].trim() || message.body;
  one.about.textContent = `Svar på: ${asked}`;
  one.about.hidden = false;
  for (const button of one.quick) button.hidden = false;
  for (const button of one.quick) button.setAttribute("aria-label", `${button.textContent} på: ${asked}`);
}

/** The text with its addresses as links, as telephones show them. */
function linked(text) {
  return text.split(/(https?:\/\/\S+)/).map((part, nth) => (nth % 2
    ? make("a", { href: part, textContent: part, target: "_blank", rel: "noopener noreferrer" }) : part));
}

function show(message, live) {
  const one = phone(message.number);
  const bad = message.status === "undelivered" || message.status === "failed";
  let bubble = one.bubbles.get(message.sid);
  const fresh = !bubble;
  if (fresh) {
    bubble = make("li", {}, make("span", {}, ...linked(message.body)), make("small"));
    bubble.dataset.sid = message.sid;
    one.bubbles.set(message.sid, bubble);
    one.thread.append(bubble);
    answers(one, message);
  }
  bubble.className = ["bubble", message.mine && "mine", bad && "bad", !message.mine && !seen.has(message.status) && "unseen"]
    .filter(Boolean).join(" ");
  const error = message.error ? ` (${message.error})` : "";
  bubble.lastChild.textContent = `${clock.format(message.at)} · ${words[message.status] ?? message.status}${error}`;
  if (fresh) {
    if (live) bring(one.card);
    one.thread.scrollTop = one.thread.scrollHeight;
    if (live && !message.mine) { one.card.classList.add("unread"); one.mark.textContent = "Nytt"; }
  }
  document.querySelector("#empty").hidden = true;
}

function ring(call) {
  const one = phone(call.number);
  if (!one.card.isConnected || call.status === "ringing") bring(one.card);
  calls.show(call, one, true);
  document.querySelector("#empty").hidden = true;
}

function behave(list) {
  habits.keep(list);
  for (const one of phones.values()) one.habit.show();
}

let kinds = {};
function rules(list) {
  document.querySelector("#rules").replaceChildren(...list.map((rule) => make("li", {
    textContent: `${rule.to === "*" ? "Alla nummer" : swedish(rule.to)}: ${kinds[rule.kind]}${rule.times ? `, ${rule.times} ${rule.times === 1 ? "gång" : "gånger"} kvar` : ""}`,
  })));
}

async function load() {
  const all = await (await fetch("/phones.json")).json();
  phones.clear();
  calls.forget();
  habits.setKinds(all.habit_kinds);
  habits.keep(all.habits);
  unseen();
  board.replaceChildren();
  kinds = all.kinds;
  document.querySelector("#kinds").replaceChildren(
    ...Object.entries(kinds).map(([value, textContent]) => make("option", { value, textContent })));
  document.querySelector("#magic").textContent =
    `Dessa nummer går alltid fel på sitt eget sätt: ${Object.keys(all.magic).map(swedish).join(", ")}.`;
  for (const one of all.phones) {
    board.append(phone(one.number).card);
    const shown = phone(one.number);
    for (const event of [...one.messages, ...one.calls].sort((a, b) => a.at - b.at)) {
      if ("body" in event) show(event, false);
      else calls.show(event, shown, false);
    }
  }
  rules(all.faults);
  document.querySelector("#empty").hidden = all.phones.length > 0;
  for (const one of phones.values()) one.thread.scrollTop = one.thread.scrollHeight;
}

function listen() {
  const stream = new EventSource("/stream");
  stream.addEventListener("open", async () => {
    await load();
    line.textContent = "Direkt";
    line.className = "line";
  });
  stream.addEventListener("error", () => {
    line.textContent = "Ingen kontakt. Försöker igen";
    line.className = "line off";
  });
  stream.addEventListener("message", (event) => {
    const news = JSON.parse(event.data);
    if (news.message) show(news.message, true);
    if (news.call) ring(news.call);
    if (news.habits) behave(news.habits);
    if (news.faults) rules(news.faults);
    if (news.reset) load();
  });
}

/** The form for numbers that have no phone here yet; its choices come with the first load. */
function unseen() {
  const form = document.querySelector("#habit");
  if (!form.querySelector("[name=kind]")) habits.fields(form, "När det ringer");
}

document.querySelector("#habit").addEventListener("submit", (event) => {
  event.preventDefault();
  post("/habit", Object.fromEntries(new FormData(event.target)));
});
document.querySelector("#fault").addEventListener("submit", (event) => {
  event.preventDefault();
  const told = Object.fromEntries(new FormData(event.target));
  post("/faults", { ...told, times: told.times ? Number(told.times) : null });
});
document.querySelector("#clear").addEventListener("click", () => post("/faults", {}));
document.querySelector("#new").addEventListener("submit", (event) => {
  event.preventDefault();
  post("/answer", Object.fromEntries(new FormData(event.target)));
  event.target.elements.body.value = "";
});
listen();
