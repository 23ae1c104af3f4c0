// Search within the manual, and what a narrow screen and a keyboard need. Without it all pages can be read.
const query = document.getElementById("query");
const hits = document.getElementById("hits");
const most = 12;
let index;

query.parentElement.hidden = false;

const narrow = matchMedia("(max-width: 800px)");
const fold = () => {
  document.getElementById("pages").open = !narrow.matches;
};
narrow.addEventListener("change", fold);
fold();

async function load() {
  const answer = await fetch("/docs/assets/search.json");
  if (!answer.ok) throw new Error(`the search index: ${answer.status}`);
  return answer.json();
}

// score says how well a section fits: each word in its heading, its page or its text; 0 if one is nowhere.
function score(entry, words) {
  let sum = 0;
  for (const word of words) {
    const at = entry.headingWords.indexOf(word);
    if (at === 0) sum += 8;
    else if (at > 0) sum += 5;
    else if (entry.pageWords.includes(word)) sum += 2;
    else if (entry.textWords.includes(word)) sum += 1;
    else return 0;
  }
  return sum;
}

function excerpt(entry, words) {
  const at = Math.max(0, ...words.map((word) => entry.textWords.indexOf(word)));
  const begin = entry.text.lastIndexOf(" ", Math.max(0, at - 30)) + 1;
  return `${begin > 0 ? "… " : ""}${entry.text.slice(begin, begin + 110)}`;
}

function item(entry, words, i) {
  const li = document.createElement("li");
  const a = document.createElement("a");
  const small = document.createElement("small");
  a.href = entry.path;
  a.tabIndex = -1;
  a.textContent = entry.heading === entry.page ? entry.page : `${entry.page} › ${entry.heading}`;
  small.textContent = excerpt(entry, words);
  li.id = `hit${i}`;
  li.role = "option";
  a.append(small);
  li.append(a);
  return li;
}

function choose(li) {
  hits.querySelector("[aria-selected]")?.removeAttribute("aria-selected");
  li?.setAttribute("aria-selected", "true");
  li?.scrollIntoView({ block: "nearest" });
  query.setAttribute("aria-activedescendant", li?.id ?? "");
}

function show(isOpen) {
  hits.hidden = !isOpen;
  query.setAttribute("aria-expanded", String(isOpen));
}

async function search() {
  const words = query.value.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) {
    show(false);
    return;
  }
  index ??= load().then((entries) =>
    entries.map((entry) => ({
      ...entry,
      headingWords: entry.heading.toLowerCase(),
      pageWords: entry.page.toLowerCase(),
      textWords: entry.text.toLowerCase(),
    })),
  );
  let items;
  try {
    const ranked = (await index).map((entry) => ({ entry, points: score(entry, words) })).filter((r) => r.points > 0);
    ranked.sort((a, b) => b.points - a.points);
    items = ranked.slice(0, most).map((r, i) => item(r.entry, words, i));
  } catch {
    index = undefined; // The next key tries again.
    items = [];
  }
  if (items.length === 0) {
    const none = document.createElement("li");
    none.className = "none";
    none.textContent = index ? "Nothing in the manual says that." : "The index does not load; is netseam still there?";
    items = [none];
  }
  hits.replaceChildren(...items);
  show(true);
  choose(hits.querySelector("[role=option]"));
}

query.addEventListener("input", search);
query.addEventListener("focus", search);
query.addEventListener("blur", () => setTimeout(() => hits.contains(document.activeElement) || show(false), 200));
query.addEventListener("keydown", (event) => {
  const chosen = hits.querySelector("[aria-selected]");
  if (event.key === "ArrowDown") choose(chosen?.nextElementSibling ?? hits.firstElementChild);
  else if (event.key === "ArrowUp") choose(chosen?.previousElementSibling ?? hits.lastElementChild);
  else if (event.key === "Enter") {
    chosen?.querySelector("a")?.click();
    show(false);
  } else if (event.key === "Escape") {
    query.value = "";
    show(false);
    query.blur();
    return;
  } else return;
  event.preventDefault();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.target === query || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  query.focus();
});
