// The page of phones: drawn from /phones.json once, then kept by the stream; never reloaded whole.
const words = {
  accepted: "köat", queued: "köat", sending: "skickas", sent: "skickat", delivered: "framme",
  undelivered: "ej levererat", failed: "misslyckades", received: "skickat till centralen",
};
const seen = new Set(["delivered", "received"]);
const phones = new Map();
const board = document.querySelector("#phones");
const line = document.querySelector("#line");
const clock = new Intl.DateTimeFormat("sv-SE", { timeStyle: "medium", timeZone: "Europe/Stockholm" });

const make = (tag, set = {}, ...inside) => {
  const element = Object.assign(document.createElement(tag), set);
  element.append(...inside);
  return element;
};
const post = (url, data) =>
  fetch(url, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(data) });
const swedish = (number) => number.replace(/^\+46(7\d)(\d{3})(\d{2})(\d{2})$/, "0$1-$2 $3 $4");

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
    const button = make("button", { type: "button", textContent: `Svara ${digit}`, className: digit === "1" ? "" : "plain" });
    button.addEventListener("click", () => say(digit));
    return button;
  });
  const about = make("p", { className: "about", hidden: true });
  const calls = make("div");
  const card = make("article", { className: "phone" },
    make("h2", {}, name, mark), calls, thread, make("div", { className: "answers" }, about, ...quick, form));
  card.dataset.number = number;
  const read = () => { card.classList.remove("unread"); mark.textContent = ""; };
  card.addEventListener("click", read);
  const made = { card, thread, mark, calls, about, quick, bubbles: new Map() };
  phones.set(number, made);
  document.querySelector("#numbers").append(make("option", { value: number }));
  return made;
}

/** What the buttons answer: the latest message that asks something of the person. */
function answers(one, message) {
  if (message.mine || (one.about.textContent && !/\bSvara /.test(message.body))) return;
  const asked = message.body.split(/\s*\bSvara /)[0].trim() || message.body;
  one.about.textContent = `Svar på: ${asked}`;
  one.about.hidden = false;
  for (const button of one.quick) button.setAttribute("aria-label", `${button.textContent} på: ${asked}`);
}

function show(message, live) {
  const one = phone(message.number);
  const bad = message.status === "undelivered" || message.status === "failed";
  let bubble = one.bubbles.get(message.sid);
  const fresh = !bubble;
  if (fresh) {
    bubble = make("li", {}, make("span", { textContent: message.body }), make("small"));
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
    if (live) board.prepend(one.card);
    one.thread.scrollTop = one.thread.scrollHeight;
    if (live && !message.mine) { one.card.classList.add("unread"); one.mark.textContent = "Nytt"; }
  }
  document.querySelector("#empty").hidden = true;
}

function ring(call) {
  const one = phone(call.number);
  one.calls.replaceChildren();
  if (call.ended) return;
  if (!one.card.isConnected) board.prepend(one.card);
  const act = (label, what, plain) => {
    const button = make("button", { type: "button", textContent: label, className: plain ? "plain" : "" });
    button.addEventListener("click", () => post("/call", { sid: call.sid, do: what }));
    return button;
  };
  const keys = call.status === "ringing" ? [act("Svara", "answer")] : call.gather ? ["1", "2", "3"].map((key) => act(key, `digit:${key}`)) : [];
  one.calls.append(make("div", { className: "call" },
    make("strong", { textContent: call.status === "ringing" ? "Det ringer" : "Samtal pågår" }),
    ...call.heard.map((text) => make("p", { textContent: `”${text}”` })),
    make("div", {}, ...keys, act("Lägg på", "hangup", true))));
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
  board.replaceChildren();
  kinds = all.kinds;
  document.querySelector("#kinds").replaceChildren(
    ...Object.entries(kinds).map(([value, textContent]) => make("option", { value, textContent })));
  document.querySelector("#magic").textContent =
    `Dessa nummer går alltid fel på sitt eget sätt: ${Object.keys(all.magic).map(swedish).join(", ")}.`;
  for (const one of all.phones) {
    board.append(phone(one.number).card);
    for (const message of one.messages) show(message, false);
  }
  for (const call of all.calls) ring(call);
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
    if (news.faults) rules(news.faults);
    if (news.reset) load();
  });
}

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
