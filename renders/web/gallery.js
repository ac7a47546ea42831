// The first page of the gallery: which language its titles are in, and the field that finds them.

const chapters = [...document.querySelectorAll(".chapter")];
const beats = [...document.querySelectorAll(".chapter li")];
const plainText = (one) => one.textContent.toLocaleLowerCase();

// A beat is found by the words of its own title, or of its chapter's, in either language
function find() {
  const words = $("find").value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  let found = 0;
  for (const chapter of chapters) {
    const head = plainText(chapter.querySelector("h2"));
    for (const beat of chapter.querySelectorAll("li")) {
      const text = `${head} ${plainText(beat)}`;
      beat.hidden = !words.every((word) => text.includes(word));
      found += beat.hidden ? 0 : 1;
    }
    chapter.hidden = !chapter.querySelector("li:not([hidden])");
  }
  $("found").textContent = words.length ? tell("found", { count: String(found), all: String(beats.length) }) : "";
}

// An address with a beat, or a moment in one, leads on to the page of its chapter: #CHAPTER/BEAT@12.5
function leadOn() {
  let told = "";
  try {
    told = decodeURIComponent(location.hash.slice(1));
  } catch {
    return; // no link of ours
  }
  const [, label, moment] = told.match(/^(.*?)(@[\d.]+)?$/s);
  const link = [...document.querySelectorAll(".chapter li a")].find((one) => decodeURIComponent(one.hash.slice(1)) === label);
  if (label && link) location.replace(link.href + (moment ?? ""));
}

$("find").addEventListener("input", find);
addEventListener("hashchange", leadOn);
startPage(() => {
  document.documentElement.dataset.texts = settings.texts;
  find();
});
leadOn();
