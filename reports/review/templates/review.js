// One key, one thing: every link and button names its key itself. Off where somebody types, or has switched it off.
"use strict";
const dialog = document.getElementById("help");
const box = document.getElementById("keys-on");
const stored = () => { try { return localStorage.getItem("kuntatutka-keys") !== "off"; } catch { return true; } };
box.checked = stored();
box.addEventListener("change", () => { try { localStorage.setItem("kuntatutka-keys", box.checked ? "on" : "off"); } catch { /* private window */ } });
for (const button of document.querySelectorAll("[data-help]")) button.addEventListener("click", () => dialog.showModal());
for (const link of document.querySelectorAll("[data-open]")) link.addEventListener("click", (event) => {
  event.preventDefault();
  const part = document.getElementById(link.dataset.open);
  part.open = true;
  part.scrollIntoView({ block: "nearest" });
  part.querySelector("input:checked, input:not([type=hidden]), select").focus();
});
let sent = false;
document.addEventListener("submit", (event) => {
  if (event.target.method !== "post") return;
  if (sent) event.preventDefault();
  sent = true;
});
window.addEventListener("pageshow", () => { sent = false; });
// A form can be saved and left from any of its fields.
function inForm(event, at) {
  const form = at.closest("form");
  if (!form) return false;
  if (event.key === "Escape") { at.blur(); return true; }
  if (event.key !== "Enter" || !event.ctrlKey || !at.closest("details[id]")) return false;
  form.requestSubmit();
  return true;
}
document.addEventListener("keydown", (event) => {
  const at = event.target;
  if (dialog.open || event.repeat || inForm(event, at)) return;
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (at.closest("input:not([type=checkbox]):not([type=radio]), select, textarea, [contenteditable]")) return;
  if (!box.checked && event.key !== "?") return;
  const named = (name) => [...document.querySelectorAll(`[data-${name}]`)].find((item) => item.dataset[name] === event.key);
  const [wanted, field] = [named("key"), named("focus")];
  if (!wanted && !field) return;
  event.preventDefault();
  if (field) field.focus(); else wanted.click();
});
