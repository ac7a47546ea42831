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

$("find").addEventListener("input", find);
startPage(() => {
  document.documentElement.dataset.texts = settings.texts;
  find();
});
