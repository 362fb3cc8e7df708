(() => {
const worth = (row, place) => {
const cell = row.children[place], value = cell.dataset.value;
return value === undefined ? cell.textContent : value === "" ? null : Number(value);
};
const after = (one, two) => one === null ? (two === null ? 0 : 1) : two === null ? -1 : typeof one === "number" ? two - one : one.localeCompare(two);
for (const table of document.querySelectorAll("table.sortable")) {
const heads = [...table.tHead.rows[0].cells], body = table.tBodies[0];
heads.forEach((head, place) => {
const button = document.createElement("button");
button.type = "button";
button.textContent = head.textContent;
button.title = head.dataset.sort;
head.replaceChildren(button);
button.addEventListener("click", () => {
const turned = head.getAttribute("aria-sort") === "descending" ? -1 : 1;
for (const other of heads) other.removeAttribute("aria-sort");
head.setAttribute("aria-sort", turned === 1 ? "descending" : "ascending");
const rows = [...body.rows].sort((one, two) => {
const mine = worth(one, place), its = worth(two, place);
return mine === null || its === null ? after(mine, its) : turned * after(mine, its);
});
body.replaceChildren(...rows);
});
});
}
})();
