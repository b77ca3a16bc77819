// The register of transmitters: forms that lose nothing, and a file whose differences are seen before it is written.

import { get, NoAnswer, post, Refused, useToken } from "./api.js";
import { apply } from "./settings.js";

const LONG = 180e3, SAID = "register-said";
const $ = (selector, root = document) => root.querySelector(selector);
const boot = JSON.parse($("#boot").textContent);
useToken(boot.csrf);
apply();

const set = (el, text) => { if (el && el.textContent !== text) el.textContent = text; };
const wait = (ms) => new Promise((done) => setTimeout(done, ms));
const UNKNOWN = "Inget svar från servern. Vi vet inte om det blev gjort. Läs om sidan och se efter.";

/** Each mistake beside its field, the first one in focus. */
function tell(form, errors) {
  for (const el of form.querySelectorAll("[data-error]")) set(el, errors[el.dataset.error] ?? "");
  for (const el of form.elements) if (el.name) { if (errors[el.name]) el.setAttribute("aria-invalid", "true"); else el.removeAttribute("aria-invalid"); }
  [...form.elements].find((el) => el.name && errors[el.name])?.focus();
  const unplaced = Object.entries(errors).filter(([name]) => !form.querySelector(`[data-error="${name}"]`)).map(([, text]) => text);
  if (unplaced.length) set($('[data-error=""]', form), unplaced.join(" "));
}
async function busy(form, work) {
  if (form.dataset.busy) return;
  form.dataset.busy = "1";
  try { await work(); } finally { delete form.dataset.busy; }
}
let leaving = false;
function go(to) { leaving = true; location.assign(to); }

// -- one transmitter -----------------------------------------------------------------------------
const forms = [...document.querySelectorAll("form[data-keep]")];
const key = $("#f-key"), choice = $("#f-key_choice");
function showKey() {
  if (!choice) return;
  $('[data-field="key"]').hidden = choice.value !== "new";
}
async function save(form) {
  await busy(form, async () => {
    tell(form, {});
    set($('[data-error=""]', form), "Sparar …");
    try {
      const answer = await post(form.getAttribute("action"), Object.fromEntries(new FormData(form)));
      go(answer.to);
    } catch (error) {
      if (error instanceof NoAnswer) tell(form, { "": UNKNOWN });
      else tell(form, error.body?.errors ?? { [error.body?.field ?? ""]: error.message });
    }
  });
}
function dirty() {
  return forms.some((form) => [...form.elements].some((el) => el.name && (el.options ? [...el.options].some((one) => one.selected !== one.defaultSelected) : el.value !== el.defaultValue)));
}
choice?.addEventListener("change", () => { showKey(); if (choice.value === "new") key.focus(); });
for (const button of document.querySelectorAll("[data-make]")) {
  button.addEventListener("click", () => {
    const bytes = crypto.getRandomValues(new Uint8Array(Number(button.dataset.make)));
    key.value = [...bytes].map((one) => one.toString(16).padStart(2, "0")).join("");
    key.focus();
    key.select();
  });
}
showKey();

// -- a file --------------------------------------------------------------------------------------
async function upload(form) {
  const file = form.elements.file.files[0], faults = $("#faults"), doing = $(".doing", form);
  if (!file) { tell(form, { file: "Välj en fil." }); return; }
  await busy(form, async () => {
    tell(form, {});
    faults.hidden = true;
    set(doing, `Läser ${file.name} …`);
    try {
      const body = new FormData();
      body.append("file", file);
      let response;
      try {
        response = await fetch(form.getAttribute("action"), { method: "POST", credentials: "same-origin", signal: AbortSignal.timeout(LONG), headers: { Accept: "application/json", "X-CSRFToken": boot.csrf }, body });
      } catch { throw new NoAnswer(""); }
      const answer = await response.json().catch(() => ({}));
      if (!response.ok) throw new Refused(response.status, answer);
      go(answer.to);
    } catch (error) {
      if (error instanceof NoAnswer) { tell(form, { file: "Filen kom inte fram, eller ändrades på vägen. Inget är ändrat. Välj den och försök igen." }); return; }
      if (!error.body.html) { tell(form, { file: error.message }); return; }
      faults.innerHTML = error.body.html;
      faults.hidden = false;
      faults.focus();
    } finally {
      set(doing, "");
      if (!leaving) form.elements.file.value = "";      // the file is mended and chosen again: what was read is old
    }
  });
}

// -- its differences -----------------------------------------------------------------------------
async function follow(form, until) {
  const bar = $("#progress"), numbers = new Intl.NumberFormat("sv-SE");
  while (!until.done) {
    await wait(300);
    try {
      const now = await get(form.dataset.progress);
      bar.value = now.done;
      set($("#so-far"), `${numbers.format(now.done)} av ${numbers.format(now.total)} rader`);
    } catch { /* the answer itself will tell */ }
  }
}
async function confirm(form) {
  const doing = $("#result .doing"), until = { done: false };
  await busy(form, async () => {
    tell(form, {});
    doing.hidden = false;
    follow(form, until);
    try {
      await post(form.getAttribute("action"), {}, { timeout: LONG });
      go(location.href);
    } catch (error) {
      doing.hidden = true;
      if (error.code === "register_changed") { sessionStorage.setItem(SAID, error.message); go(location.href); return; }
      tell(form, { "": error instanceof NoAnswer ? UNKNOWN : error.message });
    } finally { until.done = true; }
  });
}
async function throwAway(button) {
  const form = button.closest("form");
  await busy(form, async () => {
    try { go((await post(button.dataset.throw)).to); } catch (error) { tell(form, { "": error.message }); }
  });
}

// a large file is read and written elsewhere: the page follows it, and shows what came of it
const waits = $("[data-waits]");
if (waits) {
  const numbers = new Intl.NumberFormat("sv-SE");
  const look = async () => {
    try {
      const { done, total, state } = await get(waits.dataset.waits);
      if (state !== waits.dataset.state) { go(location.href); return; }
      if (total) {
        $("progress", waits).value = done;
        set($("[data-status]", waits), `${numbers.format(done)} av ${numbers.format(total)} rader`);
      }
    } catch (error) { if (!(error instanceof NoAnswer)) { go(location.href); return; } }
    setTimeout(look, 300);
  };
  look();
}

const said = sessionStorage.getItem(SAID);      // what the differences were read again for
if (said) { sessionStorage.removeItem(SAID); tell($("form[data-confirm]") ?? document.createElement("form"), { "": said }); }

// -- keys ----------------------------------------------------------------------------------------
function submitted(form) {
  if (form.matches("[data-upload]")) upload(form);
  else if (form.matches("[data-confirm]")) confirm(form);
  else save(form);
}
document.addEventListener("submit", (event) => { event.preventDefault(); submitted(event.target); });
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-throw]");
  if (button) throwAway(button);
});
let warned = false;
document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.repeat) return;
  if (event.key === "Enter" && event.ctrlKey) {
    const form = event.target.closest?.("form") ?? $("form[data-keep], form[data-upload], form[data-confirm]");
    const main = form && $("[type=submit]", form);
    if (main) { event.preventDefault(); main.click(); }
    return;
  }
  if (event.key === "Escape") {
    event.preventDefault();
    if (dirty() && !warned) {
      warned = true;
      set($('[data-error=""]', forms[0]), "Du har skrivit något som inte är sparat. Spara med Ctrl+Enter, eller tryck Esc en gång till för att lämna det.");
      return;
    }
    go($("#back").href);
    return;
  }
  warned = false;
});
window.addEventListener("beforeunload", (event) => { if (!leaving && dirty()) event.preventDefault(); });
$('form[data-keep] select, form[data-keep] input, #f-file, td > a.button')?.focus({ preventScroll: true });
document.documentElement.dataset.ready = "1";
