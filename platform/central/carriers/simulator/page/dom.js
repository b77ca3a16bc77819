// What the modules of this page share: making elements, telling the simulator, showing numbers and times.
export const make = (tag, set = {}, ...inside) => {
  const element = Object.assign(document.createElement(tag), set);
  element.append(...inside);
  return element;
};
export const button = (textContent, onclick, className = "") => {
  const made = make("button", { type: "button", textContent, className });
  made.addEventListener("click", onclick);
  return made;
};
export const post = (url, data) =>
  fetch(url, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(data) });
export const swedish = (number) => number.replace(/^\+46(7\d)(\d{3})(\d{2})(\d{2})$/, "0$1-$2 $3 $4");
export const clock = new Intl.DateTimeFormat("sv-SE", { timeStyle: "medium", timeZone: "Europe/Stockholm" });
export const minutes = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
