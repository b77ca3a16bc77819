// Sources: a new webhook whose key is shown once, and a mapping that is tried as it is typed. What is typed is kept by the
// server at each trial, and by the browser until it has answered.

import { NoAnswer, post, postForm, useToken } from "./api.js";
import { apply } from "./settings.js";

const $ = (selector, root = document) => root.querySelector(selector);
const boot = JSON.parse($("#boot").textContent);
useToken(boot.csrf);
apply();

const words = (error) => error instanceof NoAnswer ? "Inget svar från servern. Det du har skrivit finns kvar här. Försök igen." : error.message;

const mode = $("#f-mode");
if (mode) {
  const show = () => { for (const el of document.querySelectorAll("[data-hmac]")) el.hidden = mode.value !== "hmac"; };
  mode.addEventListener("change", show);
  show();
}

// A form that is answered with a key to show once, or with where to go.
for (const form of document.querySelectorAll("#create, #auth, #rotate")) form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (form.dataset.busy) return;
  form.dataset.busy = "1";
  for (const el of form.querySelectorAll("[data-error]")) el.textContent = "";
  try {
    const made = await post(form.getAttribute("action"), Object.fromEntries(new FormData(form)));
    if (!made.key) { location.assign(made.to); return; }
    $("#key").textContent = made.key;
    $("#address").textContent = made.address;
    $("#onward").href = made.to;
    (form.closest("details") ?? form).hidden = true;
    $("#made").hidden = false;
    $("#made").focus();
  } catch (error) {
    const field = error.body?.field ?? "";
    const line = form.querySelector(`[data-error="${field}"]`) ?? form.querySelector('[data-error=""]');
    line.textContent = words(error);
    form.elements.namedItem(field)?.focus();
  } finally { delete form.dataset.busy; }
});

const mapping = $("#mapping");
if (mapping) {
  const store = `mapping:${location.pathname}`, result = $("#result"), kept = $("#kept"), wrong = $("#on-error");
  const fields = () => Object.fromEntries([...mapping.elements].filter((el) => el.name).map((el) => [el.name, el.value]));
  const fill = (values) => { for (const el of mapping.elements) if (el.name && el.name in values) el.value = values[el.name]; };
  let timer = null, turn = 0, under = Promise.resolve();

  const attempt = () => {
    clearTimeout(timer);
    const mine = ++turn, said = fields();
    under = under.then(async () => {
      if (mine !== turn) return;
      kept.textContent = "Provar …";
      try {
        const html = await postForm(mapping.getAttribute("action"), said);
        if (mine !== turn) return;
        result.innerHTML = html;
        kept.textContent = "Sparat";
        sessionStorage.removeItem(store);
        for (const el of mapping.elements) el.removeAttribute?.("aria-invalid");
        for (const fault of result.querySelectorAll("[data-fault]")) {
          const name = fault.dataset.fault;
          (mapping.elements.namedItem(name) ?? mapping.elements.namedItem(`${name}.path`))?.setAttribute?.("aria-invalid", "true");
        }
      } catch (error) { kept.textContent = words(error); }
    });
    return under;
  };
  const typed = () => {
    try { sessionStorage.setItem(store, JSON.stringify(fields())); } catch { /* full: the server keeps it at the next trial */ }
    kept.textContent = "Ändrat";
    clearTimeout(timer);
    timer = setTimeout(attempt, 600);
  };
  const left = sessionStorage.getItem(store);
  if (left) { fill(JSON.parse(left)); typed(); }
  mapping.addEventListener("input", typed);
  $("#sample").addEventListener("input", typed);
  mapping.addEventListener("submit", (event) => { event.preventDefault(); attempt(); });
  for (const button of document.querySelectorAll("[data-preset]")) button.addEventListener("click", () => {
    const preset = boot.presets[button.dataset.preset];
    fill({ ...Object.fromEntries([...mapping.elements].filter((el) => el.name && el.name !== "sample").map((el) => [el.name, ""])), default_kind: "camera", ...preset });
    typed();
  });
  const send = async (url, values) => {
    wrong.textContent = "";
    try {
      const answer = JSON.parse(await postForm(url, values));
      location.assign(answer.to);
    } catch (error) { wrong.textContent = words(error); }
  };
  $("#on").addEventListener("click", async () => { await attempt(); send(mapping.dataset.on, fields()); });
  $("#off")?.addEventListener("click", (event) => send(event.currentTarget.dataset.url, {}));
}

document.addEventListener("keydown", (event) => {
  const typing = event.target.matches("input, textarea, select");
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); (event.target.form ?? $("form"))?.requestSubmit(); }
  else if (event.key === "Escape") { if (typing) event.target.blur(); else $("#back").click(); }
  else if (!typing && !event.ctrlKey && !event.altKey && !event.metaKey && event.key.toLowerCase() === "n") $("#new")?.click();
});

document.documentElement.dataset.ready = "1";
