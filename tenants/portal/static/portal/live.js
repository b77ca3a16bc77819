// Keeps what is shown true: asks each second whether anything has happened, and only then reads the parts again.
// Says when the page no longer keeps itself true, and when it does again.
const EVERY = 1000;
const HIDDEN = 10_000;
const page = document.querySelector("meta[name=pulse]");
const mark = document.getElementById("live-mark");
const usual = mark?.textContent;
const clock = () => new Date().toLocaleTimeString("sv-SE", { timeZone: "Europe/Stockholm" });
let after = page?.content ?? "";
let lost = "";
let owed = false; // something happened, and the parts could not be read

function gone() {
  lost ||= clock();
  if (!mark) return;
  mark.textContent = `Ingen kontakt sedan ${lost}. Uppgifterna kan vara gamla.`;
  mark.classList.add("chip");
}

function back() {
  if (!lost || owed) return;
  lost = "";
  if (!mark) return;
  mark.textContent = usual;
  mark.classList.remove("chip");
}

function read() {
  owed = true;
  document.body.dispatchEvent(new Event("pulse"));
}

async function ask() {
  const answer = await fetch(`${page.dataset.url}?after=${encodeURIComponent(after)}`, {
    cache: "no-store", credentials: "same-origin", signal: AbortSignal.timeout(5000), headers: { Accept: "application/json" },
  });
  if (answer.status === 200) {
    after = (await answer.json()).mark;
    read();
  } else if (answer.status === 401 || answer.status === 403) {
    read(); // what is answered there leads to the sign-in page, or says that contact is lost
  } else if (answer.status !== 204) {
    throw new Error("away");
  } else if (owed || lost) {
    read();
  }
}

async function follow() {
  try {
    await ask();
  } catch {
    gone();
  }
  setTimeout(follow, document.hidden ? HIDDEN : EVERY);
}

const live = () => document.querySelector("[hx-trigger*=pulse]");
document.body.addEventListener("htmx:sendError", gone);
document.body.addEventListener("htmx:responseError", gone);
document.body.addEventListener("htmx:afterRequest", (event) => {
  if (!event.detail.successful) return;
  owed = false;
  back();
});
if (page && live()) {
  document.addEventListener("visibilitychange", () => { if (!document.hidden) ask().catch(gone); });
  setTimeout(follow, EVERY);
}
