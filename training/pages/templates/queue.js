(() => {
const form = document.getElementById("filter"), search = document.getElementById("search");
const status = document.getElementById("shown"), boxes = [...form.querySelectorAll("[type=checkbox]")];
const entries = [...document.querySelectorAll(".entry")], texts = new Map();
const text = (entry) => {
if (!texts.has(entry)) texts.set(entry, entry.textContent.toLowerCase());
return texts.get(entry);
};
const fill = (sentence, ...numbers) => numbers.reduce((so_far, number) => so_far.replace("%d", number), sentence);
const show = () => {
const lanes = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
const wanted = search.value.trim().toLowerCase(), hidden = {};
let shown = 0;
for (const entry of entries) {
const seen = lanes.has(entry.dataset.lane) && (!wanted || text(entry).includes(wanted));
entry.hidden = !seen;
if (seen) shown += 1; else hidden[entry.dataset.lane] = (hidden[entry.dataset.lane] || 0) + 1;
}
const lost = boxes.filter((box) => hidden[box.value]).map((box) => box.dataset.word + " " + hidden[box.value]);
status.textContent = fill(status.dataset.shown, shown, entries.length) + (lost.length ? " " + status.dataset.hidden + " " + lost.join(", ") + "." : "");
status.classList.toggle("note", lost.length > 0);
};
let wait;
search.addEventListener("input", () => { clearTimeout(wait); wait = setTimeout(show, 150); });
form.addEventListener("change", show);
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("reset", () => setTimeout(show));
form.hidden = false;
show();
let folded = [];
addEventListener("beforeprint", () => {
folded = [...document.querySelectorAll("details:not([open])")];
for (const one of folded) one.open = true;
});
addEventListener("afterprint", () => { for (const one of folded) one.open = false; });
})();
